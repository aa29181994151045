import { commands, EventEmitter } from 'vscode';
import { settings } from '../client/settings';
import type { TreeRow } from '../protocol';
import { matches, type Filter } from '../registry/filter';
import { isWithin, levelOf, pathTo } from '../registry/folders';
import { versionsInOrder, type Sort } from '../registry/order';
import type { Repositories } from '../registry/repositories';
import type { Repository } from '../registry/repository';
import {
  idOf,
  type ArtifactNode,
  type FolderNode,
  type Node,
  type VersionNode,
} from '../views/nodes';
import { isBlocking } from '../text/descriptions';
import { RegistryTree } from '../views/registryTree';

const ARTIFACTS_VIEW = 'gto.artifacts';

/** The rows of a repository that are shown, and what they were found by. */
interface Shown {
  readonly by: readonly [readonly TreeRow[], Filter, Sort, string];
  readonly rows: readonly TreeRow[];
}

/** Artifacts, their versions, and the stages that these are in. */
export class ArtifactsTree extends RegistryTree {
  private wanted: Filter = [];
  private readonly filtered = new EventEmitter<void>();
  readonly onDidFilter = this.filtered.event;
  private readonly shown = new WeakMap<Repository, Shown>();

  constructor(repositories: Repositories, started: () => Promise<void>) {
    super(repositories, started, ARTIFACTS_VIEW, { showCollapseAll: true, canSelectMany: true });
    this.register(
      this.filtered,
      repositories.onDidChange(({ repository, artifacts }) => {
        if (repository === undefined) this.draw();
        else this.drawArtifacts(repository, artifacts ?? repository.opened);
      }),
    );
  }

  /** Draws again what changed, and these artifacts with their versions, as far as they have been drawn. */
  drawArtifacts(repository: Repository, names: readonly string[]): void {
    this.drawChanges(new Set(names.map((name) => idOf(repository, name))));
  }

  /** What the artifacts that are shown are found by; empty for all of them. */
  get filter(): Filter {
    return this.wanted;
  }

  /** Shows only what is found by this, from now on, whatever changes. */
  async show(filter: Filter): Promise<void> {
    this.wanted = filter;
    this.drawChanges();
    this.filtered.fire();
    await commands.executeCommand('setContext', 'gto.artifactsFiltered', filter.length > 0);
  }

  /** The artifacts that are shown of a repository, in their order. */
  rowsOf(repository: Repository): readonly TreeRow[] {
    const by = [repository.all, this.wanted, settings.sort, repository.mainStage] as const;
    const known = this.shown.get(repository);
    if (known?.by.every((each, at) => each === by[at])) return known.rows;
    const all = repository.inOrder;
    const rows =
      this.wanted.length === 0
        ? all
        : all.filter((row) => matches(row, this.wanted, repository.mainStage));
    this.shown.set(repository, { by, rows });
    return rows;
  }

  protected override shownOf(repositories: readonly Repository[]): readonly Repository[] {
    if (this.wanted.length === 0) return repositories;
    return repositories.filter(
      (each) => this.rowsOf(each).length > 0 || each.problems.some(isBlocking),
    );
  }

  protected override inRepository(
    repository: Repository,
    parent: Node | undefined,
  ): readonly Node[] {
    return [
      ...problemRows(repository, parent, this.wanted.length > 0),
      ...this.inFolder(repository, '', parent),
    ];
  }

  private inFolder(repository: Repository, dir: string, parent: Node | undefined): Node[] {
    const shown = this.rowsOf(repository);
    const { folders, rows } = settings.groupByFolder
      ? levelOf(shown, dir)
      : { folders: [], rows: shown };
    return [
      ...folders.map((folder) => this.folderNode(repository, folder, parent)),
      ...rows.map(({ name }) => artifactNode(repository, name, parent)),
    ];
  }

