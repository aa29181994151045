import { l10n } from 'vscode';
import type { AuditedEvent, AuditResult, Tampering, Violation } from '../protocol';
import { Lines, type Page } from './lines';

export type Verdict = AuditedEvent['verdict'];
export type RuleName = Violation['rule'];
export type Severity = Tampering['severity'];

export const VERDICTS: readonly Verdict[] = [
  'violating',
  'overridden',
  'unknown',
  'allowed',
  'not-judged',
];
export const RULES: readonly RuleName[] = ['delete', 'signed', 'who', 'from', 'soak', 'branches'];
export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

const RULES_FILE = '.gtod.yaml';

/** What of an audit a page lists. */
export interface AuditFilter {
  readonly verdicts: readonly Verdict[];
  /** Events that break one of these; all six, and those that break none are listed too. */
  readonly rules: readonly RuleName[];
  /** Of signs of tampering. */
  readonly severities: readonly Severity[];
  /** The only artifact whose events are listed. */
  readonly name?: string;
}

/** What somebody has to look at. */
export const EVERYTHING_ODD: AuditFilter = {
  verdicts: ['violating', 'overridden', 'unknown'],
  rules: RULES,
  severities: SEVERITIES,
};

/** Lines that a page has at most, roughly: a filter finds the rest. */
const MAX_LISTED = 2_000;

export const noRulesText = (): string => l10n.t('The default branch has no rules of promotion.');

export const verdictText = (verdict: Verdict): string =>
  ({
    allowed: l10n.t('allowed'),
    violating: l10n.t('violating'),
    overridden: l10n.t('overridden'),
    unknown: l10n.t('unknown'),
    'not-judged': l10n.t('not judged'),
  })[verdict];

/** How many events have a verdict. */
export const countOf = ({ counts }: AuditResult, verdict: Verdict): number =>
  counts[verdict === 'not-judged' ? 'not_judged' : verdict];

/** The answer of an audit, the newest event first. */
export function auditPage(found: AuditResult, filter: AuditFilter): Page {
  const lines = new Lines();
  head(lines, found, filter);
  const events = found.events.filter((event) => isWanted(event, filter)).reverse();
  const signs = found.tampering.filter(({ severity }) => filter.severities.includes(severity));
  if (found.reason !== undefined) {
    lines.add();
    lines.add(found.reason);
  }
  if (found.reason === undefined && events.length === 0) {
    lines.add();
    lines.add(l10n.t('No event is listed with this filter.'));
  }
  for (const event of events.slice(0, MAX_LISTED)) list(lines, event, found);
  more(lines, events.length);
  if (signs.length > 0) {
    lines.add();
    lines.add(l10n.t('Signs of tampering'));
  }
  for (const sign of signs.slice(0, MAX_LISTED)) {
    lines.add();
    lines.add(`${sign.severity} ${sign.kind}: `, [sign.ref, { to: 'tag', ref: sign.ref }]);
    lines.add(`    ${sign.message}`);
    lines.add(`      ${sign.remedy}`);
  }
  more(lines, signs.length);
  return lines.page;
}

function head(lines: Lines, found: AuditResult, filter: AuditFilter): void {
  const { rules } = found;
  lines.add(
    rules === null
      ? noRulesText()
      : l10n.t('Rules: .gtod.yaml at {0}, {1}', rules.commit.slice(0, 7), rules.ref),
  );
  const counts = VERDICTS.map((each) => `${verdictText(each)} ${countOf(found, each)}`);
  lines.add(`${counts.join(' · ')} · ${l10n.t('signs of tampering {0}', found.counts.tampering)}`);
  lines.add([l10n.t('Filter: {0}', filterText(filter)), { to: 'filter' }]);
}

/** What is listed, in a line. */
export function filterText({ verdicts, rules, severities, name }: AuditFilter): string {
  const parts = [verdicts.map(verdictText).join(', ') || l10n.t('no events')];
  if (rules.length < RULES.length) parts.push(l10n.t('rules {0}', rules.join(', ')));
  parts.push(l10n.t('tampering {0}', severities.join(', ') || l10n.t('none')));
  if (name !== undefined) parts.push(name);
  return parts.join(' · ');
}

function isWanted(event: AuditedEvent, { verdicts, rules }: AuditFilter): boolean {
  if (!verdicts.includes(event.verdict)) return false;
  return rules.length === RULES.length || event.rules.some(({ rule }) => rules.includes(rule));
}

function list(lines: Lines, event: AuditedEvent, { problems }: AuditResult): void {
  const { ref, verdict, override } = event;
  const reason = override === null ? '' : ` · ${l10n.t('override: {0}', override)}`;
  lines.add();
  lines.add(`${verdictText(verdict)} `, [ref, { to: 'tag', ref }], reason);
  for (const { rule, message, remedy, range } of event.rules) {
    const place = range && ({ to: 'file', path: RULES_FILE, at: range.start.line } as const);
    const name = place ? ([rule, place] as const) : rule;
    lines.add('    ', name, `: ${message}`);
    lines.add(`      ${remedy}`);
  }
  if (event.rules.length > 0) return;
  for (const { message, hint } of problems.filter(({ tag }) => tag === ref)) {
    lines.add(`    ${message}`);
    lines.add(`      ${hint}`);
  }
}

function more(lines: Lines, count: number): void {
  if (count <= MAX_LISTED) return;
  lines.add();
  lines.add(l10n.t('and {0} more; filter to see them', count - MAX_LISTED));
}
