import { l10n, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, Uri } from 'vscode';
import { canRollBack } from '../registry/possible';
import { settings } from '../client/settings';
import { ago } from '../text/time';
import {
  artifactCount,
  problemCount,
  eventText,
  eventAriaLabel,
  problemLocation,
  problemText,
  versionText,
} from '../text/descriptions';
import { drawArtifact, drawHeld, drawVersion, markOf, typeIcon } from './artifactItems';
import { flags, isolated, type Drawn, type Mark } from './drawn';
import { drawFolder, drawRepository } from './groups';
import type {
  EventNode,
  HolderNode,
  MoreNode,
  Node,
  ProblemNode,
  ProblemsNode,
  StageNode,
} from './nodes';

const { Collapsed, None } = TreeItemCollapsibleState;

/** A row as the tree shows it. Tooltips come later, when the mouse asks for them. */
export function itemOf(node: Node): TreeItem {
  const drawn = draw(node);
  const item = new TreeItem(drawn.label, drawn.state);
  if (drawn.emphasis !== undefined)
    item.label = { label: drawn.label, highlights: [[0, drawn.emphasis]] };
  if (drawn.mark !== undefined) item.resourceUri = markUri(drawn.mark);
  item.id = node.id;
  if (drawn.description) item.description = drawn.description;
  item.iconPath = new ThemeIcon(drawn.icon, drawn.color ? new ThemeColor(drawn.color) : undefined);
  item.contextValue = drawn.context;
  const { place } = node.repository;
  // Rows that look the same are below rows that differ; who hears a row does not see what is above it.
  const isNamed = Boolean(place) && node.kind !== 'repository';
  item.accessibilityInformation = {
    label: isNamed ? l10n.t('{0}, repository {1}', drawn.ariaLabel, place) : drawn.ariaLabel,
  };
  const opens = drawn.state === None ? OPENS[node.kind] : undefined;
  if (opens !== undefined) item.command = { command: opens, title: drawn.label, arguments: [node] };
  return item;
}

/** What a click or Enter on a row opens. A row with others below it opens those. */
const OPENS: Partial<Record<Node['kind'], string>> = {
  artifact: 'gto.openAnnotation',
  version: 'gto.showCommit',
  held: 'gto.explainStage',
  holder: 'gto.explainStage',
  event: 'gto.showCommit',
  problem: 'gto.showProblem',
  problems: 'gto.showProblem',
  more: 'gto.loadMore',
};

/** The scheme of rows that are marked; see `RowMarks`. */
export const MARKED = 'gto-mark';

/** The mark itself, so that another one is drawn as soon as the row is. */
const markUri = (mark: Mark): Uri => Uri.from({ scheme: MARKED, query: JSON.stringify(mark) });

function draw(node: Node): Drawn {
  switch (node.kind) {
    case 'repository':
      return drawRepository(node);
    case 'folder':
      return drawFolder(node);
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

function drawStage(node: StageNode): Drawn {
  const count = node.repository.inStage(node.stage).length;
  const counted = artifactCount(count);
  const look = node.repository.stageLook(node.stage);
  const description = node.isAllowed ? counted : `${counted} · ${l10n.t('not in .gto')}`;
  return {
    label: node.stage,
    description,
    icon: look?.icon ?? 'question',
    color: look?.color,
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
    label: isolated(node.parent?.kind === 'folder' ? (row?.label ?? node.name) : node.name),
    description: when ? `${versions} · ${when}` : versions,
    icon: typeIcon(row?.type),
    mark: markOf(row?.problems ?? []),
    ariaLabel: parts.filter(Boolean).join(', '),
    context: flags('holder', { earlier: canRollBack(row, node.stage) }),
    state: None,
  };
}

/** Those of what is about a stage have its colour, and an assignment its shape. */
const EVENT_ICONS: Readonly<Record<EventNode['event']['event'], string>> = {
  assignment: 'arrow-right',
  unassignment: 'circle-slash',
  registration: 'tag',
  deregistration: 'circle-slash',
  deprecation: 'archive',
  commit: 'git-commit',
};

function drawEvent(node: EventNode): Drawn {
  const { event, repository } = node;
  const look = event.stage === null ? undefined : repository.stageLook(event.stage);
  const shape = event.event === 'assignment' ? look?.icon : undefined;
  const made = `${isolated(event.author)} · ${ago(event.timestamp)}`;
  const words =
    look !== undefined && settings.isStageFirst
      ? stageFirst(event, made)
      : { label: eventText(event), description: made };
  return {
    ...words,
    icon: shape ?? EVENT_ICONS[event.event],
    color: look?.color,
    ariaLabel: eventAriaLabel(event),
    context: flags('event', { versioned: event.version !== null }),
    state: None,
  };
}

/** A stage, then the artifact, as in the rows of artifacts: a narrow sidebar cuts neither of them. */
function stageFirst(
  { artifact, event, stage, version }: EventNode['event'],
  made: string,
): Pick<Drawn, 'label' | 'emphasis' | 'description'> {
  const first = `${event === 'assignment' ? '→' : '←'} ${stage ?? ''}`;
  const what = [
    version === null ? '' : versionText(version),
    event === 'assignment' ? '' : l10n.t('removed'),
  ];
  return {
    label: `${first}  ${isolated(artifact)}`,
    emphasis: first.length,
    description: [what.filter(Boolean).join(' '), made].filter(Boolean).join(' · '),
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
