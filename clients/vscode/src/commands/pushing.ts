import { commands, l10n, ProgressLocation, window } from 'vscode';
import { Refusal } from '../client/refusal';
import { LOG } from '../client/identity';
import type { Push } from '../protocol';
import { gitRepository } from '../registry/git';
import type { Repository } from '../registry/repository';
import { errorText, refusalOf } from '../text/failures';
import type { Tools } from '../tools';
import { withPlace, withoutLinks } from '../text/descriptions';
import { showClashes } from './clash';

/** Pushes these tags and shows the result. */
export async function pushAndShow(
  tools: Tools,
  repository: Repository,
  tags: readonly string[],
): Promise<void> {
  const { remote } = repository;
  const title = withPlace(repository, l10n.t('Pushing tags to {0}', remote));
  try {
    const { push } = await window.withProgress({ location: ProgressLocation.Window, title }, () =>
      tools.connection.ask('gto/push', { repo: repository.root, remote, tags }),
    );
    await showPush(tools, repository, push);
  } catch (error) {
    if (!(error instanceof Refusal) || error.kind !== 'AuthenticationFailed') throw error;
    await offerGit(repository, tools, tags, errorText(error));
  }
}

/** Shows the result of a push, and offers a remedy where there is one. */
export async function showPush(tools: Tools, repository: Repository, push: Push): Promise<void> {
  await tools.repositories.refresh(repository);
  const sent = push.tags.filter((tag) => tag.status === 'pushed' || tag.status === 'deleted');
  if (push.ok || sent.length > 0) showPushed(repository, sent.length, push);
  if (push.ok) return;
  const left = push.tags.filter((tag) => !sent.includes(tag) && tag.status !== 'up to date');
  if (left.length > 0 && left.every((tag) => tag.clash)) {
    await showClashes(tools, repository, push.remote, left);
    return;
  }
  const words = [push.message, push.hint].filter(Boolean).join(' ');
  if (push.kind === 'AuthenticationFailed') {
    const tags = push.tags.map(({ tag }) => tag);
    await offerGit(repository, tools, tags, words);
    return;
  }
  void window.showErrorMessage(withoutLinks(withPlace(repository, words)));
}

/** Offers to push with VS Code's Git extension, which can ask for a password or has one: tag by tag. */
async function offerGit(
  repository: Repository,
  tools: Tools,
  tags: readonly string[],
  words: string,
): Promise<void> {
  const git = gitRepository(repository.root);
  const withGit = l10n.t('Push with VS Code');
  const choices = git === undefined ? [] : [withGit];
  const choice = await window.showErrorMessage(
    withoutLinks(withPlace(repository, words)),
    ...choices,
    l10n.t('Show Log'),
  );
  if (choice === l10n.t('Show Log')) await commands.executeCommand('gto.showLog');
  if (choice !== withGit || git === undefined) return;
  const { remote } = repository;
  for (const tag of tags) await git.push(remote, `refs/tags/${tag}:refs/tags/${tag}`);
  showPushed(repository, tags.length, { remote });
  const refusal = await refusalOf(
    tools.connection.ask('gto/syncStatus', { repo: repository.root, remote, refresh: true }),
  );
  // The remote may still refuse the daemon, which then goes on with what it knew before.
  if (refusal !== undefined) LOG.info(refusal);
  await tools.repositories.refresh(repository);
}

/** A message of the remote, such as a link to the pipeline that was started, stays until it is closed. */
function showPushed(
  repository: Repository,
  count: number,
  { remote, remote_messages: said }: Pick<Push, 'remote' | 'remote_messages'>,
): void {
  const told =
    count === 1
      ? l10n.t('Pushed 1 tag to {0}.', remote)
      : l10n.t('Pushed {0} tags to {1}.', count, remote);
  const words = withPlace(repository, told);
  if (said) void window.showInformationMessage(withoutLinks([words, ...said].join(' ')));
  else window.setStatusBarMessage(`$(cloud-upload) ${words}`, 5_000);
}
