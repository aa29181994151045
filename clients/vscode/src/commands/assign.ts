import { l10n, type QuickPickItem } from 'vscode';
import { isByRules } from '../client/refusal';
import type { TreeRow } from '../protocol';
import { choose } from '../quickpick/ask';
import { chooseOrEnter, Entered } from '../quickpick/enter';
import { BACK, throughSteps, type Step } from '../quickpick/steps';
import type { Repository } from '../registry/repository';
import { refusalOf } from '../text/failures';
import { withPlace, versionText } from '../text/descriptions';
import type { Tools } from '../tools';
import { askVersion } from './askVersion';
import { confirm, type Asked } from './confirm';
import { severalOf } from './rows';
import { assignSeveral } from './severalActs';
import { askArtifact, checkConfiguration, isNamed, whichTarget } from './target';

/** Stages of which it is found out whether the rules of promotion let the version in. */
const JUDGED = 20;

interface State {
  name: string | undefined;
  version: string | undefined;
  stage: string | undefined;
  /** A commit to be assigned, and registered first where it is not. */
  readonly ref: string | undefined;
  force: boolean;
}

/** `gto.assignStage`: version, stage, then the tag as it will be; of several rows together. What is known is not asked. */
export async function assignStage(
  tools: Tools,
  argument: unknown,
  selected?: unknown,
): Promise<void> {
  const several = severalOf(argument, selected);
  if (several !== undefined) return assignSeveral(tools, several);
  const target = await whichTarget(tools, argument);
  if (target === undefined) return;
  const { repository, name, version } = target;
  await checkConfiguration(repository);
  // Of a row's stage it is known that the version is there: it is not the one to be assigned from it.
  const given = isNamed(argument) ? argument : undefined;
  const state: State = { name, version, stage: given?.stage, ref: given?.ref, force: false };
  const title = (): string =>
    state.name === undefined
      ? l10n.t('Assign stage')
      : state.version === undefined
        ? l10n.t('Assign {0} to a stage', state.name)
        : l10n.t('Assign {0} {1} to a stage', state.name, versionText(state.version));
  const heading = (): string => withPlace(repository, title());
  const steps: Step[] = [];
  if (name === undefined) steps.push((at) => askName(repository, state, at));
  if (version === undefined && state.ref === undefined)
    steps.push((at) => askVersion(repository, state.name ?? '', state, heading(), at));
  if (state.stage === undefined)
    steps.push((at) => askStage(tools, repository, state, heading(), at));
  const { isProposed = false } = given ?? {};
  steps.push((at) =>
    confirm(tools, repository, 'gto/assign', params(state), title(), at, isProposed),
  );
  await throughSteps(steps);
}

function params({ name, version, stage, ref, force }: State): Asked<'gto/assign'> {
  return {
    name: name ?? '',
    stage: stage ?? '',
    ...(version ? { version } : {}),
    ...(ref ? { ref } : {}),
    ...(force ? { force } : {}),
  };
}

type At = Parameters<Step>[0];

async function askName(repository: Repository, state: State, at: At): ReturnType<Step> {
  const isEligible = (row: TreeRow): boolean => row.registered;
  const before = state.name;
  const name = await askArtifact(repository, l10n.t('Assign stage'), isEligible, { at, before });
  if (name === undefined || name === BACK) return name;
  // Its versions are others'.
  if (name !== before) state.version = undefined;
  state.name = name;
  return 'next';
}

type StageItem = QuickPickItem & { readonly stage?: string; readonly isHere?: boolean };

async function askStage(
  tools: Tools,
  repository: Repository,
  state: State,
  title: string,
  at: At,
): ReturnType<Step> {
  const held = repository.row(state.name ?? '')?.stages ?? {};
  const items: StageItem[] = repository.stages
    .filter((each) => each.isAllowed)
    .map(({ name: stage }) => stageItem(stage, held[stage] ?? [], state.version));
  const asked = {
    title,
    at,
    placeholder: l10n.t('Stage'),
    items,
    completed: Promise.all(
      items.map((item, index) =>
        index < JUDGED ? withRefusal(tools, repository, state, item) : Promise.resolve(item),
      ),
    ),
    active: (item: StageItem) => item.stage === state.stage,
    isUnlikely: (item: StageItem) => item.isHere === true,
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
          wrong: (stage) =>
            refusalOf(
              tools.connection.ask('gto/assign', {
                repo: repository.root,
                ...params({ ...state, stage, force: false }),
                dry_run: true,
              }),
              // What may be done all the same is asked about in the last step.
              ({ allow }) => allow === undefined,
            ),
        });
  if (chosen === undefined || chosen === BACK) return chosen;
  const isEntered = chosen instanceof Entered;
  state.stage = isEntered ? chosen.text : chosen.stage;
  state.force = !isEntered && chosen.isHere === true;
  return 'next';
}

/** The stage with the reason why the rules of promotion do not let the version in now, if they do not. */
async function withRefusal(
  tools: Tools,
  repository: Repository,
  state: State,
  item: StageItem,
): Promise<StageItem> {
  const { stage, isHere } = item;
  if (stage === undefined || isHere === true) return item;
  const repo = repository.root;
  const asked = { ...params({ ...state, stage, force: false }), repo, dry_run: true };
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
