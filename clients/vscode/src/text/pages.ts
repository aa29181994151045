import { l10n } from 'vscode';
import type { AtResult, MadeTag, Problem, ShowResult, WhyResult } from '../protocol';
import { moment } from './time';
import { problemLocation, quoted, versionText } from './descriptions';

const page = (...blocks: readonly (string | readonly string[])[]): string =>
  blocks
    .map((block) => (typeof block === 'string' ? block : block.join('\n')))
    .filter((block) => block !== '')
    .join('\n\n') + '\n';

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
  const title = l10n.t('The registry as of {0}', when);
  return page(
    title,
    rows.length > 0 ? rows : l10n.t('Nothing was registered then.'),
    found.note ?? '',
  );
}

/** The findings of the daemon, each with its remedy. */
export function findingsText(findings: readonly Problem[]): string {
  if (findings.length === 0) return page(l10n.t('Nothing is wrong with this registry.'));
  const blocks = findings.map((problem) => [
    `${problem.severity} ${problem.code}: ${problem.message}`,
    `  ${problem.hint}`,
    ...(problem.path ? [`  ${problemLocation(problem)}`] : problem.tag ? [`  ${problem.tag}`] : []),
  ]);
  return page(l10n.t('Findings: {0}', findings.length), ...blocks);
}

/** How a stage came to hold what it holds. */
export function whyText(found: WhyResult): string {
  const chain = found.chain.map(
    (link) => `${moment(link.timestamp)}  ${link.ref}  ${link.author}\n    ${link.effect}`,
  );
  return page(`${found.name} #${found.stage}`, found.reason, chain);
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
