import type { Memento, TreeView } from 'vscode';
import type { Connection } from './client/connection';
import type { BundledServer } from './client/install';
import type { ServerLife } from './client/launch';
import type { Pages } from './documents';
import type { Repositories } from './registry/repositories';
import type { ArtifactsTree } from './views/artifacts';
import type { HistoryTree } from './views/history';
import type { Node } from './views/nodes';

/** What the commands work with. */
export interface Tools {
  readonly life: ServerLife;
  readonly connection: Connection;
  readonly repositories: Repositories;
  readonly pages: Pages;
  readonly bundled: BundledServer;
  readonly artifacts: ArtifactsTree;
  readonly artifactsView: TreeView<Node>;
  readonly history: HistoryTree;
  readonly historyView: TreeView<Node>;
  readonly memory: Memento;
  readonly extensionPath: string;
}
