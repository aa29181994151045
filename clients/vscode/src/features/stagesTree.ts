import { settings } from '../client/settings';
import { isWithin, levelOf } from '../registry/folders';
import type { Repositories } from '../registry/repositories';
import type { Repository } from '../registry/repository';
import { idOf, type Node, type StageNode } from '../views/nodes';
import { RegistryTree } from '../views/registryTree';

const STAGES_VIEW = 'gto.stages';

/** Stages, and what is in each of them, by folders. */
export class StagesTree extends RegistryTree {
  constructor(repositories: Repositories, started: () => Promise<void>) {
    super(repositories, started, STAGES_VIEW, { showCollapseAll: true, canSelectMany: true });
    this.register(
      repositories.onDidChange(({ repository }) => {
        if (repository === undefined) this.draw();
        else this.drawChanges();
      }),
    );
  }

  protected override inRepository(
    repository: Repository,
    parent: Node | undefined,
  ): readonly Node[] {
    return repository.stages.map(({ name, isAllowed }): StageNode => {
      const id = idOf(repository, `#${name}`);
      return { kind: 'stage', id, repository, parent, stage: name, isAllowed };
    });
  }

  /** The row of a stage, whether it was drawn or not; undefined where there is none such. */
  rowOf(repository: Repository, stage: string): Node | undefined {
    const isBelow = this.repositories.all.length > 1;
    const parent = isBelow ? this.repositoryNode(repository) : undefined;
    const row = this.inRepository(repository, parent).find(
      (each) => each.kind === 'stage' && each.stage === stage,
    );
    return row && (this.known(row.id) ?? row);
  }

  protected override children(node: Node): readonly Node[] {
    switch (node.kind) {
      case 'stage':
        return holders(node, node.stage, '');
      case 'folder':
        return holders(node, node.stage ?? '', node.dir);
      default:
        return [];
    }
  }
}

/** What is in a stage, as far as it is directly in a folder. */
function holders(parent: Node, stage: string, dir: string): readonly Node[] {
  const { repository } = parent;
  const all = repository.inStage(stage);
  const { folders, rows } = settings.groupByFolder ? levelOf(all, dir) : { folders: [], rows: all };
  return [
    ...folders.map((folder): Node => ({
      kind: 'folder',
      id: idOf(repository, `#${stage}`, `${folder}/`),
      repository,
      parent,
      dir: folder,
      stage,
      isOpen: false,
      rows: () => repository.inStage(stage).filter((row) => isWithin(row.dir, folder)),
    })),
    ...rows.map(({ name }): Node => ({
      kind: 'holder',
      id: idOf(repository, `#${stage}`, name),
      repository,
      parent,
      stage,
      name,
    })),
  ];
}
