import { l10n, window, type QuickPickItem } from 'vscode';
import type { Methods, Plan } from '../protocol';
import { choose, write } from '../quickpick/ask';
import { metricsChange } from '../registry/metrics';
import { BACK, type Position } from '../quickpick/steps';
import type { Repository } from '../registry/repository';
import { withoutIcons, withPlace } from '../text/descriptions';
import { replacementText } from '../text/plans';
import { Refusal } from '../client/refusal';
import { errorText, showError } from '../text/failures';
import type { Tools } from '../tools';
import { showOutcome } from './outcome';

/** The acts on tags of one artifact. */
export type Act =
  | 'gto/register'
  | 'gto/assign'
  | 'gto/unassign'
  | 'gto/deregister'
  | 'gto/deprecate'
  | 'gto/rollback';

/** The params that say what is to be done, without those that say how. */
export type Asked<A extends Act> = Omit<
  Methods[A]['params'],
  'repo' | 'dry_run' | 'expect_clock' | 'push' | 'remote' | 'env' | 'workDoneToken'
>;

interface Choice extends QuickPickItem {
  readonly does: 'create' | 'push' | 'message' | 'nothing';
}

/**
 * The last step of every act: shows exactly the tags that it makes, as the daemon planned them, and carries it out
 * if nothing moved since.
 *
 * @param isProposed by a link: nothing is chosen before the user chooses
 */
export async function confirm<A extends Act>(
  tools: Tools,
  repository: Repository,
  method: A,
  asked: Asked<A>,
  title: string,
  at?: Position,
  isProposed = false,
): Promise<'next' | typeof BACK | undefined> {
  let message = asked.message ?? undefined;
  let allowed: { readonly override?: string } = {};
  for (;;) {
    const params = { ...asked, ...allowed, repo: repository.root, ...(message ? { message } : {}) };
    let planned: Methods[A]['result'];
    try {
      planned = await ask(tools, method, { ...params, dry_run: true });
    } catch (error) {
      if (!(error instanceof Refusal) || error.allow === undefined) throw error;
      const isOverride = 'override' in error.allow;
      const anyway = isOverride
        ? l10n.t('Override with a Reason…')
        : l10n.t('Create the Tag Anyway');
      const detail = errorText(error);
      const answer = await window.showWarningMessage(title, { modal: true, detail }, anyway);
      // Without a step before this one there is none to go back to.
      if (answer !== anyway) return (at?.step ?? 1) > 1 ? BACK : undefined;
      if (isOverride) {
        const override = await askReason(withPlace(repository, title));
        if (override !== undefined) allowed = { ...allowed, override };
      } else allowed = { ...allowed, ...error.allow };
      continue;
    }
    const { plan, clock } = planned;
    if (!plan) throw new Error(`${method} answered no plan`);
    const chosen = await choose<Choice>({
      title: withPlace(repository, title),
      ...(at ? { at } : {}),
      placeholder: isProposed
        ? l10n.t('Proposed by a link. Nothing is created unless you choose it.')
        : l10n.t('These tags will be created'),
      isUnlikely: () => isProposed,
      items: [...choices(plan, repository, allowed.override), ...note(method)],
      completed: withMetrics(tools, repository, asked.name, plan, allowed.override).then(
        (items) => [...items, ...note(method)],
      ),
      isInert: (item) => item.does === 'nothing',
    });
    if (chosen === undefined || chosen === BACK) return chosen;
    if (chosen.does === 'message') {
      const given = withoutOverride(plan.create[0]?.message ?? '');
      const written = await write({
        title: withPlace(repository, title),
        prompt: l10n.t('Message of the tag'),
        value: given,
      });
      if (typeof written === 'string' && written !== '') message = written;
      continue;
    }
    const push = chosen.does === 'push';
    try {
      const { remote } = repository;
      const done = await ask(tools, method, { ...params, expect_clock: clock, push, remote });
      await showOutcome(tools, repository, [asked.name], done);
      return 'next';
    } catch (error) {
      if (!(error instanceof Refusal) || error.kind === undefined) throw error;
      // Somebody else was quicker: show what it would be now, and why it is asked again. Anything else may be mended,
      // a key unlocked or a hook satisfied, and the same be tried again with the same message.
      if (error.kind === 'RegistryChanged') title = errorText(error);
      else showError(error);
    }
  }
}

