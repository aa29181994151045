import { l10n, type QuickPickItem } from 'vscode';
import { choose } from '../quickpick/ask';
import { chooseOrEnter, Entered } from '../quickpick/enter';
import { BACK, throughSteps, type Step } from '../quickpick/steps';
import { canRollBack } from '../registry/possible';
import { versionText, withPlace } from '../text/descriptions';
import { isOfName, refusalOf } from '../text/failures';
import type { Tools } from '../tools';
import { confirmSeveral, type OneOf } from './confirmSeveral';
import type { Chosen, Several } from './rows';
import { checkConfiguration } from './target';

type At = Parameters<Step>[0];

/** What an act is about, so far. */
interface State {
  /** The stage whose versions are meant where a row names an artifact only; `latest` for the latest ones. */
  from: { readonly stage: string } | 'latest' | undefined;
  stage: string | undefined;
}

/** What is done to each, and what is not, with the reason. */
interface Planned {
  readonly actions: readonly OneOf[];
  readonly leftOut: readonly string[];
}

/** Assigns one stage to a version of each: which versions, which stage, then all the tags. */
export async function assignSeveral(tools: Tools, several: Several): Promise<void> {
  const { repository, chosen } = several;
  await checkConfiguration(repository);
  const state: State = { from: undefined, stage: undefined };
  const title = (): string =>
    state.stage === undefined
      ? l10n.t('Assign {0} artifacts to a stage', chosen.length)
      : l10n.t('Assign {0} artifacts to {1}', chosen.length, state.stage);
  const steps: Step[] = [];
  if (chosen.some(({ version }) => version === undefined))
    steps.push((at) => askVersions(several, state, title(), at));
  else state.from = 'latest';
  steps.push((at) => askStage(tools, several, state, title(), at));
  steps.push((at) => {
    const { actions, leftOut } = assignments(several, state);
    return confirmSeveral(tools, repository, actions, title(), at, leftOut);
  });
  await throughSteps(steps);
}

/** The version of one that is meant; undefined where it has none such. */
function versionOf({ repository }: Several, { name, version }: Chosen, from: State['from']) {
  if (version !== undefined) return version;
  const row = repository.row(name);
  return from === 'latest' || from === undefined
    ? (row?.latest ?? undefined)
    : row?.stages[from.stage]?.[0];
}

function assignments(several: Several, { from, stage = '' }: State): Planned {
  const actions: OneOf[] = [];
  const leftOut: string[] = [];
  for (const each of several.chosen) {
    const { name } = each;
    const version = versionOf(several, each, from);
    const held = several.repository.row(name)?.stages[stage] ?? [];
    if (version === undefined) leftOut.push(l10n.t('{0}: it has no such version', name));
    else if (held.includes(version))
      leftOut.push(l10n.t('{0}: {1} is already in {2}', name, versionText(version), stage));
    else actions.push({ method: 'assign', params: { name, version, stage } });
  }
  return { actions, leftOut };
}

type FromItem = QuickPickItem & { readonly from: NonNullable<State['from']> };

async function askVersions(
  several: Several,
  state: State,
  title: string,
  at: At,
): ReturnType<Step> {
  const { repository, chosen } = several;
  const open = chosen.filter(({ version }) => version === undefined);
  const listed = (from: State['from']): string =>
    open
      .flatMap((each) => {
        const version = versionOf(several, each, from);
        return version === undefined ? [] : [`${each.name} ${versionText(version)}`];
      })
      .join(', ');
  const held = new Set(open.flatMap(({ name }) => repository.heldStages(name)));
  const items: FromItem[] = [
    { label: l10n.t('Latest versions'), detail: listed('latest'), from: 'latest' },
    ...[...repository.byImportance([...held])].reverse().map((stage): FromItem => {
      const from = { stage };
      return { label: l10n.t('What is in {0}', stage), detail: listed(from), from };
    }),
  ];
  const chosenItem = await choose<FromItem>({
    title: withPlace(repository, title),
    at,
    placeholder: l10n.t('Versions'),
    items,
    active: ({ from }) => JSON.stringify(from) === JSON.stringify(state.from),
  });
  if (chosenItem === undefined || chosenItem === BACK) return chosenItem;
  state.from = chosenItem.from;
  return 'next';
}

type StageItem = QuickPickItem & { readonly stage?: string; readonly isHere?: boolean };

async function askStage(
  tools: Tools,
  several: Several,
  state: State,
  title: string,
  at: At,
): ReturnType<Step> {
  const { repository } = several;
  const items = repository.stages
    .filter(({ isAllowed }) => isAllowed)
    .map(({ name }) => stageItem(several, { ...state, stage: name }));
  const asked = {
    title: withPlace(repository, title),
    at,
    placeholder: l10n.t('Stage'),
    items,
    active: ({ stage }: StageItem) => stage === state.stage,
    isUnlikely: ({ isHere }: StageItem) => isHere === true,
  };
  const isListed = items.some(({ stage }) => stage === state.stage);
  const chosen =
    repository.allowedStages !== null
      ? await choose(asked)
      : await chooseOrEnter(asked, {
          label: l10n.t('Enter a new stage…'),
          offer: (typed) => l10n.t('New stage {0}', typed),
          prompt: l10n.t('Name of the stage'),
          value: isListed ? '' : (state.stage ?? ''),
          wrong: (stage) => wrongStage(tools, several, { ...state, stage }),
        });
  if (chosen === undefined || chosen === BACK) return chosen;
  state.stage = chosen instanceof Entered ? chosen.text : chosen.stage;
  return 'next';
}

