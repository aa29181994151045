import type { HistoryRow, Problem, StageHeld, TreeRow, VersionRow } from '../protocol';
import type { Repository } from '../registry/repository';

/** A row of a tree: what it is about. Its texts are looked up when it is drawn. */
export type Node =
  | RepositoryNode
  | FolderNode
  | ArtifactNode
  | VersionNode
  | HeldNode
  | StageNode
  | HolderNode
  | EventNode
  | ProblemNode
  | ProblemsNode
  | MoreNode;

interface Row {
  /** Stays the same as long as the thing is the same, so that selection and expansion are kept. */
  readonly id: string;
  readonly repository: Repository;
  readonly parent: Node | undefined;
}

export interface RepositoryNode extends Row {
  readonly kind: 'repository';
}

export interface FolderNode extends Row {
  readonly kind: 'folder';
  readonly dir: string;
  /** In the Stages view, the stage that its artifacts are in. */
  readonly stage: string | undefined;
  /** Whether it is open at first. */
  readonly isOpen: boolean;
  /** The artifacts that are shown in it, in other folders in it too. */
  readonly rows: () => readonly TreeRow[];
}

export interface ArtifactNode extends Row {
  readonly kind: 'artifact';
  readonly name: string;
}

export interface VersionNode extends Row {
  readonly kind: 'version';
  readonly name: string;
  readonly version: VersionRow;
  /** Whether a smaller version of the artifact counts. */
  readonly hasEarlier: boolean;
}

/** A stage that a version is in, below the version. */
export interface HeldNode extends Row {
  readonly kind: 'held';
  readonly name: string;
  readonly version: VersionRow;
  readonly held: StageHeld;
}

/** A stage, with whatever is in it. */
export interface StageNode extends Row {
  readonly kind: 'stage';
  readonly stage: string;
  readonly isAllowed: boolean;
}

/** An artifact, below the stage that it is in. */
export interface HolderNode extends Row {
  readonly kind: 'holder';
  readonly stage: string;
  readonly name: string;
}

export interface EventNode extends Row {
  readonly kind: 'event';
  readonly event: HistoryRow;
}

/** A problem that keeps everybody from acting. */
export interface ProblemNode extends Row {
  readonly kind: 'problem';
  readonly problem: Problem;
}

/** All other problems, in one row. */
export interface ProblemsNode extends Row {
  readonly kind: 'problems';
  readonly problems: readonly Problem[];
}

/** At the end of a page: shows more. */
export interface MoreNode extends Row {
  readonly kind: 'more';
  /** The artifact whose versions they are; undefined for history. */
  readonly name: string | undefined;
}

/** The id of a row; parts are joined by what no path, name or tag has. */
export function idOf(repository: Repository, ...parts: readonly string[]): string {
  return [repository.root, ...parts].join('\n');
}
