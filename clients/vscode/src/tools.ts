import type { Memento } from 'vscode';
import type { Connection } from './client/connection';
import type { BundledServer } from './client/install';
import type { ServerManager } from './client/serverManager';
import type { ArtifactFiles } from './features/artifactFiles';
import type { ArtifactInFront } from './features/artifactInFront';
import type { ArtifactsTree } from './features/artifactsTree';
import type { Audits } from './features/audits';
import type { FleetTree } from './features/fleetTree';
import type { HistoryTree } from './features/historyTree';
import type { Pages } from './features/pages';
import type { Panels } from './features/panels';
import type { StagesTree } from './features/stagesTree';
import type { Repositories } from './registry/repositories';

/** What commands and other features work with. */
export interface Tools {
  readonly server: ServerManager;
  readonly connection: Connection;
  readonly repositories: Repositories;
  readonly audits: Audits;
  readonly pages: Pages;
  readonly panels: Panels;
  readonly bundled: BundledServer;
  readonly files: ArtifactFiles;
  readonly inFront: ArtifactInFront;
  readonly artifacts: ArtifactsTree;
  readonly stages: StagesTree;
  readonly history: HistoryTree;
  readonly fleet: FleetTree;
  readonly memory: Memento;
  readonly extensionPath: string;
}
