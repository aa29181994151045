import { l10n } from 'vscode';
import type { HistoryRow, Problem, SentTag, Signature, TreeRow, VersionRow } from '../protocol';
import type { StageChange } from '../registry/stageChanges';
import { ago } from './time';

/** The full id of a commit; other names of versions are shown as they are. */
const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/** How many things a message names; beyond that it counts them. */
const MAX_NAMED = 3;

/** A version as people read it: a commit that was never registered is abbreviated. */
export function versionText(version: string): string {
  return COMMIT.test(version) ? version.slice(0, 7) : version;
}

/** A word of a command line, as shells read it. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** A text about a repository, with its label before it where several are open. */
export function withPlace({ place }: { readonly place: string }, words: string): string {
  return place ? l10n.t('{0}: {1}', place, words) : words;
}

/**
 * The text of others for a notification. VS Code makes links of `[words](https:…)` there, and of `[words](command:…)`
 * too, which would run a command of the editor; a remote's answer or a tagger's name may hold one.
 */
export function withoutLinks(text: string): string {
  return text.replaceAll('](', ']\u200b(');
}

/** The versions that an artifact has in a stage; empty where there are none. */
export function versionsText({ stages }: TreeRow, stage: string | undefined): string {
  return ((stage === undefined ? undefined : stages[stage]) ?? []).map(versionText).join(', ');
}

/** The text of others for a picker, where `$(name)` would be drawn as an icon. */
export function withoutIcons(text: string): string {
  return text.replaceAll('$(', '\\$(');
}

/** What an artifact has in a stage: "prod v3.0.0"; empty where that is nothing. */
function stageText(row: TreeRow, stage: string | undefined): string {
  const versions = versionsText(row, stage);
  return versions && `${stage ?? ''} ${versions}`;
}

/** The state of an artifact in a line, beginning with a stage: "prod v3.0.0 · latest v3.1.0 · auc 0.934 · dev v3.1.0". */
export function artifactSummary(row: TreeRow, firstStage: string, measured = ''): string {
  const first = stageText(row, firstStage);
  return [first, artifactRest(row, firstStage, measured)].filter(Boolean).join(' · ');
}

/** The same without the stage that it begins with. */
export function artifactRest(row: TreeRow, firstStage: string | undefined, measured = ''): string {
  const parts: string[] = [];
  if (row.deprecated) parts.push(l10n.t('deprecated'));
  if (!row.registered) parts.push(l10n.t('not registered'));
  const { latest } = row;
  const others = Object.keys(row.stages).filter((stage) => stage !== firstStage);
  if (latest !== null) {
    const isAlone = stageText(row, firstStage) === '' && others.length === 0;
    const isFirst = row.stages[firstStage ?? '']?.includes(latest) ?? false;
    if (!isFirst) parts.push(isAlone ? latest : l10n.t('latest {0}', latest));
  }
  parts.push(measured, ...others.map((stage) => stageText(row, stage)));
  return parts.filter(Boolean).join(' · ');
}

/** The same as a sentence, for screen readers. */
export function artifactAriaLabel(row: TreeRow, measured = ''): string {
  const parts = [row.name];
  if (row.type !== null) parts.push(row.type);
  if (row.deprecated) parts.push(l10n.t('deprecated'));
  if (!row.registered) parts.push(l10n.t('not registered'));
  if (row.latest !== null) parts.push(l10n.t('latest version {0}', row.latest));
  for (const [stage, versions] of Object.entries(row.stages)) {
    parts.push(l10n.t('in {0} version {1}', stage, versions.map(versionText).join(', ')));
  }
  const unpushed = row.unpushed ?? 0;
  if (unpushed > 0) parts.push(unpushedTags(unpushed));
  const wrong = worstOf(row.problems);
  if (wrong === 'error') parts.push(l10n.t('has problems'));
  if (wrong === 'warning') parts.push(l10n.t('has warnings'));
  if (measured) parts.push(measured);
  return parts.join(', ');
}

