import { l10n, ProgressLocation, window } from 'vscode';
import { Refusal } from '../client/refusal';
import type { SyncStatusResult } from '../protocol';
import type { Repository } from '../registry/repository';
import { Explained, showError } from '../text/failures';
import type { Tools } from '../tools';
import { explained, showClashes, showNewClashes } from './clash';
import { pushAndShow } from './pushing';
import { rowsOf } from './rows';
import { targetOf, whichRepository } from './target';
import { withPlace, withoutLinks } from '../text/descriptions';

const withRemote = ({ hasRemote }: Repository): boolean => hasRemote;

function asking(tools: Tools, repository: Repository): Thenable<SyncStatusResult> {
  const { remote } = repository;
  const title = withPlace(repository, l10n.t('Asking {0} for its tags', remote));
  return window.withProgress({ location: ProgressLocation.Window, title }, () =>
    tools.connection.ask('gto/syncStatus', { repo: repository.root, remote, refresh: true }),
  );
}

/** The tags of the remote; where it requires authentication, what is known without asking it. */
async function asFarAsKnown(tools: Tools, repository: Repository): Promise<SyncStatusResult> {
  try {
    return await asking(tools, repository);
  } catch (error) {
    if (!(error instanceof Refusal) || error.kind !== 'AuthenticationFailed') throw error;
    const { remote } = repository;
    return tools.connection.ask('gto/syncStatus', { repo: repository.root, remote });
  }
}

/** `gto.pushTags`: what the remote lacks, of everything or of the rows it was called on; all of it, or a choice. */
export async function pushTags(tools: Tools, argument: unknown, selected?: unknown): Promise<void> {
  const rows = rowsOf(argument, selected);
  const repository = await whichRepository(tools, rows[0] ?? argument, withRemote);
  if (repository === undefined) return;
  if (rows.some((row) => row.repository !== repository))
    throw new Explained(l10n.t('Select rows of one repository: its tags are pushed together.'));
  if (!repository.hasRemote)
    throw new Explained(
      withPlace(repository, l10n.t('There is no remote {0} to push to.', repository.remote)),
    );
  const of = (rows.length > 0 ? rows : [argument]).map((row) => targetOf(tools, row));
  const status = await asFarAsKnown(tools, repository);
  await tools.repositories.refresh(repository);
  const each = await Promise.all(
    of.map((target) => tagsOf(repository, target?.name, target?.version)),
  );
  // A row that is about no artifact is about all of them.
  const mine = each.includes(undefined)
    ? undefined
    : new Set(each.flatMap((tags) => [...(tags ?? [])]));
  const concerned = status.tags.filter((row) => mine === undefined || mine.has(row.tag));
  const candidates = concerned
    .filter(({ status: is }) => is !== 'same' && is !== 'different' && is !== 'remote only')
    .map((row) => ({
      label: row.tag,
      picked: row.status === 'local only',
      // To push one of these again overrules the person who deleted it, so it is chosen tag by tag.
      description:
        row.status === 'deleted at remote' ? l10n.t('deleted at {0}', status.remote) : '',
    }));
  const different = concerned.filter((row) => row.status === 'different').map(({ tag }) => tag);
  if (candidates.length === 0 && different.length === 0) {
    const words = l10n.t('{0} has all of these tags.', status.remote);
    void window.showInformationMessage(withoutLinks(withPlace(repository, words)));
    return;
  }
  // They cannot be chosen, and the choice does not wait for the message about them.
  void explained(tools, repository, status.remote, different)
    .then((tags) => showClashes(tools, repository, status.remote, tags))
    .catch(showError);
  if (candidates.length === 0) return;
  const chosen = await window.showQuickPick(candidates, {
    title: withPlace(repository, l10n.t('Push tags to {0}', status.remote)),
    placeHolder:
      status.asked_at === null
        ? l10n.t('Tags of this repository; {0} was not asked which ones it has', status.remote)
        : l10n.t('Tags missing from {0}', status.remote),
    canPickMany: true,
    ignoreFocusOut: true,
  });
  if (chosen === undefined || chosen.length === 0) return;
  await pushAndShow(
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
  const repository = await whichRepository(tools, argument, withRemote);
  if (repository === undefined) return;
  const { remote } = repository;
  const title = withPlace(repository, l10n.t('Fetching tags from {0}', remote));
  const { tags } = await window.withProgress({ location: ProgressLocation.Window, title }, () =>
    tools.connection.ask('gto/fetch', { repo: repository.root, remote }),
  );
  await tools.repositories.refresh(repository);
  const came = tags.filter((tag) => tag.status === 'fetched').length;
  const told =
    came === 1
      ? l10n.t('Fetched 1 tag from {0}.', remote)
      : l10n.t('Fetched {0} tags from {1}.', came, remote);
  window.setStatusBarMessage(`$(cloud-download) ${withPlace(repository, told)}`, 5_000);
  const different = tags.filter((tag) => tag.status === 'different');
  await showNewClashes(tools, repository, remote, different);
}

/** `gto.checkRemote`: asks the remote which tags it has, so that what is not pushed is known. */
export async function checkRemote(tools: Tools, argument: unknown): Promise<void> {
  const repository = await whichRepository(tools, argument, withRemote);
  if (repository === undefined) return;
  const { counts, remote } = await asking(tools, repository);
  await tools.repositories.refresh(repository);
  const [here, there] = [counts['local only'] ?? 0, counts['remote only'] ?? 0];
  const told = l10n.t('{0}: {1} tags only here, {2} only there.', remote, here, there);
  window.setStatusBarMessage(`$(cloud) ${withPlace(repository, told)}`, 5_000);
}
