import { l10n, MarkdownString } from 'vscode';
import type { HistoryRow, Problem, Signature, TreeRow, VersionRow } from '../protocol';
import { metricRows, type Measured } from '../registry/metrics';
import { moment } from '../text/time';
import {
  problemText,
  signatureOf,
  signatureWarning,
  versionText,
  unpushedTags,
} from '../text/descriptions';
import { seenText, type FleetNode } from './fleetItems';
import type { Node } from './nodes';

/** The tooltip of a row; undefined where the row says it all. */
export function tooltipOf(node: Node): MarkdownString | undefined {
  switch (node.kind) {
    case 'artifact':
    case 'holder': {
      const row = node.repository.row(node.name);
      return row && aboutArtifact(row, node.repository.metrics.of(row.name, row.latest));
    }
    case 'version':
      return aboutVersion(
        node.name,
        node.version,
        node.repository.metrics.of(node.name, node.version.version),
      );
    case 'held':
      return lines([
        ['', `**${node.name} ${node.version.label} → ${node.held.stage}**`],
        [l10n.t('Tag'), code(node.held.ref)],
        [l10n.t('Signature'), signatureLine(signatureOf(node.version, node.held.ref))],
        [l10n.t('By'), plain(`${node.held.author} <${node.held.author_email}>`)],
        [l10n.t('Since'), moment(node.held.since)],
        [l10n.t('Message'), plain(node.held.message)],
      ]);
    case 'event':
      return aboutEvent(node.event);
    case 'problem':
      return lines([
        ['', problemLine(node.problem)],
        ['', l10n.t('Until it is fixed, nothing can be tagged or described here.')],
      ]);
    case 'problems':
      return aboutProblems(node.problems);
    default:
      return undefined;
  }
}

/** The tooltip of a row of the Fleet view. */
export function aboutFleet(node: FleetNode): MarkdownString {
  if (node.kind === 'fleetArtifact') return aboutArtifact(node.row, undefined);
  const { repository } = node.member;
  return lines([
    ['', `**${plain(repository.name)}**`],
    ['', plain(repository.message)],
    ['', code(repository.path ?? repository.url ?? '')],
    ['', seenText(repository, node.told)],
  ]);
}

/** Who signed a tag, or what is wrong with that; nothing while nothing is known. */
function signatureLine(signature: Signature | undefined): string {
  if (signature === undefined || signature.status === 'unverified') return '';
  if (signature.status === 'none') return l10n.t('none');
  const { principal, key, reason } = signature;
  if (signature.status === 'good') return l10n.t('good, by {0}', plain(principal ?? key ?? ''));
  const why = reason === null || reason === signature.status ? '' : ` (${plain(reason)})`;
  return `$(warning) ${signatureWarning(signature)}${why}`;
}

type Line = readonly [name: string, value: string | undefined];

/** Escapes the text of others for Markdown, so that it is shown and does nothing. */
export function plain(text: string): string {
  return oneLine(text).replace(/[\\`*_{}[\]()#+\-.!|<>~&$:]/g, '\\$&');
}

/** An empty line would end the paragraph, or the code, and begin something else. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' ');
}

export function code(text: string): string {
  return `\`${oneLine(text).replaceAll('`', "'")}\``;
}

function lines(rows: readonly Line[]): MarkdownString {
  const text = rows
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => (name ? `${name}: ${value ?? ''}` : (value ?? '')))
    .join('  \n');
  const markdown = new MarkdownString(text, true);
  markdown.isTrusted = false;
  return markdown;
}

function aboutArtifact(row: TreeRow, measured: Measured | undefined): MarkdownString {
  const title = row.type === null ? `**${row.name}**` : `**${row.name}** · ${plain(row.type)}`;
  const stages = Object.entries(row.stages).map(([stage, versions]): Line => {
    const since = row.since[stage];
    return [stage, `${versions.map(versionText).join(', ')}${since ? ` · ${moment(since)}` : ''}`];
  });
  const unpushed = row.unpushed ?? 0;
  return lines([
    ['', title],
    ['', plain(row.description)],
    [l10n.t('Latest'), row.latest ?? l10n.t('none')],
    ...stages,
    [l10n.t('Described in'), row.annotated_in.map(code).join(', ')],
    ['', unpushed > 0 ? unpushedTags(unpushed) : ''],
    ...row.problems.map((problem): Line => ['', problemLine(problem)]),
  ]).appendMarkdown(metricTable(measured));
}

/** The metrics of a version below everything else; nothing where there are none. */
function metricTable(measured: Measured | undefined): string {
  if (measured === undefined) return '';
  const { rows, more } = metricRows(measured);
  if (rows.length === 0) return '';
  const { against } = measured;
  const heads = [l10n.t('Metric'), plain(measured.row.label)];
  if (against !== undefined) heads.push(l10n.t('vs {0}', plain(against)));
  const lines = [
    heads,
    heads.map((_, at) => (at === 0 ? '---' : '---:')),
    ...rows.map((row) => row.slice(0, heads.length).map(plain)),
  ].map((cells) => `| ${cells.join(' | ')} |`);
  const rest = more > 0 ? `\n\n${l10n.t('and {0} more', more)}` : '';
  return `\n\n${lines.join('\n')}${rest}`;
}

/** How many are listed; beyond that they are counted. */
const MAX_LISTED = 10;

function aboutProblems(problems: readonly Problem[]): MarkdownString {
  const more = problems.length - MAX_LISTED;
  return lines([
    ...problems.slice(0, MAX_LISTED).map((problem): Line => ['', problemLine(problem)]),
    ['', more > 0 ? l10n.t('and {0} more', more) : ''],
  ]);
}

function problemLine(problem: Problem): string {
  const icon = problem.severity === 'info' ? '$(info)' : `$(${problem.severity})`;
  return `${icon} ${plain(problemText(problem))}`;
}

function aboutVersion(
  name: string,
  version: VersionRow,
  measured: Measured | undefined,
): MarkdownString {
  const author = version.author === null ? '' : `${version.author} <${version.author_email ?? ''}>`;
  return lines([
    ['', `**${name} ${version.label}**`],
    [l10n.t('Tag'), version.registered ? code(version.ref) : ''],
    [l10n.t('Signature'), signatureLine(signatureOf(version, version.ref))],
    [
      l10n.t('Commit'),
      `${code(version.commit.slice(0, 7))} ${plain(version.subject ?? l10n.t('missing from this clone'))}`,
    ],
    [l10n.t('By'), plain(author)],
    [l10n.t('On'), version.created_at === null ? '' : moment(version.created_at)],
    [l10n.t('Message'), plain(version.message ?? '')],
    [l10n.t('File'), version.path === null ? '' : code(version.path)],
    [l10n.t('Not pushed'), (version.unpushed ?? []).map(code).join(', ')],
  ]).appendMarkdown(metricTable(measured));
}

function aboutEvent(event: HistoryRow): MarkdownString {
  return lines([
    ['', `**${event.artifact}** · ${event.event}`],
    [l10n.t('Tag'), code(event.ref)],
    [l10n.t('Commit'), code(event.commit.slice(0, 7))],
    [l10n.t('By'), plain(`${event.author} <${event.author_email}>`)],
    [l10n.t('On'), moment(event.timestamp)],
    [l10n.t('Message'), plain(event.message)],
  ]);
}
