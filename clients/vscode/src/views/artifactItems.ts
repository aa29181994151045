import { l10n, TreeItemCollapsibleState } from 'vscode';
import type { Problem, TreeRow, VersionRow } from '../protocol';
import { canRollBack, isAnotherHeld } from '../registry/possible';
import { headlineText } from '../registry/metrics';
import {
  artifactAriaLabel,
  artifactRest,
  artifactSummary,
  isUnpushed,
  problemText,
  signatureOf,
  signatureWarning,
  signatureWarnings,
  stagesOf,
  versionsText,
  versionAriaLabel,
  versionSummary,
  worstOf,
} from '../text/descriptions';
import { settings } from '../client/settings';
import { ago } from '../text/time';
import { flags, isolated, type Drawn, type Mark } from './drawn';
import type { ArtifactNode, HeldNode, VersionNode } from './nodes';

const { Collapsed, None } = TreeItemCollapsibleState;

const TYPE_ICONS: Readonly<Record<string, string>> = { dataset: 'database', data: 'database' };

/** The icon of a kind of artifact. */
export function typeIcon(type: string | null | undefined): string {
  return TYPE_ICONS[type ?? ''] ?? 'package';
}

/** How many problems a mark names, and how much it says of each (characters). */
const [MAX_NAMED, MAX_SAID] = [3, 300];

/** The mark of a row that something is wrong with; undefined where there are at most hints. */
export function markOf(problems: readonly Problem[]): Mark | undefined {
  const severity = worstOf(problems);
  if (severity === undefined) return undefined;
  const told = problems
    .filter((each) => each.severity !== 'info')
    .map((each) => problemText(each).slice(0, MAX_SAID));
  const more = told.length > MAX_NAMED ? [l10n.t('and {0} more', told.length - MAX_NAMED)] : [];
  return { severity, words: [...told.slice(0, MAX_NAMED), ...more].join('\n') };
}

/**
 * An artifact. The most important stage that it is in is its icon and, unless the user wants the name there, the
 * beginning of its label, before the name: a narrow sidebar cuts the end, and neither of them is that.
 */
export function drawArtifact(node: ArtifactNode): Drawn {
  const { repository, name } = node;
  const row = repository.row(name);
  if (row === undefined) {
    // It went while the tree was being drawn; the next drawing leaves it out.
    return { label: name, icon: 'package', ariaLabel: name, context: '', state: None };
  }
  const stage = repository.heldStages(name).at(-1);
  const look = stage === undefined ? undefined : repository.stageLook(stage);
  const measured = headlineText(repository.metrics.of(name, row.latest), 1);
  const own = isolated(node.parent?.kind === 'folder' ? row.label : row.name);
  const isGray = row.deprecated || !row.registered;
  return {
    ...rowWords(row, own, stage, measured),
    icon: row.deprecated ? 'archive' : (look?.icon ?? typeIcon(row.type)),
    color: isGray ? 'disabledForeground' : look?.color,
    mark: markOf(row.problems),
    ariaLabel: artifactAriaLabel(row, measured),
    context: flags('artifact', {
      registered: row.registered,
      active: row.registered && !row.deprecated,
      versioned: row.latest !== null,
      annotated: row.location !== undefined && row.location !== null,
      staged: stage !== undefined,
      comparable: row.comparable,
      unpushed: (row.unpushed ?? 0) > 0,
      remote: repository.hasRemote,
    }),
    state: row.registered ? Collapsed : None,
  };
}

/** The words of an artifact's row, which begin with a stage unless the user wants the name there. */
export function rowWords(
  row: TreeRow,
  name: string,
  stage: string | undefined,
  measured = '',
): Pick<Drawn, 'label' | 'emphasis' | 'description'> {
  if (stage === undefined || !settings.isStageFirst)
    return { label: name, description: artifactSummary(row, stage ?? '', measured) };
  const held = versionsText(row, stage);
  return {
    label: `${stage}  ${name}`,
    emphasis: stage.length,
    description: [held, artifactRest(row, stage, measured)].filter(Boolean).join(' · '),
  };
}

export function drawVersion(node: VersionNode): Drawn {
  const { repository, version, name } = node;
  const row = repository.row(name);
  // The most important one first, as for the artifact.
  const stages = [...repository.byImportance(stagesOf(version))].reverse();
  const [stage] = stages;
  const look = stage === undefined ? undefined : repository.stageLook(stage);
  const own = version.registered ? 'tag' : 'git-commit';
  return {
    label: version.label,
    description: versionSummary(
      version,
      headlineText(repository.metrics.of(name, version.version)),
      stages,
    ),
    icon: !version.active ? 'circle-slash' : (look?.icon ?? own),
    color: version.active ? look?.color : 'disabledForeground',
    mark: signatureMark(version),
    ariaLabel: versionAriaLabel(name, version),
    context: flags('version', {
      registered: version.registered,
      active: version.active,
      latest: version.latest,
      unpushed: isUnpushed(version),
      located: version.path !== null,
      comparable: row?.comparable ?? false,
      earlier: node.hasEarlier,
      elsewhere: isAnotherHeld(row, version.version),
      remote: repository.hasRemote,
    }),
    state: version.stages.length > 0 ? Collapsed : None,
  };
}

function signatureMark(version: VersionRow): Mark | undefined {
  const warnings = signatureWarnings(version);
  return warnings.length === 0 ? undefined : { severity: 'warning', words: warnings.join('\n') };
}

/** A stage that a version is in, or was. */
export function drawHeld(node: HeldNode): Drawn {
  const { repository, held, name, version } = node;
  const { stage, author } = held;
  const look = repository.stageLook(stage);
  const when = ago(held.since);
  const replaced = l10n.t('a newer version took its place');
  const warning = signatureWarning(signatureOf(version, held.ref));
  const words = held.holds
    ? l10n.t('{0} {1} in {2}, assigned by {3}, {4}', name, version.label, stage, author, when)
    : l10n.t(
        '{0} {1} no longer in {2}: {3}; it was assigned by {4}, {5}',
        name,
        version.label,
        stage,
        replaced,
        author,
        when,
      );
  const description = held.holds
    ? l10n.t('assigned by {0}, {1} ({2})', isolated(author), when, held.ref)
    : replaced;
  const color = held.holds ? look?.color : 'disabledForeground';
  return {
    label: stage,
    description: warning ? `${warning} · ${description}` : description,
    icon: warning ? 'warning' : (look?.icon ?? 'arrow-right'),
    color: warning ? 'list.warningForeground' : color,
    ariaLabel: warning ? `${words}, ${warning}` : words,
    context: flags('held', {
      holds: held.holds,
      earlier: held.holds && canRollBack(repository.row(name), stage),
    }),
    state: None,
  };
}
