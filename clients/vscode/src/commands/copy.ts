import { env, l10n, window } from 'vscode';
import { quoted, versionText } from '../text/descriptions';
import type { Tools } from '../tools';
import { targetOf, whichVersion } from './target';

type Field = 'ref' | 'version' | 'commit';

async function copy(text: string): Promise<void> {
  await env.clipboard.writeText(text);
  window.setStatusBarMessage(`$(copy) ${l10n.t('Copied {0}', text)}`, 3_000);
}

/** Copies something of the row that it was called on, or of a version that is asked for. */
function copier(field: Field, title: () => string) {
  return async (tools: Tools, argument: unknown): Promise<void> => {
    const known = targetOf(tools, argument)?.[field];
    const text = known ?? (await whichVersion(tools, argument, title()))?.[field];
    if (text !== undefined) await copy(field === 'version' ? versionText(text) : text);
  };
}

export const copyTag = copier('ref', () => l10n.t('Copy tag name'));
export const copyVersion = copier('version', () => l10n.t('Copy version'));
export const copyCommit = copier('commit', () => l10n.t('Copy commit hash'));

/** `gto.copyGetCommand`: the command that brings the artifact of this version. */
export async function copyGetCommand(tools: Tools, argument: unknown): Promise<void> {
  const target = await whichVersion(tools, argument, l10n.t('Copy download command'));
  if (target === undefined) return;
  const { name, version, repository } = target;
  // A terminal may be in another of the folders, which has an artifact of this name too.
  const where = repository.place ? ` -r ${quoted(repository.root)}` : '';
  await copy(`gtod get${where} ${quoted(`${name}@${version}`)}`);
}
