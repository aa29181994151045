import {
  CancellationError,
  commands,
  EventEmitter,
  TreeItemCollapsibleState,
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

type Rows = readonly Node[] | Promise<readonly Node[]>;

/** The common part of the three trees: several repositories are a level of their own, a single one is not. */
export abstract class RegistryTree extends Feature implements TreeDataProvider<Node> {
  readonly view: TreeView<Node>;
  protected readonly redraw = new EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.redraw.event;
  private readonly drawn = new Map<string, Node>();
  /** How rows looked when they were drawn, by their ids. */
  private readonly looks = new Map<string, string>();
  /** The ids of the rows below a row, as VS Code has them; those of the top are below the empty id. */
  private readonly below = new Map<string, readonly string[]>();
  /** Rows that were opened or closed: what goes and comes back is as it was left. */
  private readonly opened = new Map<string, boolean>();
  private hasRows = false;

  constructor(
    protected readonly repositories: Repositories,
    private readonly started: () => Promise<void>,
    private readonly viewId: string,
    options: Pick<TreeViewOptions<Node>, 'canSelectMany' | 'showCollapseAll'> = {},
  ) {
    super();
    this.view = window.createTreeView<Node>(viewId, { ...options, treeDataProvider: this });
    this.register(
      this.view,
      this.redraw,
      this.view.onDidExpandElement(({ element }) => this.opened.set(element.id, true)),
      this.view.onDidCollapseElement(({ element }) => this.opened.set(element.id, false)),
    );
  }

  /**
   * The rows that a key was pressed on: the one that has the focus, or all that are selected where it is one of them.
   * Extensions are told what is selected and not what has the focus; selecting that for a moment tells it too.
   */
  async rowsAtHand(): Promise<readonly Node[]> {
    const before = this.view.selection;
    await commands.executeCommand('list.toggleSelection');
    const focused = this.view.selection.find((row) => !before.includes(row));
    await commands.executeCommand('list.toggleSelection');
    return focused === undefined ? before : [focused];
  }

  getTreeItem(node: Node): TreeItem {
    const item = itemOf(node);
    this.looks.set(node.id, lookOf(item));
    const isOpen = this.opened.get(node.id);
    if (isOpen !== undefined && item.collapsibleState !== TreeItemCollapsibleState.None)
      item.collapsibleState = isOpen
        ? TreeItemCollapsibleState.Expanded
        : TreeItemCollapsibleState.Collapsed;
    return item;
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
      if (node === undefined) {
        await this.repositories.settled(this.started());
        this.hasRows = true;
      }
      const children = await this.rowsBelow(node);
      for (const child of children) this.drawn.set(child.id, child);
      this.below.set(node?.id ?? '', idsOf(children));
      return [...children];
    } catch (error) {
      if (error instanceof CancellationError || error instanceof NotConnected) return [];
      // Shown once, and kept in the log: the tree itself has no place for it.
      LOG.error(String(error));
      const words = error instanceof Refusal ? withPlace(error, error.message) : String(error);
      void window.showErrorMessage(withoutLinks(words));
      return [];
    }
  }

  private rowsBelow(node: Node | undefined): Rows {
    if (node !== undefined)
      return node.kind === 'repository'
        ? this.inRepository(node.repository, node)
        : this.children(node);
    const { all } = this.repositories;
    const [first] = all;
    if (all.length === 1 && first !== undefined) return this.inRepository(first, undefined);
    return this.shownOf(all).map((repository) => this.repositoryNode(repository));
  }

  protected repositoryNode(repository: Repository): Node {
    const id = idOf(repository, this.viewId);
    return { kind: 'repository', id, repository, parent: undefined };
  }

  /** Which of several repositories have a row. */
  protected shownOf(repositories: readonly Repository[]): readonly Repository[] {
    return repositories;
  }

  /** The rows of a repository. */
  protected abstract inRepository(repository: Repository, parent: Node | undefined): Rows;

  /** The rows below any other row. Those of folders and stages are there at once. */
  protected abstract children(node: Node): Rows;

  /** A row that was drawn before, by its id. */
  protected known(id: string): Node | undefined {
    return this.drawn.get(id);
  }

  /** Draws a row again, with what is below it; without one the whole tree. */
  protected draw(node?: Node): void {
    // The first rows are drawn as they are by then; drawn twice, they would flicker.
    if (!this.hasRows) return;
    if (node === undefined) {
      this.drawn.clear();
      this.looks.clear();
      this.below.clear();
    } else this.forget(node.id);
    this.redraw.fire(node);
  }

  /** VS Code asks again for what is below a row that is drawn again; until then there is nothing to compare with. */
  private forget(id: string): void {
    const children = this.below.get(id) ?? [];
    this.below.delete(id);
    for (const child of children) this.forget(child);
  }

  /**
   * Draws again what does not look as it was drawn, row by row, and no more: a click on a row that is being drawn reaches
   * its command without the row.
   *
   * @param changed the ids of artifacts whose versions may have changed
   */
  protected drawChanges(changed: ReadonlySet<string> = new Set(), parent?: Node): void {
    const before = this.below.get(parent?.id ?? '');
    if (before === undefined) return;
    const rows = this.rowsBelow(parent);
    if (rows instanceof Promise || idsOf(rows).join() !== before.join()) {
      this.draw(parent);
      return;
    }
    for (const row of rows) {
      // VS Code knows the row by the object that it was given first.
      const known = this.drawn.get(row.id);
      if (known === undefined) continue;
      Object.assign(known, row, { parent: known.parent });
      const look = this.looks.get(row.id);
      // A row that VS Code has not asked for yet, it asks for as it is by then.
      const isSame = look === undefined || look === lookOf(itemOf(known));
      if (!isSame || changed.has(row.id)) this.draw(known);
      else if (row.kind !== 'artifact') this.drawChanges(changed, known);
    }
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

function idsOf(rows: readonly Node[]): readonly string[] {
  return rows.map(({ id }) => id);
}

/** All that is seen and heard of a row. */
function lookOf(item: TreeItem): string {
  const { label, description, iconPath, contextValue, collapsibleState, resourceUri } = item;
  const heard = item.accessibilityInformation?.label;
  const marked = resourceUri?.toString();
  return JSON.stringify([
    label,
    description,
    iconPath,
    contextValue,
    collapsibleState,
    marked,
    heard,
  ]);
}
