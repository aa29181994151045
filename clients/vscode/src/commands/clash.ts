import { commands, l10n, window } from 'vscode';
import { Refusal } from '../client/refusal';
import type { SentTag } from '../protocol';
import type { Repository } from '../registry/repository';
import { clashMessage, withPlace } from '../text/descriptions';
import type { Tools } from '../tools';

const KEPT = 'gto.keptTags';
/** How many decisions are remembered, and how many tags are shown side by side. */
const [MAX_REMEMBERED, MAX_SHOWN] = [1000, 100];

/**
 * Shows that tags are different on a remote. The choice is between keeping and looking: none of ours is ever replaced,
 * and the comparison says how to take the remote's.
 */
export async function showClashes(
  tools: Tools,
  repository: Repository,
  remote: string,
  tags: readonly SentTag[],
): Promise<void> {
  if (tags.length === 0) return;
  const [keep, show] = [l10n.t('Keep Mine'), l10n.t('Show Both')];
  const words = withPlace(repository, clashMessage(tags, remote));
  const choice = await window.showWarningMessage(words, keep, show);
  if (choice === keep) await remember(tools, repository, remote, tags);
  if (choice === show) await showBoth(tools, repository, remote, tags);
}

/** The same after a fetch: what somebody decided to keep is not asked again, until it differs in another way. */
export async function showNewClashes(
  tools: Tools,
  repository: Repository,
  remote: string,
  tags: readonly SentTag[],
): Promise<void> {
  const kept = new Set(keptTags(tools));
  const fresh = tags.filter((tag) => {
    const known = decision(repository, remote, tag);
    return known === undefined || !kept.has(known);
  });
  await showClashes(tools, repository, remote, fresh);
}

/** Who made the tags that a remote has in place of ours, as far as the remote lets itself be asked. */
export async function explained(
  tools: Tools,
  repository: Repository,
  remote: string,
  tags: readonly string[],
): Promise<readonly SentTag[]> {
  if (tags.length === 0) return [];
  try {
    const asked = { repo: repository.root, remote, tags, dry_run: true };
    const answer = await tools.connection.ask('gto/fetch', asked);
    return answer.tags.filter((tag) => tag.status === 'different');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return tags.map((tag) => ({ tag, status: 'different' }));
  }
}

const keptTags = (tools: Tools): readonly string[] => tools.memory.get<string[]>(KEPT) ?? [];

async function remember(
  tools: Tools,
  repository: Repository,
  remote: string,
  tags: readonly SentTag[],
): Promise<void> {
  const decided = tags.flatMap((tag) => decision(repository, remote, tag) ?? []);
  const all = [...new Set([...keptTags(tools), ...decided])];
  await tools.memory.update(KEPT, all.slice(-MAX_REMEMBERED));
}

/** These two tags; undefined where they are not known, and so nothing was decided about them. */
function decision(
  { root }: Repository,
  remote: string,
  { tag, clash }: SentTag,
): string | undefined {
  if (!clash?.local || !clash.remote) return undefined;
  return [root, remote, tag, clash.local.oid, clash.remote.oid].join('\n');
}

async function showBoth(
  tools: Tools,
  repository: Repository,
  remote: string,
  tags: readonly SentTag[],
): Promise<void> {
  const what = tags.length === 1 ? (tags[0]?.tag ?? '') : l10n.t('{0} tags', tags.length);
  const some = tags.slice(0, MAX_SHOWN);
  const more = tags.length - some.length;
  const side = (where: string, which: 'local' | 'remote') =>
    tools.pages.ask(repository, `${what} (${where})`, {
      about: 'clash',
      where,
      more,
      isHere: which === 'local',
      tags: some.map(({ tag, clash }) => ({ tag, made: clash?.[which] ?? null })),
    });
  const here = l10n.t('here');
  const title = withPlace(repository, `${what}: ${here} ↔ ${remote}`);
  await commands.executeCommand('vscode.diff', side(here, 'local'), side(remote, 'remote'), title);
}