/** What the daemon has against a stage's name, of the first that would be assigned to it. */
async function wrongStage(
  { connection }: Tools,
  several: Several,
  state: State,
): Promise<string | undefined> {
  const [first] = assignments(several, state).actions;
  if (first?.method !== 'assign') return undefined;
  const { root: repo } = several.repository;
  const asked = { ...first.params, stage: state.stage ?? '', repo, dry_run: true };
  return refusalOf(connection.ask('gto/assign', asked), isOfName);
}

/** Each stage says what assigning does there. */
function stageItem(several: Several, state: State & { readonly stage: string }): StageItem {
  const { actions, leftOut } = assignments(several, state);
  const { stage } = state;
  const replaced = actions.filter(
    ({ params }) => (several.repository.row(params.name)?.stages[stage] ?? []).length > 0,
  ).length;
  const parts = [
    replaced > 0 ? l10n.t('replaces {0}', replaced) : '',
    actions.length > replaced ? l10n.t('new for {0}', actions.length - replaced) : '',
    leftOut.length > 0 ? l10n.t('leaves out {0}', leftOut.length) : '',
  ];
  const description = parts.filter(Boolean).join(', ');
  return { label: stage, stage, isHere: actions.length === 0, description };
}

/** Removes each from a stage: from that of its row, or from one that is asked for. */
export async function removeSeveral(tools: Tools, several: Several): Promise<void> {
  await ofStage(tools, several, 'unassign', {
    ask: l10n.t('Remove {0} artifacts from a stage', several.chosen.length),
    last: (stages) =>
      l10n.t('Remove {0} artifacts from {1}', several.chosen.length, stages.join(', ')),
  });
}

/** Puts back into a stage what each held before. */
export async function rollBackSeveral(tools: Tools, several: Several): Promise<void> {
  await ofStage(tools, several, 'rollback', {
    ask: l10n.t('Roll back a stage of {0} artifacts', several.chosen.length),
    last: (stages) =>
      l10n.t('Roll back {1} of {0} artifacts', several.chosen.length, stages.join(', ')),
  });
}

interface Titles {
  readonly ask: string;
  readonly last: (stages: readonly string[]) => string;
}

async function ofStage(
  tools: Tools,
  several: Several,
  method: 'unassign' | 'rollback',
  titles: Titles,
): Promise<void> {
  const { repository, chosen } = several;
  let asked: string | undefined;
  const held = ({ name, version }: Chosen, stage: string): string | undefined => {
    const versions = repository.row(name)?.stages[stage] ?? [];
    return versions.find((each) => version === undefined || each === version);
  };
  const plan = (): Planned & { readonly stages: readonly string[] } => {
    const [actions, leftOut]: [OneOf[], string[]] = [[], []];
    const stages = new Set<string>();
    for (const each of chosen) {
      const { name } = each;
      const stage = each.stage ?? asked ?? '';
      const version = held(each, stage);
      if (version === undefined) leftOut.push(l10n.t('{0} is not in {1}', name, stage));
      else if (method === 'rollback' && !canRollBack(repository.row(name), stage))
        leftOut.push(l10n.t('{0}: {1} held no other version before', name, stage));
      else {
        stages.add(stage);
        const params = method === 'unassign' ? { name, stage, version } : { name, stage };
        actions.push({ method, params });
      }
    }
    return { actions, leftOut, stages: [...stages] };
  };
  const steps: Step[] = [];
  if (chosen.some(({ stage }) => stage === undefined))
    steps.push(async (at) => {
      const open = chosen.filter(({ stage }) => stage === undefined);
      const all = repository.byImportance(repository.stages.map(({ name }) => name));
      const items = [...all].reverse().flatMap((stage) => {
        const there = open.filter((each) => held(each, stage) !== undefined);
        const names = there.map(({ name }) => name).join(', ');
        return there.length > 0 ? [{ label: stage, detail: names }] : [];
      });
      const item = await choose({
        title: withPlace(repository, titles.ask),
        at,
        placeholder: l10n.t('Stage'),
        items,
        active: ({ label }) => label === asked,
      });
      if (item === undefined || item === BACK) return item;
      asked = item.label;
      return 'next';
    });
  steps.push((at) => {
    const { actions, leftOut, stages } = plan();
    return confirmSeveral(tools, repository, actions, titles.last(stages), at, leftOut);
  });
  await throughSteps(steps);
}

/** Deregisters the version of each row. */
export async function deregisterSeveral(tools: Tools, several: Several): Promise<void> {
  const leftOut: string[] = [];
  const actions = several.chosen.flatMap(({ name, version }): OneOf[] => {
    if (version !== undefined) return [{ method: 'deregister', params: { name, version } }];
    leftOut.push(l10n.t('{0}: select a version of it', name));
    return [];
  });
  const title = l10n.t('Deregister {0} versions', actions.length);
  const { repository } = several;
  await throughSteps([(at) => confirmSeveral(tools, repository, actions, title, at, leftOut)]);
}

/** Deprecates each. */
export async function deprecateSeveral(tools: Tools, several: Several): Promise<void> {
  const { repository, chosen } = several;
  const leftOut: string[] = [];
  const actions = chosen.flatMap(({ name }): OneOf[] => {
    const row = repository.row(name);
    if (row?.registered === true && !row.deprecated)
      return [{ method: 'deprecate', params: { name } }];
    leftOut.push(l10n.t('{0}: it is not registered, or deprecated already', name));
    return [];
  });
  const title = l10n.t('Deprecate {0} artifacts', actions.length);
  await throughSteps([(at) => confirmSeveral(tools, repository, actions, title, at, leftOut)]);
}