/** How the acts that take something back differ, where one of them is about to be done. */
function note(method: Act): Choice[] {
  const words =
    method === 'gto/deregister'
      ? l10n.t(
          'The version leaves the lists, and its history stays. Delete Tags… deletes that too.',
        )
      : method === 'gto/deprecate'
        ? l10n.t('The artifact leaves the lists with all versions, and its history stays.')
        : undefined;
  return words === undefined
    ? []
    : [{ does: 'nothing', label: `$(info) ${words}`, alwaysShow: true }];
}

/** Why the rules of promotion are overridden: one line, which becomes part of the tag. */
export async function askReason(title: string): Promise<string | undefined> {
  const written = await write({
    title,
    prompt: l10n.t('Why the rules are overridden. The reason becomes part of the tag.'),
    wrong: (value) => (value.trim() === '' ? l10n.t('Enter a reason.') : undefined),
  });
  return typeof written === 'string' ? written : undefined;
}

/** Each act takes what its own `Asked` has, and how it is carried out; put together, the compiler cannot see that. */
function ask<A extends Act>(
  tools: Tools,
  method: A,
  params: object,
): Promise<Methods[A]['result']> {
  return tools.connection.ask(method, params as Methods[A]['params']);
}

/** The message that the reason of an override is put below. */
const withoutOverride = (message: string): string => message.split('\n\nOverride: ', 1)[0] ?? '';

/** The same choices, saying how the headline metrics of what is in a stage change. */
async function withMetrics(
  tools: Tools,
  repository: Repository,
  name: string,
  plan: Plan,
  override?: string,
): Promise<Choice[]> {
  const [change] = plan.replaces;
  if (change?.from == null || change.to === null) return choices(plan, repository, override);
  const { from, to } = change;
  try {
    const versions = [from, to];
    const asked = { repo: repository.root, name, versions, against: from };
    const answer = await tools.connection.ask('gto/metrics', asked);
    return choices(plan, repository, override, metricsChange(answer, from, to));
  } catch (error) {
    // What is about to be done does not depend on it.
    if (!(error instanceof Refusal)) throw error;
    return choices(plan, repository, override);
  }
}

function choices(
  plan: Plan,
  repository: Repository,
  override?: string,
  measured: readonly string[] = [],
): Choice[] {
  const [first] = plan.create;
  const one = first !== undefined && plan.create.length === 1;
  const label = one
    ? l10n.t('Create tag {0}', first.tag)
    : l10n.t('Create {0} tags', plan.create.length);
  const message = first === undefined ? '' : withoutOverride(first.message);
  const on = first ? l10n.t('on {0} · {1}', first.target.slice(0, 7), withoutIcons(message)) : '';
  const detail = one ? on : plan.create.map((tag) => tag.tag).join(', ');
  const replaced = plan.replaces.map(replacementText);
  const signed = plan.signed ? [l10n.t('signed')] : [];
  const description = [...signed, [...replaced, ...measured].join(', ')]
    .filter(Boolean)
    .join(' · ');
  const items: Choice[] = [{ does: 'create', label: `$(check) ${label}`, description, detail }];
  if (repository.hasRemote) {
    const push = l10n.t('Create and push to {0}', repository.remote);
    items.push({ does: 'push', label: `$(cloud-upload) ${push}` });
  }
  if (one) items.push({ does: 'message', label: `$(edit) ${l10n.t('Edit message…')}` });
  if (override !== undefined) {
    const label = `$(law) ${l10n.t('The rules are overridden: {0}', override)}`;
    items.push({ does: 'nothing', label, alwaysShow: true });
  }
  for (const warning of plan.warnings) {
    items.push({
      does: 'nothing',
      label: `$(warning) ${withoutIcons(warning.message)}`,
      alwaysShow: true,
    });
  }
  return items;
}
