import { l10n, type QuickPickItem } from 'vscode';
import { choose, write } from '../quickpick/ask';
import { BACK, throughSteps, type Step } from '../quickpick/steps';
import { refusalOf } from '../text/failures';
import { shown } from '../text/words';
import type { Tools } from '../tools';
import { confirm, type Asked } from './confirm';
import { whichArtifact, type ArtifactTarget } from './target';

interface State {
  version: string | undefined;
  stage: string | undefined;
  force: boolean;
}

/** `gto.assignStage`: version, stage, then the tag as it will be. What is known from the row is not asked. */
export async function assignStage(tools: Tools, argument: unknown): Promise<void> {
  const target = await whichArtifact(
    tools,
    argument,
    l10n.t('Assign stage'),
    (row) => row.registered,
  );
  if (target === undefined) return;
  // A stage that a row is already in is not the one to be assigned from there.
  const state: State = { version: target.version, stage: undefined, force: false };
  const title = (): string =>
    state.version === undefined
      ? l10n.t('Assign {0} to a stage', target.name)
      : l10n.t('Assign {0} {1} to a stage', target.name, shown(state.version));
  const steps: Step[] = [];
  if (state.version === undefined) steps.push((at) => askVersion(target, state, title(), at));
  const asksStage = !isPlainStage(argument);
  if (asksStage) steps.push((at) => askStage(tools, target, state, title(), at));
  else state.stage = target.stage;
  steps.push((at) =>
    confirm(tools, target.repository, 'gto/assign', params(target, state), title(), at),
  );
  await throughSteps(steps);
}

/** Whether the caller named the stage to assign, as a code lens can. */
function isPlainStage(argument: unknown): boolean {
  return (
    typeof argument === 'object' &&
    argument !== null &&
    'stage' in argument &&
    'repo' in argument &&
    typeof argument.stage === 'string'
  );
}

function params({ name }: ArtifactTarget, { version, stage, force }: State): Asked<'gto/assign'> {
  return {
    name,
    stage: stage ?? '',
    ...(version ? { version } : {}),
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
    active: (item) => item.stage !== undefined && item.stage === state.stage,
  });
  if (chosen === undefined || chosen === BACK) return chosen;
  state.force = chosen.isHere ?? false;
  state.stage = chosen.stage;
  if (chosen.stage !== undefined) return 'next';
  const written = await write({
    title,
    at,
    prompt: l10n.t('Name of the stage'),
    wrong: (stage) =>
      refusalOf(
        tools.connection.ask('gto/assign', {
          repo: repository.root,
          ...params(target, { ...state, stage }),
          dry_run: true,
        }),
      ),
  });
  if (written === undefined) return undefined;
  if (written === BACK) return askStage(tools, target, state, title, at);
  state.stage = written;
  return 'next';
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
  const replaced = holders.map(shown).join(', ');
  return { label: stage, stage, description: l10n.t('replaces {0}', replaced) };
}
