import { l10n } from 'vscode';
import { choose } from '../quickpick/ask';
import { BACK } from '../quickpick/steps';
import { withPlace, versionText } from '../text/descriptions';
import { Explained } from '../text/failures';
import type { Tools } from '../tools';
import { confirm } from './confirm';
import { whichArtifact, whichVersion, type ArtifactTarget } from './target';

/** The stage that a command is about; asks among those that the artifact is in. */
async function whichStage(
  target: ArtifactTarget,
  title: string,
): Promise<{ readonly stage: string; readonly version: string | undefined } | undefined> {
  const held = target.repository.row(target.name)?.stages ?? {};
  if (target.stage !== undefined) {
    return { stage: target.stage, version: target.version ?? held[target.stage]?.[0] };
  }
  const items = Object.entries(held)
    .filter(([, versions]) => target.version === undefined || versions.includes(target.version))
    .map(([stage, versions]) => ({
      label: stage,
      description: versions.map(versionText).join(', '),
      stage,
      version: versions[0],
    }));
  const { repository } = target;
  if (items.length === 0)
    throw new Explained(withPlace(repository, l10n.t('{0} is in no stage.', target.name)));
  const chosen = await choose({
    title: withPlace(repository, title),
    placeholder: l10n.t('Stage'),
    items,
  });
  return chosen === undefined || chosen === BACK ? undefined : chosen;
}

const isInStage = (row: { readonly registered: boolean }): boolean => row.registered;

/** `gto.removeFromStage` */
export async function removeFromStage(tools: Tools, argument: unknown): Promise<void> {
  const title = l10n.t('Remove from stage');
  const target = await whichArtifact(tools, argument, title, isInStage);
  const held = target && (await whichStage(target, title));
  if (target === undefined || held === undefined) return;
  const { name, repository } = target;
  const { stage, version } = held;
  await confirm(
    tools,
    repository,
    'gto/unassign',
    { name, stage, ...(version ? { version } : {}) },
    l10n.t('Remove {0} {1} from {2}', name, versionText(version ?? ''), stage),
  );
}

/** `gto.rollBackStage` */
export async function rollBackStage(tools: Tools, argument: unknown): Promise<void> {
  const title = l10n.t('Roll back stage');
  const target = await whichArtifact(tools, argument, title, isInStage);
  const held = target && (await whichStage(target, title));
  if (target === undefined || held === undefined) return;
  const { name, repository } = target;
  const { stage } = held;
  const asked = { name, stage };
  await confirm(
    tools,
    repository,
    'gto/rollback',
    asked,
    l10n.t('Roll back {0} of {1}', stage, name),
  );
}

/** `gto.deregisterVersion` */
export async function deregisterVersion(tools: Tools, argument: unknown): Promise<void> {
  const target = await whichVersion(tools, argument, l10n.t('Deregister version'));
  if (target === undefined) return;
  const { name, version, repository } = target;
  const title = l10n.t('Deregister {0} {1}', name, versionText(version));
  await confirm(tools, repository, 'gto/deregister', { name, version }, title);
}

/** `gto.deprecateArtifact` */
export async function deprecateArtifact(tools: Tools, argument: unknown): Promise<void> {
  const target = await whichArtifact(tools, argument, l10n.t('Deprecate artifact'), isInStage);
  if (target === undefined) return;
  const { name, repository } = target;
  await confirm(tools, repository, 'gto/deprecate', { name }, l10n.t('Deprecate {0}', name));
}
