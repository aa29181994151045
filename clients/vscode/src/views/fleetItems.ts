import { l10n, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { FleetRepository, TreeRow } from '../protocol';
import { firstStage, type FleetMember } from '../registry/fleet';
import { artifactAriaLabel, artifactCount } from '../text/descriptions';
import { ago } from '../text/time';
import { rowWords, typeIcon } from './artifactItems';
import { flags, isolated, type Drawn } from './drawn';

const { Collapsed, Expanded, None } = TreeItemCollapsibleState;

/** A repository of the fleet. */
export interface FleetRepositoryNode {
  readonly kind: 'fleetRepository';
  readonly id: string;
  readonly member: FleetMember;
  /** When the daemon told it, in milliseconds. */
  readonly told: number;
  readonly isOpen: boolean;
}

export interface FleetArtifactNode {
  readonly kind: 'fleetArtifact';
  readonly id: string;
  readonly parent: FleetRepositoryNode;
  readonly row: TreeRow;
}

export type FleetNode = FleetRepositoryNode | FleetArtifactNode;

export function drawFleet(node: FleetNode, now: number = Date.now()): Drawn {
  return node.kind === 'fleetRepository' ? drawMember(node, now) : drawArtifact(node);
}

/** A row of the Fleet view as VS Code shows it. */
export function fleetItemOf(node: FleetNode): TreeItem {
  const drawn = drawFleet(node);
  const item = new TreeItem(drawn.label, drawn.state);
  if (drawn.emphasis !== undefined)
    item.label = { label: drawn.label, highlights: [[0, drawn.emphasis]] };
  item.id = node.id;
  if (drawn.description) item.description = drawn.description;
  item.iconPath = new ThemeIcon(drawn.icon, drawn.color ? new ThemeColor(drawn.color) : undefined);
  item.contextValue = drawn.context;
  item.accessibilityInformation = { label: drawn.ariaLabel };
  return item;
}

const HEALTH_LOOKS = {
  ok: { icon: 'repo', color: undefined },
  warning: { icon: 'warning', color: 'list.warningForeground' },
  error: { icon: 'error', color: 'list.errorForeground' },
} as const;

function drawMember({ member, told, isOpen }: FleetRepositoryNode, now: number): Drawn {
  const { repository, rows } = member;
  const { name, health, message, path } = repository;
  const counted = health === 'error' && rows.length === 0 ? '' : artifactCount(rows.length);
  const description = [message, counted, seenText(repository, told, now)]
    .filter(Boolean)
    .join(' · ');
  return {
    label: isolated(name),
    description,
    ...HEALTH_LOOKS[health],
    ariaLabel: [l10n.t('{0}, repository', name), description].filter(Boolean).join(', '),
    context: flags('fleetRepository', { path: path !== undefined }),
    state: rows.length === 0 ? None : isOpen ? Expanded : Collapsed,
  };
}

/** How old what is known of a remote may be: "seen 12 s ago"; empty for a repository on this machine. */
export function seenText(
  { url, seen }: FleetRepository,
  told: number,
  now: number = Date.now(),
): string {
  if (url === undefined || seen === null) return '';
  const seconds = Math.max(0, Math.round(seen + (now - told) / 1000));
  if (seconds < 60) return l10n.t('seen {0} s ago', seconds);
  return l10n.t('seen {0}', ago(new Date(now - seconds * 1000).toISOString(), now));
}

function drawArtifact({ row, parent }: FleetArtifactNode): Drawn {
  const { repository, mainStage, looks } = parent.member;
  const stage = firstStage(row, mainStage);
  const look = stage === undefined ? undefined : looks.get(stage);
  const isGray = row.deprecated || !row.registered;
  return {
    ...rowWords(row, isolated(row.name), stage),
    icon: row.deprecated ? 'archive' : (look?.icon ?? typeIcon(row.type)),
    color: isGray ? 'disabledForeground' : look?.color,
    // Who hears a row does not see what is above it.
    ariaLabel: l10n.t('{0}, repository {1}', artifactAriaLabel(row), repository.name),
    context: flags('fleetArtifact', {}),
    state: None,
  };
}
