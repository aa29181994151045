import { l10n, type QuickPickItem } from 'vscode';
import { isByRules } from '../client/refusal';
import { choose, write } from '../quickpick/ask';
import { BACK, throughSteps, type Step } from '../quickpick/steps';
import { refusalOf } from '../text/failures';
import { withPlace, versionText } from '../text/descriptions';
import type { Tools } from '../tools';
import { confirm, type Asked } from './confirm';
import { checkConfiguration, isNamed, whichArtifact, type ArtifactTarget } from './target';

/** Stages of which it is found out whether the rules of promotion let the version in. */
const JUDGED = 20;

interface State {
  version: string | undefined;
  stage: string | undefined;
  /** A commit to be assigned, and registered first where it is not. */
  readonly ref: string | undefined;
  force: boolean;
}

/** `gto.assignStage`: version, stage, then the tag as it will be. What is known from the caller is not asked. */
export async function assignStage(tools: Tools, argument: unknown): Promise<void> {
  const target = await whichArtifact(
    tools,
    argument,
    l10n.t('Assign stage'),
    (row) => row.registered,
  );
  if (target === undefined) return;
  const { repository, name, version } = target;
  await checkConfiguration(repository);
  // Of a row's stage it is known that the version is there: it is not the one to be assigned from it.
  const given = isNamed(argument) ? argument : undefined;
  const state: State = { version, stage: given?.stage, ref: given?.ref, force: false };
  const title = (): string =>
    state.version === undefined
      ? l10n.t('Assign {0} to a stage', name)
      : l10n.t('Assign {0} {1} to a stage', name, versionText(state.version));
  const heading = (): string => withPlace(repository, title());
  const steps: Step[] = [];
  if (state.version === undefined && state.ref === undefined)
    steps.push((at) => askVersion(target, state, heading(), at));
  if (state.stage === undefined) steps.push((at) => askStage(tools, target, state, heading(), at));
  steps.push((at) => confirm(tools, repository, 'gto/assign', params(target, state), title(), at));
  await throughSteps(steps);
}

function params(
  { name }: ArtifactTarget,
  { version, stage, ref, force }: State,
): Asked<'gto/assign'> {
  return {
    name,
    stage: stage ?? '',
    ...(version ? { version } : {}),
    ...(ref ? { ref } : {}),
    ...(force ? { force } : {}),
  };
}

type At = Parameters<Step>[0];

async function askVersion(
  { repository, name }: ArtifactTarget,
  state: State,
  title: string,
  at: At,
): ReturnType<Step> {
  const items = repository.artifact(name).then(({ versions }) =>
    versions
      .filter((row) => row.active && row.registered)
      .map((row) => ({
        label: row.label,
        description: row.stages.map((held) => held.stage).join(', '),
        detail: row.subject ?? '',
        version: row.version,
      })),
  );
  const chosen = await choose({
    title,
    at,
    placeholder: l10n.t('Version'),
    items,
    active: (item) => item.version === state.version,
  });
  if (chosen === undefined || chosen === BACK) return chosen;
  state.version = chosen.version;
  return 'next';
}

type StageItem = QuickPickItem & { readonly stage?: string; readonly isHere?: boolean };

async function askStage(
  tools: Tools,
  target: ArtifactTarget,
  state: State,
  title: string,
  at: At,
): ReturnType<Step> {
  const { repository, name } = target;
  const held = repository.row(name)?.stages ?? {};
  const items: StageItem[] = repository.stages
    .filter((each) => each.isAllowed)
    .map(({ name: stage }) => stageItem(stage, held[stage] ?? [], state.version));
  const another: StageItem = {
    label: `$(edit) ${l10n.t('Enter a new stage…')}`,
    alwaysShow: true,
  };
  if (repository.allowedStages === null) items.push(another);
  const chosen = await choose({
    title,
    at,
    placeholder: l10n.t('Stage'),
    items,
    completed: Promise.all(
      items.map((item, index) =>
        index < JUDGED ? withRefusal(tools, target, state, item) : Promise.resolve(item),
      ),
    ),
    active: (item) =>
      item === another
        ? state.stage !== undefined && items.every(({ stage }) => stage !== state.stage)
        : item.stage === state.stage,
  });
  if (chosen === undefined || chosen === BACK) return chosen;
  state.force = chosen.isHere ?? false;
  if (chosen.stage !== undefined) {
    state.stage = chosen.stage;
    return 'next';
  }
  const written = await write({
    title,
    at,
    prompt: l10n.t('Name of the stage'),
    value: items.some(({ stage }) => stage === state.stage) ? '' : (state.stage ?? ''),
    wrong: (stage) =>
      refusalOf(
        tools.connection.ask('gto/assign', {
          repo: repository.root,
          ...params(target, { ...state, stage }),
          dry_run: true,
        }),
        // What may be done all the same is asked about in the last step.
        ({ allow }) => allow === undefined,
      ),
  });
  if (written === undefined) return undefined;
  if (written === BACK) return askStage(tools, target, state, title, at);
  state.stage = written;
  return 'next';
}

/** The stage with the reason why the rules of promotion do not let the version in now, if they do not. */
async function withRefusal(
  tools: Tools,
  target: ArtifactTarget,
  state: State,
  item: StageItem,
): Promise<StageItem> {
  const { stage, isHere } = item;
  if (stage === undefined || isHere === true) return item;
  const repo = target.repository.root;
  const asked = { ...params(target, { ...state, stage, force: false }), repo, dry_run: true };
  // What else is wrong is told when the stage is chosen.
  const refusal = await refusalOf(tools.connection.ask('gto/assign', asked), isByRules);
  return refusal === undefined ? item : { ...item, detail: `$(circle-slash) ${refusal}` };
}

/** Each stage says what assigning does there. */
function stageItem(
  stage: string,
  holders: readonly string[],
  version: string | undefined,
): StageItem {
  if (version !== undefined && holders.includes(version)) {
    return {
      label: stage,
      stage,
      isHere: true,
      description: l10n.t('already here'),
      detail: l10n.t('Assigned already. Choose to record it again.'),
    };
  }
  if (holders.length === 0) return { label: stage, stage, description: l10n.t('empty') };
  const replaced = holders.map(versionText).join(', ');
  return { label: stage, stage, description: l10n.t('replaces {0}', replaced) };
}
