import { env, l10n, window } from 'vscode';
import { quoted, versionText } from '../text/descriptions';
import type { Tools } from '../tools';
import type { Node } from '../views/nodes';
import { rowsOf } from './rows';
import { targetOf, whichVersion } from './target';

type Field = 'ref' | 'version' | 'commit';

/** Copies texts, one a line. */
export async function copyText(texts: readonly string[]): Promise<void> {
  const [first, ...others] = texts;
  if (first === undefined) return;
  await env.clipboard.writeText(texts.join('\n'));
  const told =
    others.length === 0 ? l10n.t('Copied {0}', first) : l10n.t('Copied {0} lines', texts.length);
  window.setStatusBarMessage(`$(copy) ${told}`, 3_000);
}

/** What a row is called elsewhere: the tag, or else the name. */
export function textOf(node: Node): string {
  switch (node.kind) {
    case 'artifact':
    case 'holder':
      return node.name;
    case 'version':
      return node.version.registered ? node.version.ref : node.version.commit;
    case 'held':
      return node.held.ref;
    case 'stage':
      return node.stage;
    case 'event':
      return node.event.ref;
    case 'folder':
      return node.dir;
    case 'repository':
      return node.repository.root;
    case 'problem':
      return node.problem.message;
    default:
      return '';
  }
}

/** Copies something of the rows that it was called on, or of a version that is asked for. */
function copier(field: Field, title: () => string) {
  return async (tools: Tools, argument: unknown, selected?: unknown): Promise<void> => {
    const text = (value: string): string => (field === 'version' ? versionText(value) : value);
    const rows = rowsOf(argument, selected);
    const known = (rows.length > 0 ? rows : [argument]).flatMap((row) => {
      const value = targetOf(tools, row)?.[field];
      return value === undefined ? [] : [value];
    });
    if (known.length > 0) return copyText(known.map(text));
    const asked = (await whichVersion(tools, argument, title()))?.[field];
    if (asked !== undefined) await copyText([text(asked)]);
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
  await copyText([`gtod get${where} ${quoted(`${name}@${version}`)}`]);
}
