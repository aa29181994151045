import { commands, l10n, window } from 'vscode';
import { Explained } from '../text/failures';
import { withPlace } from '../text/descriptions';
import type { Tools } from '../tools';
import type { Node } from '../views/nodes';
import { copyText, textOf } from './copy';
import { openAnnotation } from './open';
import { deprecateArtifact, deregisterVersion, removeFromStage } from './undo';

/** The rows that a key was pressed on. The keybinding says in which view; see package.json. */
async function pressedOn(tools: Tools, argument: unknown): Promise<readonly Node[]> {
  const views = { artifacts: tools.artifacts, stages: tools.stages, history: tools.history };
  const view = Object.entries(views).find(([name]) => name === argument)?.[1];
  return (await view?.rowsAtHand()) ?? [];
}

type Taker = (tools: Tools, argument: unknown, selected?: unknown) => Promise<void>;

/** What takes back that a row is there, with nothing deleted. */
const TAKERS: Partial<Record<Node['kind'], Taker>> = {
  artifact: deprecateArtifact,
  version: deregisterVersion,
  held: removeFromStage,
  holder: removeFromStage,
};

/** `gto.removeRow` (Delete): the wizard that takes back what the selected rows say, up to its last step. */
export async function removeRow(tools: Tools, argument: unknown): Promise<void> {
  const all = await pressedOn(tools, argument);
  // A stage or a folder is selected by being opened.
  const meant = all.filter(({ kind }) => TAKERS[kind] !== undefined);
  const rows = meant.length > 0 ? meant : all;
  const [first] = rows;
  if (first === undefined) return;
  const take = TAKERS[first.kind];
  if (take === undefined || rows.some(({ kind }) => TAKERS[kind] !== take))
    throw new Explained(
      l10n.t('Select artifacts, versions, or what is in a stage: one kind of them at a time.'),
    );
  if (first.kind === 'artifact' && rows.length === 1) {
    const row = first.repository.row(first.name);
    // Nothing but an entry in a file, which is deleted there.
    if (row?.registered === false) return openAnnotation(tools, first);
  }
  await take(tools, first, rows);
}

/** `gto.renameRow` (F2): the name of an artifact in its file; of one that has tags it is said what to do in place of it. */
export async function renameRow(tools: Tools, argument: unknown): Promise<void> {
  const [node] = await pressedOn(tools, argument);
  if (node === undefined) return;
  const { repository } = node;
  if (node.kind !== 'artifact' && node.kind !== 'holder') {
    const words = l10n.t('Tags cannot be renamed. Create another one, and take this one back.');
    throw new Explained(withPlace(repository, words));
  }
  const row = repository.row(node.name);
  if (row?.registered === false && row.location) {
    await openAnnotation(tools, node);
    await commands.executeCommand('editor.action.rename');
    return;
  }
  const register = l10n.t('Register Another Name…');
  const words = l10n.t(
    '{0} has {1} tags, and tags cannot be renamed. Register it under the new name, then deprecate this one.',
    node.name,
    row?.tags ?? 0,
  );
  const told = withPlace(repository, words);
  if ((await window.showInformationMessage(told, register)) === register)
    await commands.executeCommand('gto.registerVersion', { repo: repository.root });
}

/** `gto.copyRow` (Ctrl+C): what the selected rows are called: tags, artifacts, stages, one a line. */
export async function copyRow(tools: Tools, argument: unknown): Promise<void> {
  const rows = await pressedOn(tools, argument);
  await copyText(rows.map(textOf).filter((text) => text !== ''));
}
