import {
  commands,
  EventEmitter,
  window,
  type TreeDataProvider,
  type TreeItem,
  type TreeView,
} from 'vscode';
import type { Connection } from '../client/connection';
import { NotConnected, Refusal } from '../client/refusal';
import { SingleFlight } from '../client/restarts';
import type { ServerManager } from '../client/serverManager';
import type { FleetShowResult } from '../protocol';
import { membersOf } from '../registry/fleet';
import { problemText } from '../text/descriptions';
import { errorText } from '../text/failures';
import {
  drawFleet,
  fleetItemOf,
  type FleetNode,
  type FleetRepositoryNode,
} from '../views/fleetItems';
import { aboutFleet } from '../views/tooltips';
import { Feature } from './feature';

const FLEET_VIEW = 'gto.fleet';
/** Up to how many repositories are open at first. */
const MAX_OPEN = 10;
/** After how many milliseconds it is asked again how old what is known of remotes is. */
const AGE = 30_000;

/** The repositories that the user's `fleet.yaml` names, and what is in their stages. Nothing is asked before it is seen. */
export class FleetTree extends Feature implements TreeDataProvider<FleetNode> {
  readonly view: TreeView<FleetNode>;
  private readonly redraw = new EventEmitter<FleetNode | undefined>();
  readonly onDidChangeTreeData = this.redraw.event;
  private rows: readonly FleetRepositoryNode[] | undefined;
  private subscription: number | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly settling = new SingleFlight(() => this.settle());

  constructor(
    private readonly connection: Connection,
    onDidChangeHealth: ServerManager['onDidChangeHealth'],
  ) {
    super();
    this.view = window.createTreeView<FleetNode>(FLEET_VIEW, {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    this.register(
      this.view,
      this.redraw,
      this.view.onDidChangeVisibility(() => void this.refresh()),
      connection.onDidChangeFleet(({ subscription }) => {
        if (subscription === this.subscription) void this.refresh();
      }),
      onDidChangeHealth(({ state }) => {
        // A subscription ends with its connection.
        if (state !== 'ready') this.subscription = undefined;
        else void this.serve();
      }),
    );
  }

  /** Asks again for all that is shown; resolves when it is there. */
  refresh(): Promise<void> {
    return this.settling.run();
  }

  private async serve(): Promise<void> {
    const isKnown = this.connection.has('gto/fleet/show');
    await commands.executeCommand('setContext', 'gto.hasFleet', isKnown);
    if (isKnown) await this.refresh();
  }

  /** Follows the fleet while it is seen, and only then. */
  private async settle(): Promise<void> {
    clearTimeout(this.timer);
    try {
      if (!this.view.visible) await this.leave();
      else {
        this.subscription ??= (await this.connection.ask('gto/fleet/subscribe', {})).subscription;
        await this.take(await this.connection.ask('gto/fleet/show', {}));
      }
    } catch (error) {
      // Without a server, the Artifacts view says so.
      if (error instanceof NotConnected) return;
      if (!(error instanceof Refusal)) throw error;
      this.rows = [];
      this.view.message = errorText(error);
      this.redraw.fire(undefined);
    }
  }

  private async leave(): Promise<void> {
    const { subscription } = this;
    this.subscription = undefined;
    if (subscription !== undefined) await this.connection.ask('gto/unsubscribe', { subscription });
  }

  private async take(answer: FleetShowResult): Promise<void> {
    const before = this.rows;
    const members = membersOf(answer);
    const isOpen = members.length <= MAX_OPEN;
    const told = Date.now();
    const rows = members.map((member): FleetRepositoryNode => ({
      kind: 'fleetRepository',
      id: member.repository.name,
      member,
      told,
      isOpen,
    }));
    // What is wrong with a repository is on its row.
    const problems = answer.problems.filter(({ code }) => code !== 'fleet-repository');
    this.view.message = problems.map(problemText).join(' ');
    await commands.executeCommand('setContext', 'gto.fleetIsEmpty', rows.length === 0);
    const isSame = before?.map(({ id }) => id).join('\n') === rows.map(({ id }) => id).join('\n');
    if (before === undefined || !isSame) {
      this.rows = rows;
      this.redraw.fire(undefined);
    } else this.change(before, rows);
    if (this.view.visible && members.some(({ repository }) => repository.url !== undefined))
      this.timer = setTimeout(() => void this.refresh(), AGE);
  }

  /** Draws again the repositories that do not look as before. VS Code knows a row by the object that it was given first. */
  private change(
    before: readonly FleetRepositoryNode[],
    rows: readonly FleetRepositoryNode[],
  ): void {
    for (const [at, row] of rows.entries()) {
      const known = before[at];
      if (known === undefined) continue;
      const look = lookOf(known);
      Object.assign(known, row, { isOpen: known.isOpen });
      if (look !== lookOf(known) || row.member.repository.url !== undefined)
        this.redraw.fire(known);
    }
  }

  getTreeItem(node: FleetNode): TreeItem {
    return fleetItemOf(node);
  }

  resolveTreeItem(item: TreeItem, node: FleetNode): TreeItem {
    item.tooltip = aboutFleet(node);
    return item;
  }

  getParent(node: FleetNode): FleetNode | undefined {
    return node.kind === 'fleetArtifact' ? node.parent : undefined;
  }

  async getChildren(node?: FleetNode): Promise<FleetNode[]> {
    if (node === undefined) {
      if (this.rows === undefined && this.view.visible) await this.settling.join();
      return [...(this.rows ?? [])];
    }
    if (node.kind === 'fleetArtifact') return [];
    return node.member.rows.map((row) => ({
      kind: 'fleetArtifact',
      id: `${node.id}\n${row.name}`,
      parent: node,
      row,
    }));
  }

  override dispose(): void {
    clearTimeout(this.timer);
    // The subscription ends with the connection at the latest.
    this.subscription = undefined;
    super.dispose();
  }
}

/** All that is seen of a repository and what is below it. */
function lookOf(node: FleetRepositoryNode): string {
  return JSON.stringify([drawFleet(node, node.told), node.member.rows]);
}
