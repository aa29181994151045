import { l10n, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import { headlineText } from '../registry/metrics';
import { ago } from '../text/time';
import {
  artifactAriaLabel,
  problemCount,
  eventText,
  eventAriaLabel,
  problemLocation,
  problemText,
  versionText,
  artifactSummary,
  versionSummary,
  isUnpushed,
  signatureOf,
  signatureWarning,
  versionAriaLabel,
} from '../text/descriptions';
import type {
  ArtifactNode,
  EventNode,
  HeldNode,
  HolderNode,
  MoreNode,
  Node,
  ProblemNode,
  ProblemsNode,
  StageNode,
  VersionNode,
} from './nodes';

const { Collapsed, Expanded, None } = TreeItemCollapsibleState;

interface Drawn {
  readonly label: string;
  readonly description?: string;
  readonly icon: string;
  readonly color?: string;
  readonly ariaLabel: string;
  readonly context: string;
  readonly state: TreeItemCollapsibleState;
}

/** A row as the tree shows it. Tooltips come later, when the mouse asks for them. */
export function itemOf(node: Node): TreeItem {
  const drawn = draw(node);
  const item = new TreeItem(drawn.label, drawn.state);
  item.id = node.id;
  if (drawn.description) item.description = drawn.description;
  item.iconPath = new ThemeIcon(drawn.icon, drawn.color ? new ThemeColor(drawn.color) : undefined);
  item.contextValue = drawn.context;
  item.accessibilityInformation = { label: drawn.ariaLabel };
  if (node.kind === 'more') {
    item.command = { command: 'gto.loadMore', title: drawn.label, arguments: [node] };
  }
  if (node.kind === 'problem' || node.kind === 'problems')
    item.command = { command: 'gto.showProblem', title: drawn.label, arguments: [node] };
  return item;
}

function draw(node: Node): Drawn {
  switch (node.kind) {
    case 'repository': {
      const label = node.repository.label;
      const ariaLabel = l10n.t('{0}, repository', label);
      return { label, icon: 'repo', ariaLabel, context: 'gto:repository', state: Expanded };
    }
    case 'folder': {
      const label = `${node.dir}/`;
      const ariaLabel = l10n.t('{0}, folder', node.dir);
      return { label, icon: 'folder', ariaLabel, context: 'gto:folder', state: Collapsed };
    }
    case 'artifact':
      return drawArtifact(node);
    case 'version':
      return drawVersion(node);
    case 'held':
      return drawHeld(node);
    case 'stage':
      return drawStage(node);
    case 'holder':
      return drawHolder(node);
    case 'event':
      return drawEvent(node);
    case 'problem':
      return drawProblem(node);
    case 'problems':
      return drawProblems(node);
    case 'more':
      return drawMore(node);
  }
}

/** Flags behind the kind, for the `when` clauses of the menus: `gto:version+latest+unpushed`. */
function flags(kind: string, set: Readonly<Record<string, boolean>>): string {
  const on = Object.keys(set).filter((flag) => set[flag]);
  return [`gto:${kind}`, ...on].join('+');
}

const ICONS: Readonly<Record<string, string>> = { dataset: 'database', data: 'database' };

function drawArtifact(node: ArtifactNode): Drawn {
  const row = node.repository.row(node.name);
  if (row === undefined) {
    // It went while the tree was being drawn; the next drawing leaves it out.
    return { label: node.name, icon: 'package', ariaLabel: node.name, context: '', state: None };
  }
  const measured = headlineText(node.repository.metrics.of(node.name, row.latest), 1);
  const hasErrors = row.problems.some((problem) => problem.severity === 'error');
  const icon = row.deprecated ? 'archive' : (ICONS[row.type ?? ''] ?? 'package');
  return {
    label: node.parent?.kind === 'folder' ? row.label : row.name,
    description: artifactSummary(row, node.repository.mainStage, measured),
    icon,
    ...(hasErrors
      ? { color: 'list.errorForeground' }
      : row.registered
        ? {}
        : { color: 'disabledForeground' }),
    ariaLabel: artifactAriaLabel(row, measured),
    context: flags('artifact', {
      registered: row.registered,
      active: row.registered && !row.deprecated,
      versioned: row.latest !== null,
      annotated: row.location !== undefined && row.location !== null,
      unpushed: (row.unpushed ?? 0) > 0,
    }),
    state: row.registered ? Collapsed : None,
  };
}

function drawVersion(node: VersionNode): Drawn {
  const { version, name } = node;
  const icon = !version.active ? 'circle-slash' : version.registered ? 'tag' : 'git-commit';
  return {
    label: version.label,
    description: versionSummary(
      version,
      headlineText(node.repository.metrics.of(name, version.version)),
    ),
    icon,
    ...(version.active ? {} : { color: 'disabledForeground' }),
    ariaLabel: versionAriaLabel(name, version),
    context: flags('version', {
      registered: version.registered,
      active: version.active,
      latest: version.latest,
      unpushed: isUnpushed(version),
      located: version.path !== null,
    }),
    state: version.stages.length > 0 ? Collapsed : None,
  };
}

function drawHeld(node: HeldNode): Drawn {
  const { held, name, version } = node;
  const { stage, author } = held;
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
    ? l10n.t('assigned by {0}, {1} ({2})', author, when, held.ref)
    : replaced;
  return {
    label: stage,
    description: warning ? `${warning} · ${description}` : description,
    icon: warning ? 'warning' : 'rocket',
    ...(warning
      ? { color: 'list.warningForeground' }
      : held.holds
        ? {}
        : { color: 'disabledForeground' }),
    ariaLabel: warning ? `${words}, ${warning}` : words,
    context: flags('held', { holds: held.holds }),
    state: None,
  };
}

function drawStage(node: StageNode): Drawn {
  const count = node.repository.inStage(node.stage).length;
  const counted = count === 1 ? l10n.t('1 artifact') : l10n.t('{0} artifacts', count);
  const description = node.isAllowed ? counted : `${counted} · ${l10n.t('not in .gto')}`;
  return {
    label: node.stage,
    description,
    icon: node.isAllowed ? 'rocket' : 'question',
    ariaLabel: l10n.t('stage {0}, {1}', node.stage, description),
    context: 'gto:stage',
    state: count > 0 ? Collapsed : None,
  };
}

function drawHolder(node: HolderNode): Drawn {
  const row = node.repository.row(node.name);
  const held = row?.stages[node.stage] ?? [];
  const versions = held.map(versionText).join(', ');
  const since = row?.since[node.stage];
  const when = since === undefined ? '' : ago(since);
  const parts =
    held.length > 0
      ? [l10n.t('{0} version {1} in {2}', node.name, versions, node.stage), when]
      : // It left while the tree was being drawn; the next drawing leaves it out.
        [l10n.t('{0} no longer in {1}', node.name, node.stage)];
  return {
    label: node.name,
    description: when ? `${versions} · ${when}` : versions,
    icon: ICONS[row?.type ?? ''] ?? 'package',
    ariaLabel: parts.filter(Boolean).join(', '),
    context: 'gto:holder',
    state: None,
  };
}

const EVENT_ICONS: Readonly<Record<EventNode['event']['event'], string>> = {
  assignment: 'rocket',
  unassignment: 'circle-slash',
  registration: 'tag',
  deregistration: 'circle-slash',
  deprecation: 'archive',
  commit: 'git-commit',
};

function drawEvent(node: EventNode): Drawn {
  const { event } = node;
  return {
    label: eventText(event),
    description: `${event.author} · ${ago(event.timestamp)}`,
    icon: EVENT_ICONS[event.event],
    ariaLabel: eventAriaLabel(event),
    context: flags('event', { versioned: event.version !== null }),
    state: None,
  };
}

function drawProblem({ problem }: ProblemNode): Drawn {
  const where = problemLocation(problem);
  const label = where || l10n.t('Wrong configuration');
  const words = problemText(problem);
  return {
    label,
    description: problem.message,
    icon: 'error',
    color: 'list.errorForeground',
    ariaLabel: l10n.t('problem, {0}: {1}', label, words),
    context: 'gto:problem',
    state: None,
  };
}

function drawProblems({ problems }: ProblemsNode): Drawn {
  const label = problemCount(problems.length);
  const hasErrors = problems.some(({ severity }) => severity === 'error');
  return {
    label,
    description: problems.length === 1 ? (problems[0]?.message ?? '') : '',
    icon: 'warning',
    color: hasErrors ? 'list.errorForeground' : 'list.warningForeground',
    ariaLabel: l10n.t('{0}, opens the registry check', label),
    context: 'gto:problems',
    state: None,
  };
}

function drawMore(node: MoreNode): Drawn {
  const label = l10n.t('Load more…');
  const ariaLabel =
    node.name === undefined ? label : l10n.t('Load more versions of {0}', node.name);
  return { label, icon: 'ellipsis', ariaLabel, context: 'gto:more', state: None };
}
