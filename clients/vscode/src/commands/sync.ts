import { l10n, ProgressLocation, window } from 'vscode';
import { Refusal } from '../client/refusal';
import { settings } from '../client/settings';
import type { SentTag, SyncStatusResult } from '../protocol';
import type { Repository } from '../registry/repository';
import { moment } from '../text/time';
import type { Tools } from '../tools';
import { pushAndTell } from './pushing';
import { targetOf, whichRepository } from './target';
import { unlinked } from '../text/words';

function asking(tools: Tools, repository: Repository): Thenable<SyncStatusResult> {
  const remote = settings.remote;
  const title = l10n.t('Asking {0} for its tags', remote);
  return window.withProgress({ location: ProgressLocation.Window, title }, () =>
    tools.connection.ask('gto/syncStatus', { repo: repository.root, remote, refresh: true }),
  );
}

/** What the remote has; where it wants to know who asks, what is known of it without asking. */
async function asFarAsKnown(tools: Tools, repository: Repository): Promise<SyncStatusResult> {
  try {
    return await asking(tools, repository);
  } catch (error) {
    if (!(error instanceof Refusal) || error.kind !== 'AuthenticationFailed') throw error;
    const remote = settings.remote;
    return tools.connection.ask('gto/syncStatus', { repo: repository.root, remote });
  }
}

/** `gto.pushTags`: what the remote lacks, of everything or of the row it was called on; all of it, or a choice. */
export async function pushTags(tools: Tools, argument: unknown): Promise<void> {
  const repository = await whichRepository(tools, argument);
  if (repository === undefined) return;
  const of = targetOf(tools, argument);
  const status = await asFarAsKnown(tools, repository);
  await tools.repositories.refresh(repository);
  const mine = await tagsOf(repository, of?.name, of?.version);
  const candidates = status.tags

    .filter((row) => row.status === 'local only' || row.status === 'unknown')
    .filter((row) => mine === undefined || mine.has(row.tag))
    .map((row) => ({ label: row.tag, picked: row.status === 'local only' }));
  const different = status.tags.filter((row) => row.status === 'different');
  if (candidates.length === 0) {
    const there = l10n.t('{0} has all of these tags.', status.remote);
    const clash =
      different.length > 0
        ? l10n.t(
            '{0} has other tags named {1}.',
            status.remote,
            different.map((row) => row.tag).join(', '),
          )
        : there;
    void window.showInformationMessage(unlinked(clash));
    return;
  }
  const chosen = await window.showQuickPick(candidates, {
    title: l10n.t('Push tags to {0}', status.remote),
    placeHolder:
      status.asked_at === null
        ? l10n.t('Tags of this repository; {0} was not asked which it has', status.remote)
        : l10n.t('Tags that {0} lacks', status.remote),
    canPickMany: true,
    ignoreFocusOut: true,
  });
  if (chosen === undefined || chosen.length === 0) return;
  await pushAndTell(
    tools,
    repository,
    chosen.map(({ label }) => label),
  );
}

async function tagsOf(
  repository: Repository,
  name: string | undefined,
  version: string | undefined,
): Promise<ReadonlySet<string> | undefined> {
  if (name === undefined) return undefined;
  const artifact = await repository.artifact(name);
  const versions = artifact.versions.filter(
    (row) => version === undefined || row.version === version,
  );
  const deprecations = version === undefined ? artifact.deprecations : [];
  const events = [...versions.flatMap((row) => row.events), ...deprecations];
  return new Set(events.map((event) => event.ref));
}

/** `gto.fetchTags` */
export async function fetchTags(tools: Tools, argument: unknown): Promise<void> {
  const repository = await whichRepository(tools, argument);
  if (repository === undefined) return;
  const remote = settings.remote;
  const title = l10n.t('Fetching tags from {0}', remote);
  const { tags } = await window.withProgress({ location: ProgressLocation.Window, title }, () =>
    tools.connection.ask('gto/fetch', { repo: repository.root, remote }),
  );
  await tools.repositories.refresh(repository);
  const came = tags.filter((tag) => tag.status === 'fetched').length;
  const told =
    came === 1
      ? l10n.t('Fetched 1 tag from {0}.', remote)
      : l10n.t('Fetched {0} tags from {1}.', came, remote);
  window.setStatusBarMessage(`$(cloud-download) ${told}`, 5_000);
  for (const tag of tags.filter((each) => each.status === 'different')) tellOfClash(tag, remote);
}

function tellOfClash({ tag, clash }: SentTag, remote: string): void {
  const theirs = clash?.remote;
  const words = theirs
    ? l10n.t(
        '{0} is another tag on {1} (by {2}, {3}). Nothing here was changed.',
        tag,
        remote,
        theirs.tagger,
        moment(theirs.created_at),
      )
    : l10n.t('{0} is another tag on {1}. Nothing here was changed.', tag, remote);
  void window.showWarningMessage(unlinked(words));
}

/** `gto.checkRemote`: asks the remote which tags it has, so that what is not pushed is known. */
export async function checkRemote(tools: Tools, argument: unknown): Promise<void> {
  const repository = await whichRepository(tools, argument);
  if (repository === undefined) return;
  const { counts, remote } = await asking(tools, repository);
  await tools.repositories.refresh(repository);
  const [here, there] = [counts['local only'] ?? 0, counts['remote only'] ?? 0];
  const told = l10n.t('{0}: {1} tags only here, {2} only there.', remote, here, there);
  window.setStatusBarMessage(`$(cloud) ${told}`, 5_000);
}
