import { l10n } from 'vscode';
import type { TreeRow } from '../protocol';
import { choose } from '../quickpick/ask';
import { BACK, throughSteps, type Step } from '../quickpick/steps';
import { canRollBack } from '../registry/possible';
import type { Repository } from '../registry/repository';
import { withPlace, versionText } from '../text/descriptions';
import { Explained } from '../text/failures';
import type { Tools } from '../tools';
import { askVersion } from './askVersion';
import { confirm } from './confirm';
import { severalOf, type Several } from './rows';
import { deprecateSeveral, deregisterSeveral, removeSeveral, rollBackSeveral } from './severalActs';
import { askArtifact, whichTarget } from './target';

type At = Parameters<Step>[0];

/** What is taken back, as far as it is known. */
interface State {
  readonly repository: Repository;
  name: string;
  version: string | undefined;
  stage: string | undefined;
}

interface Wizard {
  readonly title: string;
  readonly isEligible: (row: TreeRow) => boolean;
  /** What is asked for beside the artifact, where the row does not say it. */
  readonly asks?: 'stage' | 'version';
  /** Whether it can be done to what the artifact has in a stage. */
  readonly isPossible?: (row: TreeRow, stage: string) => boolean;
  readonly several: (tools: Tools, several: Several) => Promise<void>;
  readonly last: (tools: Tools, state: State, at: At) => ReturnType<Step>;
}

/** A command that asks for what is not known and then shows the tag: of a row, of several, or from the palette. */
const wizard =
  (describe: () => Wizard) =>
  async (tools: Tools, argument: unknown, selected?: unknown): Promise<void> => {
    const { title, isEligible, asks, isPossible, several: ofSeveral, last } = describe();
    const several = severalOf(argument, selected);
    if (several !== undefined) return ofSeveral(tools, several);
    const target = await whichTarget(tools, argument);
    if (target === undefined) return;
    const { repository, name, version, stage } = target;
    const state: State = { repository, name: name ?? '', version, stage };
    const steps: Step[] = [];
    if (name === undefined)
      steps.push(async (at) => {
        const before = state.name;
        const chosen = await askArtifact(repository, title, isEligible, { at, before });
        if (chosen === undefined || chosen === BACK) return chosen;
        state.name = chosen;
        return 'next';
      });
    const heading = withPlace(repository, title);
    if (asks === 'version' && version === undefined)
      steps.push((at) => askVersion(repository, state.name, state, heading, at));
    if (asks === 'stage') {
      if (stage === undefined)
        steps.push((at) => askStage(state, version, { title: heading, at, isPossible }));
      else state.version ??= repository.row(state.name)?.stages[stage]?.[0];
    }
    steps.push((at) => last(tools, state, at));
    await throughSteps(steps);
  };

/** Asks for a stage among those that the artifact, or its version, is in. */
async function askStage(
  state: State,
  version: string | undefined,
  { title, at, isPossible }: { title: string; at: At; isPossible: Wizard['isPossible'] },
): ReturnType<Step> {
  const { repository, name } = state;
  const row = repository.row(name);
  const held = row?.stages ?? {};
  const items = [...repository.heldStages(name)].reverse().flatMap((stage) => {
    const versions = held[stage] ?? [];
    if (version !== undefined && !versions.includes(version)) return [];
    if (row !== undefined && isPossible?.(row, stage) === false) return [];
    const description = versions.map(versionText).join(', ');
    return [{ label: stage, description, version: version ?? versions[0] }];
  });
  if (items.length === 0) {
    const words =
      Object.keys(held).length > 0
        ? l10n.t('No stage of {0} held another version before.', name)
        : l10n.t('{0} is in no stage.', name);
    throw new Explained(withPlace(repository, words));
  }
  const chosen = await choose({
    title,
    at,
    placeholder: l10n.t('Stage'),
    items,
    active: ({ label }) => label === state.stage,
  });
  if (chosen === undefined || chosen === BACK) return chosen;
  state.stage = chosen.label;
  state.version = chosen.version;
  return 'next';
}

const isInStage = (row: TreeRow): boolean => Object.keys(row.stages).length > 0;

/** `gto.removeFromStage` */
export const removeFromStage = wizard(() => ({
  title: l10n.t('Remove from stage'),
  isEligible: isInStage,
  asks: 'stage',
  several: removeSeveral,
  last: (tools, { repository, name, version, stage = '' }, at) => {
    const title = l10n.t('Remove {0} {1} from {2}', name, versionText(version ?? ''), stage);
    const asked = { name, stage, ...(version ? { version } : {}) };
    return confirm(tools, repository, 'gto/unassign', asked, title, at);
  },
}));

/** `gto.rollBackStage` */
export const rollBackStage = wizard(() => ({
  title: l10n.t('Roll back stage'),
  isEligible: ({ earlier }) => earlier.length > 0,
  isPossible: canRollBack,
  asks: 'stage',
  several: rollBackSeveral,
  last: (tools, { repository, name, stage = '' }, at) => {
    const title = l10n.t('Roll back {0} of {1}', stage, name);
    return confirm(tools, repository, 'gto/rollback', { name, stage }, title, at);
  },
}));

/** `gto.deregisterVersion` */
export const deregisterVersion = wizard(() => ({
  title: l10n.t('Deregister version'),
  isEligible: (row) => row.registered,
  asks: 'version',
  several: deregisterSeveral,
  last: (tools, { repository, name, version = '' }, at) => {
    const title = l10n.t('Deregister {0} {1}', name, versionText(version));
    return confirm(tools, repository, 'gto/deregister', { name, version }, title, at);
  },
}));

/** `gto.deprecateArtifact` */
export const deprecateArtifact = wizard(() => ({
  title: l10n.t('Deprecate artifact'),
  isEligible: (row) => row.registered && !row.deprecated,
  several: deprecateSeveral,
  last: (tools, { repository, name }, at) =>
    confirm(tools, repository, 'gto/deprecate', { name }, l10n.t('Deprecate {0}', name), at),
}));
