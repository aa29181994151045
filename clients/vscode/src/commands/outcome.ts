import { l10n, window } from 'vscode';
import { settings } from '../client/settings';
import type { ActResult } from '../protocol';
import type { Repository } from '../registry/repository';
import { showError } from '../text/failures';
import { withPlace } from '../text/descriptions';
import type { Tools } from '../tools';
import { pushAndShow, showPush } from './pushing';
import { reveal } from './reveal';

/** How long the status bar shows an act (milliseconds). */
const NOTICE = 5_000;
const QUIET = 'gto.noPushReminder';
/** How many tags a message names; beyond that it counts them. */
const MAX_NAMED = 4;

/** Shows an act that was done, and the first of its artifacts; pushes its tags where that is wanted. */
export async function showOutcome(
  tools: Tools,
  repository: Repository,
  names: readonly string[],
  done: ActResult,
): Promise<void> {
  await tools.repositories.refresh(repository, names);
  const tags = (done.created ?? []).map(({ tag }) => tag);
  const deleted = done.deleted ?? [];
  const told = withPlace(repository, tags.length > 0 ? created(tags) : removed(deleted.length));
  window.setStatusBarMessage(`$(check) ${told}`, NOTICE);
  const [name, ...others] = names;
  // Of several, those that are selected stay selected.
  if (name !== undefined && others.length === 0 && repository.row(name) !== undefined)
    await reveal(tools, repository, name);
  if (done.push) {
    await showPush(tools, repository, done.push);
  } else if (tags.length > 0 && repository.hasRemote) {
    // Nobody has to wait for what they do about it.
    void remind(tools, repository, tags, told).catch(showError);
  }
}

function created(tags: readonly string[]): string {
  if (tags.length === 1) return l10n.t('Created tag {0}.', tags[0] ?? '');
  return tags.length > MAX_NAMED
    ? l10n.t('Created {0} tags.', tags.length)
    : l10n.t('Created tags {0}.', tags.join(', '));
}

function removed(count: number): string {
  return count === 1 ? l10n.t('Deleted 1 tag.') : l10n.t('Deleted {0} tags.', count);
}

async function remind(
  tools: Tools,
  repository: Repository,
  tags: readonly string[],
  told: string,
): Promise<void> {
  const wanted = settings.afterCreate;
  if (wanted === 'always') {
    await pushAndShow(tools, repository, tags);
    return;
  }
  if (wanted === 'never' || tools.memory.get<boolean>(QUIET) === true) return;
  const [push, quiet] = [l10n.t('Push'), l10n.t("Don't Show Again")];
  const choice = await window.showInformationMessage(told, push, quiet);
  if (choice === push) await pushAndShow(tools, repository, tags);
  if (choice === quiet) await tools.memory.update(QUIET, true);
}

/** The same for an act that the server did by a command of its own, such as `gto.assign`. */
export async function showCommandOutcome(tools: Tools, result: unknown): Promise<void> {
  const done = result as Partial<ActResult> | null | undefined;
  const [event] = done?.events ?? [];
  if (!done?.created || event === undefined) return;
  // Of several that have an artifact of this name, the one that was asked; it may be none of this window's.
  const repository = tools.repositories.at(done.repo ?? '');
  if (repository !== undefined)
    await showOutcome(tools, repository, [event.artifact], done as ActResult);
}
