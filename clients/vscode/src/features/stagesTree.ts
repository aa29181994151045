import type { Repositories } from '../registry/repositories';
import type { Repository } from '../registry/repository';
import { idOf, type Node, type StageNode } from '../views/nodes';
import { RegistryTree } from '../views/registryTree';

const STAGES_VIEW = 'gto.stages';

/** Stages, and what is in each of them. */
export class StagesTree extends RegistryTree {
  constructor(repositories: Repositories, started: () => Promise<void>) {
    super(repositories, started, STAGES_VIEW, { showCollapseAll: true });
    let shown = '';
    this.register(
      repositories.onDidChange(() => {
        const now = JSON.stringify(
          repositories.all.map(({ root, stages, all }) => [
            root,
            stages,
            all.map(({ name, type, stages: held, since }) => [name, type, held, since]),
          ]),
        );
        // A stage's count is in its own row, and there are few rows; but most changes are none of these.
        if (now !== shown) this.draw();
        shown = now;
      }),
    );
  }

  protected override inRepository(
    repository: Repository,
    parent: Node | undefined,
  ): Promise<Node[]> {
    const rows = repository.stages.map(({ name, isAllowed }): StageNode => {
      const id = idOf(repository, `#${name}`);
      return { kind: 'stage', id, repository, parent, stage: name, isAllowed };
    });
    return Promise.resolve(rows);
  }

  protected override children(node: Node): Promise<Node[]> {
    if (node.kind !== 'stage') return Promise.resolve([]);
    const { repository, stage } = node;
    return Promise.resolve(
      repository.inStage(stage).map(({ name }) => ({
        kind: 'holder',
        id: idOf(repository, `#${stage}`, name),
        repository,
        parent: node,
        stage,
        name,
      })),
    );
  }
}
