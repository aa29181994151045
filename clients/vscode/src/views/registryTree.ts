import {
  CancellationError,
  EventEmitter,
  window,
  type TreeDataProvider,
  type TreeItem,
  type TreeView,
  type TreeViewOptions,
} from 'vscode';
import { NotConnected, Refusal } from '../client/refusal';
import { LOG } from '../client/identity';
import type { Repositories } from '../registry/repositories';
import type { Repository } from '../registry/repository';
import { Feature } from '../features/feature';
import { itemOf } from './items';
import { idOf, type Node } from './nodes';
import { tooltipOf } from './tooltips';
import { withPlace, withoutLinks } from '../text/descriptions';

/** The common part of the three trees: several repositories are a level of their own, a single one is not. */
export abstract class RegistryTree extends Feature implements TreeDataProvider<Node> {
  readonly view: TreeView<Node>;
  protected readonly redraw = new EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.redraw.event;
  private readonly drawn = new Map<string, Node>();
  private hasRows = false;

  constructor(
    protected readonly repositories: Repositories,
    private readonly started: () => Promise<void>,
    private readonly viewId: string,
    options: Pick<TreeViewOptions<Node>, 'canSelectMany' | 'showCollapseAll'> = {},
  ) {
    super();
    this.view = window.createTreeView<Node>(viewId, { ...options, treeDataProvider: this });
    this.register(this.view, this.redraw);
  }

  getTreeItem(node: Node): TreeItem {
    return itemOf(node);
  }

  resolveTreeItem(item: TreeItem, node: Node): TreeItem {
    item.tooltip = tooltipOf(node) ?? '';
    return item;
  }

  getParent(node: Node): Node | undefined {
    return node.parent;
  }

  async getChildren(node?: Node): Promise<Node[]> {
    try {
      const children = node === undefined ? await this.roots() : await this.below(node);
      for (const child of children) this.drawn.set(child.id, child);
      return children;
    } catch (error) {
      if (error instanceof CancellationError || error instanceof NotConnected) return [];
      // Shown once, and kept in the log: the tree itself has no place for it.
      LOG.error(String(error));
      const words = error instanceof Refusal ? withPlace(error, error.message) : String(error);
      void window.showErrorMessage(withoutLinks(words));
      return [];
    }
  }

  private async roots(): Promise<Node[]> {
    await this.repositories.settled(this.started());
    this.hasRows = true;
    const { all } = this.repositories;
    const shown = all.filter(({ root }) => root === (this.only ?? root));
    const [first] = shown;
    if (all.length === 1 && first !== undefined) return this.inRepository(first, undefined);
    return shown.map((repository) => ({
      kind: 'repository',
      id: idOf(repository, this.viewId),
      repository,
      parent: undefined,
    }));
  }

  /** The root of the only repository that is shown; undefined for all of them. */
  protected get only(): string | undefined {
    return undefined;
  }

  private async below(node: Node): Promise<Node[]> {
    if (node.kind === 'repository') return this.inRepository(node.repository, node);
    return this.children(node);
  }

  /** The rows of a repository. */
  protected abstract inRepository(
    repository: Repository,
    parent: Node | undefined,
  ): Promise<Node[]>;

  /** The rows below any other row. */
  protected abstract children(node: Node): Promise<Node[]>;

  /** A row that was drawn before, by its id. */
  protected known(id: string): Node | undefined {
    return this.drawn.get(id);
  }

  /** Draws a row again, with what is below it; without one the whole tree. */
  protected draw(node?: Node): void {
    // The first rows are drawn as they are by then; drawn twice, they would flicker.
    if (!this.hasRows) return;
    if (node === undefined) this.drawn.clear();
    this.redraw.fire(node);
  }

  /** Shows on the view itself that something is being waited for. */
  protected busy<T>(job: Promise<T>): Promise<T> {
    void window.withProgress({ location: { viewId: this.viewId } }, () =>
      // A failure is shown where the job itself is awaited.
      job.then(
        () => undefined,
        () => undefined,
      ),
    );
    return job;
  }
}
