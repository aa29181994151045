import { settings } from '../client/settings';
import { versionsInOrder } from '../registry/order';
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

/** Artifacts, their versions, and the stages that these are in. */
export class ArtifactsTree extends RegistryTree {
  constructor(repositories: Repositories, started: () => Promise<void>) {
    super(repositories, started, ARTIFACTS_VIEW, { showCollapseAll: true, canSelectMany: true });
    this.register(
      repositories.onDidChange(({ repository, artifacts }) => {
        const rows = artifacts?.map((name) => repository && this.known(idOf(repository, name)));
        if (rows === undefined || rows.some((row) => row === undefined)) this.draw();
        else for (const row of rows) this.draw(row);
      }),
    );
  }

  /** Draws artifacts again, with their versions, as far as they have been drawn. */
  drawArtifacts(repository: Repository, names: readonly string[]): void {
    for (const name of names) {
      const row = this.known(idOf(repository, name));
      if (row !== undefined) this.draw(row);
    }
  }

  protected override inRepository(
    repository: Repository,
    parent: Node | undefined,
  ): Promise<Node[]> {
    const rows = repository.inOrder;
    const wrong = problemRows(repository, parent);
    if (!settings.groupByFolder) {
      const artifacts = rows.map((row) => artifactNode(repository, row.name, parent));
      return Promise.resolve([...wrong, ...artifacts]);
    }
    const folders = [...new Set(rows.map((row) => row.dir).filter((dir) => dir !== ''))];
    return Promise.resolve([
      ...wrong,
      ...folders.map((dir) => folderNode(repository, dir, parent)),
      ...rows
        .filter((row) => row.dir === '')
        .map((row) => artifactNode(repository, row.name, parent)),
    ]);
  }

  protected override async children(node: Node): Promise<Node[]> {
    switch (node.kind) {
      case 'folder':
        return node.repository.inOrder
          .filter((row) => row.dir === node.dir)
          .map((row) => artifactNode(node.repository, row.name, node));
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
    const rows: Node[] = versions.map((version): VersionNode => {
      const id = idOf(repository, name, version.version, version.commit);
      return { kind: 'version', id, repository, parent, name, version };
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

  /** The row of an artifact, whether it was drawn or not, so that it can be revealed. */
  rowOf(repository: Repository, name: string): ArtifactNode | undefined {
    const row = repository.row(name);
    if (row === undefined) return undefined;
    const top: Node | undefined =
      this.repositories.all.length > 1
        ? {
            kind: 'repository',
            id: idOf(repository, ARTIFACTS_VIEW),
            repository,
            parent: undefined,
          }
        : undefined;
    const isInFolder = settings.groupByFolder && row.dir !== '';
    const folder = isInFolder ? folderNode(repository, row.dir, top) : top;
    const known = this.known(idOf(repository, name));
    return known?.kind === 'artifact' ? known : artifactNode(repository, name, folder);
  }

  /** The row of a version that is on the pages shown. */
  async versionRow(artifact: ArtifactNode, version: string): Promise<Node | undefined> {
    const rows = await this.versions(artifact);
    const found = rows.find((row) => row.kind === 'version' && row.version.version === version);
    return found && (this.known(found.id) ?? found);
  }
}

/** A row for each problem that keeps everybody from acting, and one for all others. */
function problemRows(repository: Repository, parent: Node | undefined): Node[] {
  const { problems } = repository;
  const blocking = problems.filter(isBlocking);
  const others = problems.filter((each) => !isBlocking(each) && each.severity !== 'info');
  const rows: Node[] = blocking.map((problem) => {
    const id = idOf(repository, '!', problem.path ?? '', problem.message);
    return { kind: 'problem', id, repository, parent, problem };
  });
  if (others.length > 0) {
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

function folderNode(repository: Repository, dir: string, parent: Node | undefined): FolderNode {
  return { kind: 'folder', id: idOf(repository, `${dir}/`), repository, parent, dir };
}