  protected override children(node: Node): readonly Node[] | Promise<readonly Node[]> {
    switch (node.kind) {
      case 'folder':
        return this.inFolder(node.repository, node.dir, node);
      case 'artifact':
        return this.versions(node);
      case 'version':
        return node.version.stages.map((held) => ({
          kind: 'held',
          id: `${node.id}\n${held.stage}`,
          repository: node.repository,
          parent: node,
          name: node.name,
          version: node.version,
          held,
        }));
      default:
        return [];
    }
  }

  private async versions(parent: ArtifactNode): Promise<Node[]> {
    const { repository, name } = parent;
    const artifact = await this.busy(repository.artifact(name));
    const versions = versionsInOrder(artifact.versions, settings.sort);
    // The daemon's order is the greatest first; there may be more on its other pages.
    const smallest = artifact.next_cursor
      ? artifact.versions.length
      : artifact.versions.findLastIndex(({ active }) => active);
    const rows: Node[] = versions.map((version): VersionNode => {
      const id = idOf(repository, name, version.version, version.commit);
      const hasEarlier = artifact.versions.indexOf(version) < smallest;
      return { kind: 'version', id, repository, parent, name, version, hasEarlier };
    });
    if (artifact.next_cursor) {
      rows.push({ kind: 'more', id: idOf(repository, name, '…'), repository, parent, name });
    }
    return rows;
  }

  /** Draws the versions of an artifact again, after more of them were asked for. */
  showMore(node: Node): void {
    this.draw(node.parent);
  }

  /** The row of an artifact, whether it was drawn or not, so that it can be revealed; undefined where none is shown. */
  rowOf(repository: Repository, name: string): ArtifactNode | undefined {
    const rows = this.rowsOf(repository);
    const row = rows.find((each) => each.name === name);
    if (row === undefined) return undefined;
    const known = this.known(idOf(repository, name));
    if (known?.kind === 'artifact') return known;
    let parent: Node | undefined;
    if (this.repositories.all.length > 1) parent = this.repositoryNode(repository);
    for (const dir of settings.groupByFolder ? pathTo(rows, row.dir) : [])
      parent = this.folderNode(repository, dir, parent);
    return artifactNode(repository, name, parent);
  }

  /** The row of a version that is on the pages shown. */
  async versionRow(artifact: ArtifactNode, version: string): Promise<Node | undefined> {
    const rows = await this.versions(artifact);
    const found = rows.find((row) => row.kind === 'version' && row.version.version === version);
    return found && (this.known(found.id) ?? found);
  }

  private folderNode(repository: Repository, dir: string, parent: Node | undefined): FolderNode {
    const isFiltered = this.wanted.length > 0;
    return {
      kind: 'folder',
      // What is found is to be seen at once, and the folders are as they were when the filter is gone.
      id: idOf(repository, `${dir}/`, ...(isFiltered ? ['?'] : [])),
      repository,
      parent,
      dir,
      stage: undefined,
      isOpen: isFiltered,
      rows: () => this.rowsOf(repository).filter((row) => isWithin(row.dir, dir)),
    };
  }
}

/** A row for each problem that keeps everybody from acting, and one for all others, which no filter looks for. */
function problemRows(
  repository: Repository,
  parent: Node | undefined,
  isFiltered: boolean,
): Node[] {
  const { problems } = repository;
  const blocking = problems.filter(isBlocking);
  const others = problems.filter((each) => !isBlocking(each) && each.severity !== 'info');
  const rows: Node[] = blocking.map((problem) => {
    const id = idOf(repository, '!', problem.path ?? '', problem.message);
    return { kind: 'problem', id, repository, parent, problem };
  });
  if (others.length > 0 && !isFiltered) {
    const id = idOf(repository, '!');
    rows.push({ kind: 'problems', id, repository, parent, problems: others });
  }
  return rows;
}

function artifactNode(
  repository: Repository,
  name: string,
  parent: Node | undefined,
): ArtifactNode {
  return { kind: 'artifact', id: idOf(repository, name), repository, parent, name };
}
