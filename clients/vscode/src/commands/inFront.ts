import { commands, l10n, Uri, type QuickPickItem } from 'vscode';
import { actionsOf } from '../features/artifactInFront';
import type { FoundArtifact } from '../features/artifactFiles';
import { choose } from '../quickpick/ask';
import { BACK } from '../quickpick/steps';
import type { CardAction } from '../text/artifactCard';
import { withPlace } from '../text/descriptions';
import { Explained } from '../text/failures';
import type { Tools } from '../tools';
import { showHistoryOf } from './history';
import { whichVersion } from './target';

/** The artifact of a file that a menu was called on, or else of the file in front. */
function artifactOf(tools: Tools, argument: unknown): FoundArtifact {
  const isFile = argument instanceof Uri;
  const found = isFile ? tools.files.of(argument) : tools.inFront.artifact;
  if (found !== undefined) return found;
  throw new Explained(
    isFile
      ? l10n.t('This file belongs to no artifact.')
      : l10n.t('The file in front belongs to no artifact.'),
  );
}

/** `gto.showArtifactInFront`: what can be done about the artifact of the file in front. */
export async function showArtifactInFront(tools: Tools, argument: unknown): Promise<void> {
  const found = artifactOf(tools, argument);
  const { repository } = found;
  const items = actionsOf(found).map((action): QuickPickItem & { action: CardAction } => ({
    label: `$(${action.icon}) ${action.label}`,
    action,
  }));
  const title = withPlace(repository, tools.inFront.textOf(found));
  const chosen = await choose({ title, items });
  if (chosen === undefined || chosen === BACK) return;
  await commands.executeCommand(chosen.action.command, chosen.action.argument);
}

/** `gto.showHistoryOfFile`: the history of the artifact that a file is, lies in, or describes. */
export async function showHistoryOfFile(tools: Tools, argument: unknown): Promise<void> {
  const { repository, row } = artifactOf(tools, argument);
  await showHistoryOf(tools, { repo: repository.root, name: row.name });
}

/** `gto.compareWithHead`: a version with the commit that is checked out. */
export async function compareWithHead(tools: Tools, argument: unknown): Promise<void> {
  const left = await whichVersion(tools, argument, l10n.t('Compare with HEAD'));
  if (left !== undefined) tools.panels.compare(left.repository, left.name, left.version, 'HEAD');
}
