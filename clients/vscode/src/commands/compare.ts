import * as path from 'node:path';
import { commands, l10n } from 'vscode';
import type { CompareResult, TreeRow } from '../protocol';
import { choose } from '../quickpick/ask';
import { BACK } from '../quickpick/steps';
import { fileAt } from '../registry/git';
import type { Repository } from '../registry/repository';
import { withPlace, versionText } from '../text/descriptions';
import { Explained } from '../text/failures';
import type { Tools } from '../tools';
import type { Node } from '../views/nodes';
import { checkFiles, chooseVersion, whichArtifact, whichVersion } from './target';

/** `gto.compareVersions`: one version is chosen already, or asked for; the other is asked for. */
export async function compareVersions(tools: Tools, argument: unknown): Promise<void> {
  const right = await whichVersion(tools, argument, l10n.t('Compare versions'), isComparable);
  if (right === undefined) return;
  const other = l10n.t('Compare {0} {1} with', right.name, versionText(right.version));
  const left = await chooseVersion(right, other, right.version);
  if (left === undefined) return;
  tools.panels.compare(right.repository, right.name, left.version, right.version);
}

/** `gto.compareWithPrevious`: with the next smaller version. */
export async function compareWithPrevious(tools: Tools, argument: unknown): Promise<void> {
  const title = l10n.t('Compare with previous version');
  const right = await whichVersion(tools, argument, title, isComparable);
  if (right === undefined) return;
  const { repository, name, version } = right;
  const before = await versionBefore(repository, name, version);
  if (before === undefined) {
    const words = l10n.t('{0} has no version before {1}.', name, versionText(version));
    throw new Explained(withPlace(repository, words));
  }
  tools.panels.compare(repository, name, before.version, version);
}

const isComparable = ({ comparable }: TreeRow): boolean => comparable;

/** The next smaller version that counts, on whichever page it is. */
async function versionBefore(repository: Repository, name: string, version: string) {
  for (;;) {
    const { versions, next_cursor } = await repository.artifact(name);
    const at = versions.findIndex((row) => row.version === version);
    const before = at < 0 ? undefined : versions.slice(at + 1).find(({ active }) => active);
    if (before !== undefined || !next_cursor) return before;
    repository.wantMore(name);
  }
}

/** `gto.compareWithStage`: with what is in a stage; asks for it where several come into question. */
export async function compareWithStage(tools: Tools, argument: unknown): Promise<void> {
  const title = l10n.t('Compare with stage');
  const right = await whichVersion(tools, argument, title, isComparable);
  if (right === undefined) return;
  const { repository, name, version } = right;
  const held = repository.row(name)?.stages ?? {};
  const items = [...repository.heldStages(name)]
    .reverse()
    .flatMap((stage) =>
      (held[stage] ?? [])
        .filter((holder) => holder !== version)
        .map((holder) => ({ label: stage, description: versionText(holder), holder })),
    );
  if (items.length === 0) {
    const words = l10n.t('No other version of {0} is in a stage.', name);
    throw new Explained(withPlace(repository, words));
  }
  const chosen =
    items.length === 1
      ? items[0]
      : await choose({ title: withPlace(repository, title), placeholder: l10n.t('Stage'), items });
  if (chosen === undefined || chosen === BACK) return;
  tools.panels.compare(repository, name, chosen.holder, version);
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
  tools.panels.compare(one.repository, one.name, pair[0] ?? '', pair[1] ?? '');
}

/** `gto.showVersions`: all versions of an artifact with their metrics. */
export async function showVersions(tools: Tools, argument: unknown): Promise<void> {
  const title = l10n.t('Versions of artifact');
  const target = await whichArtifact(tools, argument, title, (row) => row.registered);
  if (target !== undefined) tools.panels.versions(target.repository, target.name);
}

/** Shows how a file changed between the two sides of a comparison. */
export async function openChange(
  repository: Repository,
  { name, left, right, files }: CompareResult,
  file: string,
): Promise<void> {
  const change = files.find((each) => each.path === file);
  if (change === undefined) return;
  checkFiles(repository);
  const [before, after] = [left, right].map(({ commit }) =>
    fileAt(path.join(repository.root, file), commit),
  );
  if (before === undefined || after === undefined)
    throw new Explained(l10n.t("This needs VS Code's Git extension, which is disabled."));
  const [old, now] = [left, right].map(({ version, commit }) => versionText(version ?? commit));
  const base = path.basename(file);
  if (change.status === 'modified') {
    const title = withPlace(repository, `${base} (${name} ${old ?? ''} ↔ ${now ?? ''})`);
    await commands.executeCommand('vscode.diff', before, after, title);
    return;
  }
  const [uri, version] = change.status === 'added' ? [after, now] : [before, old];
  const title = withPlace(repository, `${base} (${version ?? ''})`);
  await commands.executeCommand('vscode.open', uri, {}, title);
}
