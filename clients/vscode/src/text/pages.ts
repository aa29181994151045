import { l10n } from 'vscode';
import type { AtResult, MadeTag, Problem, ShowResult, WhyResult } from '../protocol';
import { Lines, type Page } from './lines';
import { inOwnTime, moment, momentOf } from './time';
import { problemLocation, quoted, versionText } from './descriptions';

const page = (...blocks: readonly (string | readonly string[])[]): string =>
  blocks
    .map((block) => (typeof block === 'string' ? block : block.join('\n')))
    .filter((block) => block !== '')
    .join('\n\n') + '\n';

/** A page that says which repository it is about, where several are open. */
export function withHeading(place: string, page: Page): Page {
  if (!place) return page;
  const text = `${l10n.t('Repository {0}', place)}\n\n${page.text}`;
  return { text, links: page.links.map((link) => ({ ...link, line: link.line + 2 })) };
}

/** The registry as it was. */
export function asOfText(found: ShowResult, when: string): string {
  const rows = Object.entries(found.artifacts ?? {}).map(([name, row]) => {
    const stages = Object.entries(row.stage)
      .filter(([, version]) => version !== null)
      .map(([stage, version]) => `${stage} ${versionText(version ?? '')}`);
    const state = row.active ? [] : [l10n.t('deprecated')];
    return [
      `${name}:`,
      [row.version ?? l10n.t('not registered'), ...stages, ...state].join(' · '),
    ].join(' ');
  });
  const title = l10n.t('The registry as of {0}', momentOf(when));
  return page(
    title,
    rows.length > 0 ? rows : l10n.t('Nothing was registered then.'),
    found.note ?? '',
  );
}

/** The findings of the daemon, each with its remedy, and the line on which each begins. */
export function findingsPage(
  findings: readonly Problem[],
): Page & { readonly at: readonly number[] } {
  const lines = new Lines();
  const at: number[] = [];
  lines.add(
    findings.length === 0
      ? l10n.t('Nothing is wrong with this registry.')
      : l10n.t('Findings: {0}', findings.length),
  );
  for (const problem of findings) {
    lines.add();
    at.push(lines.count);
    lines.add(`${problem.severity} ${problem.code}: ${problem.message}`);
    lines.add(`  ${problem.hint}`);
    const { path, range, tag } = problem;
    if (path) {
      const place = { to: 'file', path, at: range?.start.line ?? 0 } as const;
      lines.add('  ', [problemLocation(problem), place]);
    } else if (tag) {
      lines.add('  ', [tag, { to: 'tag', ref: tag }]);
    }
  }
  return { ...lines.page, at };
}

/** How a stage came to hold what it holds. */
export function whyPage(found: WhyResult): Page {
  const lines = new Lines();
  lines.add(`${found.name} #${found.stage}`);
  lines.add();
  lines.add(inOwnTime(found.reason));
  if (found.chain.length > 0) lines.add();
  for (const { timestamp, ref, author, effect } of found.chain) {
    lines.add(`${moment(timestamp)}  `, [ref, { to: 'tag', ref }], `  ${author}`);
    lines.add(`    ${effect}`);
  }
  return lines.page;
}

/** What was answered last, where nobody answers now: it is of the past, and says so. */
export function pastText(
  reason: string,
  known: { readonly text: string; readonly at: Date },
): string {
  const when = moment(known.at.toISOString());
  return page(reason, l10n.t('This is what was known at {0}:', when), known.text.trimEnd());
}

/** Tags that are different on a remote, as they are on one of the two sides. */
export interface ClashSide {
  readonly where: string;
  readonly isHere: boolean;
  readonly tags: readonly { readonly tag: string; readonly made: MadeTag | null }[];
  /** How many are not among them. */
  readonly more: number;
}

/**
 * One side of tags that are different here and on a remote, in lines that a diff editor can lay beside the other's.
 *
 * @param root of the repository, where a terminal may be in another one
 */
export function clashText({ isHere, tags, more }: ClashSide, root?: string): string {
  const git = root === undefined ? 'git' : `git -C ${quoted(root)}`;
  const blocks = tags.map(({ tag, made }) => [
    `tag: ${tag}`,
    ...(made === null
      ? [l10n.t('It cannot be read.')]
      : [
          `object: ${made.oid}`,
          `commit: ${made.target}`,
          `by: ${made.tagger} <${made.email}>`,
          `created: ${moment(made.created_at)}`,
        ]),
  ]);
  const remedy = isHere
    ? [
        l10n.t('To use the other one, delete this one and fetch:'),
        ...tags.map(({ tag }) => `  ${git} tag -d ${quoted(tag)}`),
      ]
    : '';
  return page(...blocks, more > 0 ? l10n.t('and {0} more', more) : '', remedy);
}

/** What is registered and assigned at a commit. */
export function commitText(found: AtResult): string {
  return page(
    `commit ${found.commit}`,
    found.versions.map((row) => `${row.artifact} ${versionText(row.version)}  ${row.ref}`),
    found.stages.map((row) => `${row.artifact} → ${row.stage}  ${row.ref}`),
  );
}

/** Shown in place of an answer about a repository that is no longer open. */
export function closedText(root: string): string {
  return page(
    l10n.t('{0} is not open in this window.', root),
    l10n.t('Open its folder to see this again.'),
  );
}