/** The artifacts that are registered for a file: "Registered: churn v3.1.0 (prod v3.0.0)". */
export function registeredText(rows: readonly TreeRow[]): string {
  const all = rows.map(({ name, latest, stages }) => {
    const held = Object.entries(stages).map(
      ([stage, versions]) => `${stage} ${versions.map(versionText).join(' + ')}`,
    );
    const where = held.length > 0 ? `(${held.join(', ')})` : '';
    return [name, latest, where].filter(Boolean).join(' ');
  });
  return l10n.t('Registered: {0}', all.join('; '));
}

/** The worst severity of problems that a row is marked for; undefined where there are at most hints. */
export function worstOf(
  problems: readonly Pick<Problem, 'severity'>[],
): 'error' | 'warning' | undefined {
  if (problems.some(({ severity }) => severity === 'error')) return 'error';
  return problems.some(({ severity }) => severity === 'warning') ? 'warning' : undefined;
}

/** Whether the daemon refuses all acts for it: what is allowed is not known. */
export function isBlocking({ code }: Problem): boolean {
  return code === 'wrong-config';
}

/** The problem, and what to do about it. */
export function problemText({ message, hint }: Problem): string {
  return `${message} ${hint}`;
}

/** Where it is, as editors write it: ".gto:2". */
export function problemLocation({ path, range }: Problem): string {
  return path ? (range ? `${path}:${range.start.line + 1}` : path) : '';
}

export function artifactCount(count: number): string {
  return count === 1 ? l10n.t('1 artifact') : l10n.t('{0} artifacts', count);
}

export function problemCount(count: number): string {
  return count === 1 ? l10n.t('1 problem') : l10n.t('{0} problems', count);
}

export function unpushedTags(count: number): string {
  return count === 1 ? l10n.t('1 tag not pushed') : l10n.t('{0} tags not pushed', count);
}

/** "2 signs of tampering" */
export function tamperingSigns(count: number): string {
  return count === 1 ? l10n.t('1 sign of tampering') : l10n.t('{0} signs of tampering', count);
}

/** The stages that a version is in. */
export function stagesOf({ stages }: VersionRow): string[] {
  return stages.filter(({ holds }) => holds).map(({ stage }) => stage);
}

/**
 * The state of a version in a line: "dev · auc 0.934 · 3 days ago · not pushed".
 *
 * @param stages those that it is in, in the order that they are shown in
 */
export function versionSummary(
  version: VersionRow,
  measured = '',
  stages: readonly string[] = stagesOf(version),
): string {
  const parts = [...stages];
  if (measured) parts.push(measured);
  if (!version.active) parts.push(l10n.t('deregistered'));
  if (!version.registered) parts.push(l10n.t('not registered'));
  if (version.created_at !== null) parts.push(ago(version.created_at));
  if (isUnpushed(version)) parts.push(l10n.t('not pushed'));
  return parts.join(' · ');
}

export function versionAriaLabel(name: string, version: VersionRow): string {
  const parts = [l10n.t('{0}, version {1}', name, version.label)];
  if (version.latest) parts.push(l10n.t('the latest'));
  for (const each of version.stages.filter(({ holds }) => holds)) {
    parts.push(l10n.t('in stage {0}', each.stage));
  }
  if (!version.active) parts.push(l10n.t('deregistered'));
  if (!version.registered) parts.push(l10n.t('not registered'));
  if (version.author !== null && version.created_at !== null) {
    parts.push(l10n.t('by {0}, {1}', version.author, ago(version.created_at)));
  }
  if (isUnpushed(version)) parts.push(l10n.t('not pushed'));
  return [...parts, ...signatureWarnings(version)].join(', ');
}

/** The signature of a tag of a version; undefined where it was not asked for. */
export function signatureOf(version: VersionRow, ref: string): Signature | undefined {
  return version.events.find((event) => event.ref === ref)?.signature;
}

/** What is wrong with the signatures of a version's tags, each once. */
export function signatureWarnings({ events }: VersionRow): readonly string[] {
  const warnings = events.map(({ signature }) => signatureWarning(signature));
  return [...new Set(warnings.filter((each) => each !== ''))];
}

