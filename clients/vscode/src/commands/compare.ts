import { commands, l10n, window, type Uri } from 'vscode';
import * as path from 'node:path';
import type { ComparedSide } from '../protocol';
import { fileAt } from '../registry/git';
import type { Repository } from '../registry/repository';
import { withPlace, versionText } from '../text/descriptions';
import { Explained } from '../text/failures';
import type { Tools } from '../tools';
import type { Node } from '../views/nodes';
import { chooseVersion, whichVersion } from './target';

/** `gto.compareVersions`: one version is chosen already, or asked for; the other is asked for. */
export async function compareVersions(tools: Tools, argument: unknown): Promise<void> {
  const title = l10n.t('Compare versions');
  const right = await whichVersion(tools, argument, title);
  if (right === undefined) return;
  const other = l10n.t('Compare {0} {1} with', right.name, versionText(right.version));
  const left = await chooseVersion(right, other, right.version);
  if (left === undefined) return;
  await show(tools, right.repository, right.name, left.version, right.version);
}

/** `gto.compareSelected`: the two versions that are selected in the sidebar. */
export async function compareSelected(
  tools: Tools,
  _argument: unknown,
  selected: unknown,
): Promise<void> {
  const nodes = (Array.isArray(selected) ? selected : tools.artifacts.view.selection) as Node[];
  const [one, other] = nodes.flatMap((node) => (node.kind === 'version' ? [node] : []));
  if (one === undefined || other?.name !== one.name || other.repository !== one.repository) {
    throw new Explained(l10n.t('Select two versions of one artifact to compare them.'));
  }
  const { versions } = await one.repository.artifact(one.name);
  const place = (version: string): number => versions.findIndex((row) => row.version === version);
  // The greater version on the right, in whichever order they were selected.
  const pair = [one.version.version, other.version.version].sort((a, b) => place(b) - place(a));
  await show(tools, one.repository, one.name, pair[0] ?? '', pair[1] ?? '');
}

async function show(
  tools: Tools,
  repository: Repository,
  name: string,
  left: string,
  right: string,
): Promise<void> {
  const repo = repository.root;
  const found = await tools.connection.ask('gto/compare', { repo, name, left, right });
  const about = 'compare' as const;
  const sides = (
    [
      ['left', left],
      ['right', right],
    ] as const
  ).map(([side, version]) =>
    tools.pages.ask(repository, `${name} ${versionText(version)}`, {
      about,
      name,
      left,
      right,
      side,
    }),
  );
  const title = withPlace(repository, `${name} ${versionText(left)} ↔ ${versionText(right)}`);
  await commands.executeCommand('vscode.diff', sides[0], sides[1], title);
  const files = [fileOf(repository, found.left), fileOf(repository, found.right)];
  if (found.same_content !== false || files.includes(undefined)) return;
  const open = l10n.t('Compare files');
  const words = l10n.t(
    'The file of {0} differs between {1} and {2}.',
    name,
    versionText(left),
    versionText(right),
  );
  void window.showInformationMessage(withPlace(repository, words), open).then((choice) => {
    if (choice === open) void commands.executeCommand('vscode.diff', ...files, title);
  });
}

function fileOf(repository: Repository, { content, commit }: ComparedSide): Uri | undefined {
  if (content?.kind !== 'git' || content.is_directory || !content.path) return undefined;
  return fileAt(path.join(repository.root, content.path), commit);
}
