import type { TreeItem } from 'vscode';
import type { RegistryTree } from '../../src/views/registryTree';
import type { Node } from '../../src/views/nodes';
import { TreeItemCollapsibleState, type EventEmitter } from './vscode';

interface Row {
  readonly node: Node;
  readonly label: string;
  readonly item: TreeItem;
  below: Row[];
}

/** A view as VS Code has it: rows that are drawn when they are asked for, and again when the tree says so. */
export class Host {
  private rows: Row[] = [];
  private readonly open = new Set<string>();
  /** The labels of the rows that were drawn again, since they were looked at. */
  readonly redrawn: string[] = [];
  private waiting: (Node | undefined)[] = [];

  constructor(private readonly tree: RegistryTree) {
    tree.onDidChangeTreeData((node) => this.waiting.push(node));
  }

  /** Draws what the tree wants to be drawn, and says what all looks like: indented, open rows with what is in them. */
  async look(): Promise<string[]> {
    if (this.rows.length === 0) this.waiting = [undefined];
    for (const node of this.waiting.splice(0)) {
      if (node === undefined) {
        this.redrawn.push('(all)');
        this.rows = await this.below(undefined);
      } else {
        const row = this.find(({ node: each }) => each === node);
        if (row === undefined) continue;
        this.redrawn.push(row.label);
        Object.assign(row, await this.row(node));
      }
    }
    return textOf(this.rows);
  }

  /** Opens or closes the row with this label. */
  async toggle(label: string, isOpen = true): Promise<void> {
    const row = this.find((each) => each.label === label);
    if (row === undefined) throw new Error(`${label} is not there`);
    const view = this.tree.view as unknown as Record<string, EventEmitter<unknown>>;
    view[isOpen ? 'expanded' : 'collapsed']?.fire({ element: row.node });
    if (isOpen) this.open.add(row.node.id);
    else this.open.delete(row.node.id);
    row.below = isOpen ? await this.below(row.node) : [];
  }

  heard(label: string): string {
    const row = this.find((each) => each.label === label);
    return row?.item.accessibilityInformation?.label ?? '';
  }

  private async below(node: Node | undefined): Promise<Row[]> {
    const nodes = await this.tree.getChildren(node);
    return Promise.all(nodes.map((each) => this.row(each)));
  }

  private async row(node: Node): Promise<Row> {
    const item = this.tree.getTreeItem(node);
    const isOpen =
      this.open.has(node.id) || TreeItemCollapsibleState[item.collapsibleState ?? 0] === 'Expanded';
    const label = typeof item.label === 'object' ? item.label.label : (item.label ?? '');
    return { node, label, item, below: isOpen ? await this.below(node) : [] };
  }

  private find(is: (row: Row) => boolean, rows = this.rows): Row | undefined {
    for (const row of rows) {
      const found = is(row) ? row : this.find(is, row.below);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function textOf(rows: readonly Row[], indent = ''): string[] {
  return rows.flatMap(({ label, item, below }) => {
    const description = typeof item.description === 'string' ? `  ${item.description}` : '';
    return [`${indent}${label}${description}`, ...textOf(below, `${indent}  `)];
  });
}