/** What is wrong with a signature; empty where nothing is, or nothing is known. */
export function signatureWarning(signature: Signature | undefined): string {
  switch (signature?.status) {
    case 'bad':
      return l10n.t('bad signature');
    case 'revoked':
      return l10n.t('signed with a revoked key');
    case 'expired':
      return l10n.t('signed with an expired key');
    case 'unknown-key':
      return l10n.t('signed with an unknown key');
    default:
      return '';
  }
}

/** Whether the remote is known to lack a tag of it. */
export function isUnpushed(version: VersionRow): boolean {
  return (version.unpushed ?? []).length > 0;
}

/** An event: "churn v3.1.0 → prod". */
export function eventText(
  event: Pick<HistoryRow, 'artifact' | 'event' | 'version' | 'stage'>,
): string {
  const version = event.version === null ? '' : ` ${versionText(event.version)}`;
  const stage = event.stage ?? '';
  switch (event.event) {
    case 'assignment':
      return `${event.artifact}${version} → ${stage}`;
    case 'unassignment':
      return l10n.t('{0} removed from {1}', `${event.artifact}${version}`, stage);
    case 'registration':
      return l10n.t('{0} registered', `${event.artifact}${version}`);
    case 'deregistration':
      return l10n.t('{0} deregistered', `${event.artifact}${version}`);
    case 'deprecation':
      return l10n.t('{0} deprecated', event.artifact);
    case 'commit':
      return l10n.t('{0} committed', `${event.artifact}${version}`);
  }
}

/** Tags that are different on a remote: "churn@v3.1.0 is different on origin (by Bob, 2 days ago)." */
export function clashMessage(tags: readonly SentTag[], remote: string): string {
  const [first, ...others] = tags;
  const made = first?.clash?.remote;
  if (others.length > 0) {
    const names = tags.slice(0, MAX_NAMED).map(({ tag }) => tag);
    const all = tags.length > MAX_NAMED ? `${names.join(', ')}, …` : names.join(', ');
    return withoutLinks(l10n.t('{0} tags are different on {1}: {2}.', tags.length, remote, all));
  }
  const tag = first?.tag ?? '';
  return withoutLinks(
    made
      ? l10n.t(
          '{0} is different on {1} (by {2}, {3}).',
          tag,
          remote,
          made.tagger,
          ago(made.created_at),
        )
      : l10n.t('{0} is different on {1}.', tag, remote),
  );
}

type ChangeOf = StageChange & { readonly repository: { readonly place: string } };

/** Which stages changed, for a notification: "prod of churn is now v3.1.0 (by Bob)." */
export function stagesChanged(changes: readonly ChangeOf[]): string {
  const rest = changes.length - MAX_NAMED;
  const more =
    rest === 1
      ? [l10n.t('1 more stage has changed.')]
      : rest > 1
        ? [l10n.t('{0} more stages have changed.', rest)]
        : [];
  const named = changes
    .slice(0, MAX_NAMED)
    .map((each) => withPlace(each.repository, stageChanged(each)));
  return withoutLinks([...named, ...more].join(' '));
}

function stageChanged({ artifact, stage, versions, by }: StageChange): string {
  const now = versions.map(versionText).join(', ');
  if (by === undefined) {
    return now
      ? l10n.t('{0} of {1} is now {2}.', stage, artifact, now)
      : l10n.t('{0} of {1} is now empty.', stage, artifact);
  }
  return now
    ? l10n.t('{0} of {1} is now {2} (by {3}).', stage, artifact, now, by)
    : l10n.t('{0} of {1} is now empty (by {2}).', stage, artifact, by);
}

export function eventAriaLabel(event: HistoryRow): string {
  const what =
    event.event === 'assignment'
      ? l10n.t(
          '{0} version {1} assigned to {2}',
          event.artifact,
          versionText(event.version ?? ''),
          event.stage ?? '',
        )
      : eventText(event);
  return l10n.t('{0}, by {1}, {2}', what, event.author, ago(event.timestamp));
}
