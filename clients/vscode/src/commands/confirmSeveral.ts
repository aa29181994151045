import { l10n, window, type QuickPickItem } from 'vscode';
import { Refusal } from '../client/refusal';
import type { Action, ActResult, Plan } from '../protocol';
import { choose } from '../quickpick/ask';
import { BACK, type Position } from '../quickpick/steps';
import type { Repository } from '../registry/repository';
import { withPlace } from '../text/descriptions';
import { errorText, Explained, showError } from '../text/failures';
import { replacementText } from '../text/plans';
import type { Tools } from '../tools';
import { askReason } from './confirm';
import { showOutcome } from './outcome';

/** An act on one of several artifacts. */
export interface OneOf {
  readonly method: 'register' | 'assign' | 'unassign' | 'deregister' | 'deprecate' | 'rollback';
  readonly params: Readonly<Record<string, unknown>> & { readonly name: string };
}

interface Choice extends QuickPickItem {
  readonly does: 'create' | 'push' | 'nothing';
}

/**
 * The last step of an act on several artifacts: shows every tag that it makes and what that changes, as the daemon
 * planned all of it together, and carries it out: all of it in one transaction, or nothing.
 *
 * @param leftOut what is not among them, each with the reason
 */
export async function confirmSeveral(
  tools: Tools,
  repository: Repository,
  actions: readonly OneOf[],
  title: string,
  at: Position,
  leftOut: readonly string[] = [],
): Promise<'next' | typeof BACK | undefined> {
  let wanted = actions;
  const without = [...leftOut];
  for (;;) {
    if (wanted.length === 0)
      throw new Explained(
        withPlace(repository, l10n.t('Nothing is left to do. {0}', without.join('; '))),
      );
    const asked = { repo: repository.root, actions: wanted satisfies readonly Action[] };
    let planned: ActResult;
    try {
      planned = await tools.connection.ask('gto/apply', { ...asked, dry_run: true });
    } catch (error) {
      if (!(error instanceof Refusal) || error.action === undefined) throw error;
      const one = wanted[error.action];
      const instead = one && (await askAboutOne(repository, one, error, title));
      if (one === undefined || instead === undefined) return at.step > 1 ? BACK : undefined;
      if (instead === 'leave out') without.push(l10n.t('{0}: left out', one.params.name));
      wanted = wanted.flatMap((each) =>
        each !== one ? [each] : instead === 'leave out' ? [] : [instead],
      );
      continue;
    }
    const { plan, clock } = planned;
    if (plan === undefined) throw new Error('gto/apply answered no plan');
    const chosen = await choose<Choice>({
      title: withPlace(repository, title),
      at,
      placeholder: l10n.t('These tags will be created, all of them or none'),
      items: choices(plan, repository, without),
      isInert: (item) => item.does === 'nothing',
    });
    if (chosen === undefined || chosen === BACK) return chosen;
    const push = chosen.does === 'push';
    try {
      const how = { expect_clock: clock, push, remote: repository.remote };
      const done = await tools.connection.ask('gto/apply', { ...asked, ...how });
      const names = wanted.map(({ params }) => params.name);
      await showOutcome(tools, repository, names, done);
      return 'next';
    } catch (error) {
      if (!(error instanceof Refusal) || error.kind === undefined) throw error;
      // As for one: what it would be now, and why it is asked again.
      if (error.kind === 'RegistryChanged') title = errorText(error);
      else showError(error);
    }
  }
}

/** One of them is refused: the same with what allows it, or without it; undefined to go back. */
async function askAboutOne(
  repository: Repository,
  one: OneOf,
  refusal: Refusal,
  title: string,
): Promise<OneOf | 'leave out' | undefined> {
  const { name } = one.params;
  const leave = l10n.t('Leave Out {0}', name);
  const isOverride = refusal.allow !== undefined && 'override' in refusal.allow;
  const anyway = isOverride ? l10n.t('Override with a Reason…') : l10n.t('Create the Tag Anyway');
  const answer = await window.showWarningMessage(
    withPlace(repository, title),
    { modal: true, detail: `${name}: ${errorText(refusal)}` },
    ...(refusal.allow === undefined ? [leave] : [leave, anyway]),
  );
  if (answer === leave) return 'leave out';
  if (answer !== anyway) return undefined;
  if (!isOverride) return { ...one, params: { ...one.params, ...refusal.allow } };
  const override = await askReason(withPlace(repository, title));
  // Who gives no reason is asked again.
  return override === undefined ? one : { ...one, params: { ...one.params, override } };
}

function choices(plan: Plan, repository: Repository, without: readonly string[]): Choice[] {
  const { length } = plan.create;
  const create = length === 1 ? l10n.t('Create 1 Tag') : l10n.t('Create {0} Tags', length);
  const tags = plan.create.map(({ tag }) => tag).join(', ');
  const description = plan.signed ? l10n.t('signed') : '';
  const items: Choice[] = [
    { does: 'create', label: `$(check) ${create}`, description, detail: tags },
  ];
  if (repository.hasRemote) {
    const push = l10n.t('Create and Push to {0}', repository.remote);
    items.push({ does: 'push', label: `$(cloud-upload) ${push}` });
  }
  const says = (label: string, description = ''): Choice => ({
    does: 'nothing',
    label,
    description,
    alwaysShow: true,
  });
  const artifacts = new Set(plan.replaces.map(({ artifact }) => artifact));
  for (const name of artifacts) {
    const changed = plan.replaces.filter(({ artifact }) => artifact === name).map(replacementText);
    items.push(says(`$(arrow-right) ${name}`, changed.join(', ')));
  }
  items.push(...without.map((words) => says(`$(circle-slash) ${words}`)));
  items.push(...plan.warnings.map(({ message }) => says(`$(warning) ${message}`)));
  return items;
}
