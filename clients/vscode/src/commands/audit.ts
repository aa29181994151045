import { l10n, QuickPickItemKind, TabInputText, Uri, window, type QuickPickItem } from 'vscode';
import { askedIn, SCHEME } from '../features/pages';
import type { Repository } from '../registry/repository';
import {
  countOf,
  EVERYTHING_ODD,
  RULES,
  SEVERITIES,
  VERDICTS,
  verdictText,
  type AuditFilter,
  type RuleName,
  type Severity,
  type Verdict,
} from '../text/audit';
import { withoutLinks, withPlace } from '../text/descriptions';
import type { AuditResult } from '../protocol';
import type { Tools } from '../tools';
import { showHistoryOf } from './history';
import { openPage } from './open';
import { whichRepository } from './target';

/** `gto.auditRegistry`: which events of a registry the rules of promotion did not allow. */
export async function auditRegistry(tools: Tools, argument: unknown): Promise<void> {
  const repository = await whichRepository(tools, argument);
  if (repository === undefined) return;
  // The rules may have come with a fetch, of which nobody was told.
  tools.audits.forget(repository.root);
  await openAudit(tools, repository, EVERYTHING_ODD);
}

const openAudit = (tools: Tools, repository: Repository, filter: AuditFilter): Promise<void> =>
  openPage(tools, repository, l10n.t('Registry audit'), { about: 'audit', ...filter });

/** `gto.filterAudit`: what the page of an audit lists. */
export async function filterAudit(tools: Tools, argument: unknown): Promise<void> {
  const page = auditOf(argument) ?? auditOf(window.activeTextEditor?.document.uri);
  const repository = page && tools.repositories.at(page.repo);
  if (page === undefined || repository === undefined) return auditRegistry(tools, undefined);
  const found = await tools.audits.of(page.repo, page.filter.name);
  const title = withPlace(repository, l10n.t('Filter audit'));
  const chosen = await window.showQuickPick(choices(found, page.filter), {
    canPickMany: true,
    title,
    placeHolder: l10n.t('What is listed'),
    ignoreFocusOut: true,
  });
  if (chosen === undefined) return;
  const name = await whichName(repository, title, page.filter.name);
  if (name === undefined) return;
  const rules = chosen.flatMap(({ rule }) => rule ?? []);
  const filter: AuditFilter = {
    verdicts: chosen.flatMap(({ verdict }) => verdict ?? []),
    rules: rules.length === 0 ? RULES : rules,
    severities: chosen.flatMap(({ severity }) => severity ?? []),
    ...(name ? { name } : {}),
  };
  // One that is only previewed is replaced by the next page; one that stays would be a second audit.
  const old = window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .find(({ input }) => input instanceof TabInputText && input.uri.toString() === page.uri);
  if (old !== undefined) await window.tabGroups.close(old, true);
  await openAudit(tools, repository, filter);
}

interface AuditAddress {
  readonly uri: string;
  readonly repo: string;
  readonly filter: AuditFilter;
}

function auditOf(argument: unknown): AuditAddress | undefined {
  const uri =
    typeof argument === 'string'
      ? Uri.parse(argument)
      : argument instanceof Uri
        ? argument
        : undefined;
  if (uri?.scheme !== SCHEME) return undefined;
  const asked = askedIn(uri);
  if (asked.about !== 'audit') return undefined;
  const { verdicts, rules, severities, name } = asked;
  const filter = { verdicts, rules, severities, ...(name === undefined ? {} : { name }) };
  return { uri: uri.toString(), repo: asked.repo, filter };
}

interface Choice extends QuickPickItem {
  readonly verdict?: Verdict;
  readonly rule?: RuleName;
  readonly severity?: Severity;
}

function choices(found: AuditResult, filter: AuditFilter): Choice[] {
  const heading = (label: string): Choice => ({ label, kind: QuickPickItemKind.Separator });
  const broken = (name: RuleName): number =>
    found.events.filter(({ rules }) => rules.some(({ rule }) => rule === name)).length;
  const signs = (which: Severity): number =>
    found.tampering.filter(({ severity }) => severity === which).length;
  return [
    heading(l10n.t('Verdicts')),
    ...VERDICTS.map((verdict) => ({
      label: verdictText(verdict),
      description: String(countOf(found, verdict)),
      picked: filter.verdicts.includes(verdict),
      verdict,
    })),
    heading(l10n.t('Rules')),
    ...RULES.map((rule) => ({
      label: rule,
      description: String(broken(rule)),
      picked: filter.rules.includes(rule),
      rule,
    })),
    heading(l10n.t('Tampering')),
    ...SEVERITIES.map((severity) => ({
      label: severity,
      description: String(signs(severity)),
      picked: filter.severities.includes(severity),
      severity,
    })),
  ];
}

/** The artifact whose events are listed; empty for all, undefined if the user gave up. */
async function whichName(
  repository: Repository,
  title: string,
  before: string | undefined,
): Promise<string | undefined> {
  const all = { label: l10n.t('All artifacts'), name: '' };
  const one = repository.all.map(({ name }) => ({ label: name, name }));
  const items = [all, ...one].sort(
    (left, right) => Number(right.name === (before ?? '')) - Number(left.name === (before ?? '')),
  );
  const placeHolder = l10n.t('Artifact');
  return (await window.showQuickPick(items, { title, placeHolder, ignoreFocusOut: true }))?.name;
}

/** `gto.showTag`: the history of the artifact that a tag is about. */
export async function showTag(tools: Tools, argument: unknown): Promise<void> {
  const { repo, ref } = argument as { readonly repo: string; readonly ref: string };
  const { event, reason } = await tools.connection.ask('gto/checkRef', { repo, ref });
  if (event) return showHistoryOf(tools, { repo, name: event.artifact });
  const words = reason ?? l10n.t('{0} is not an event of the registry.', ref);
  const place = tools.repositories.at(repo)?.place ?? '';
  void window.showInformationMessage(withoutLinks(withPlace({ place }, words)));
}
