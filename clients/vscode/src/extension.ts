import { workspace, type ExtensionContext } from 'vscode';
import type { SearchOptions } from './client/findServer';
import { LOG, VERSION } from './client/identity';
import { BundledServer } from './client/install';
import { projectInterpreters } from './client/python';
import { ServerManager } from './client/serverManager';
import { settings } from './client/settings';
import { Agents } from './features/agents';
import { ArtifactFiles } from './features/artifactFiles';
import { ArtifactInFront } from './features/artifactInFront';
import { ArtifactsTree } from './features/artifactsTree';
import { Audits } from './features/audits';
import { CommandOutcomes } from './features/commandOutcomes';
import { Commands } from './features/commands';
import { ContextKeys } from './features/contextKeys';
import { FileDecorations } from './features/fileDecorations';
import { FleetTree } from './features/fleetTree';
import { GitExtension } from './features/gitExtension';
import { HistoryTree } from './features/historyTree';
import { Links } from './features/links';
import { Pages } from './features/pages';
import { Panels } from './features/panels';
import { Problems } from './features/problems';
import { RowMarks } from './features/rowMarks';
import { RowMetrics } from './features/rowMetrics';
import { ServerStarter } from './features/serverStarter';
import { ServerStatus } from './features/serverStatus';
import { StageNotifications } from './features/stageNotifications';
import { StagesTree } from './features/stagesTree';
import { Repositories } from './registry/repositories';
import type { Tools } from './tools';

let server: ServerManager | undefined;

/** What the tests inside the extension host look at. */
export interface Api {
  readonly tools: Tools;
}

export function activate(context: ExtensionContext): Api {
  LOG.info(`active, version ${VERSION}`);
  const tools = createTools(context);
  server = tools.server;
  context.subscriptions.push(
    LOG,
    tools.server,
    tools.repositories,
    tools.artifacts,
    tools.stages,
    tools.history,
    tools.fleet,
    tools.audits,
    tools.pages,
    tools.panels,
    tools.files,
    tools.inFront,
    new Commands(tools),
    new CommandOutcomes(tools),
    new ServerStatus(tools.server),
    new ContextKeys(tools),
    new Problems(tools.repositories),
    new RowMetrics(tools),
    new RowMarks(),
    new FileDecorations(tools.files),
    new StageNotifications(tools),
    new GitExtension(),
    new Agents(tools),
    new Links(tools),
    // Last, so that all others are notified of what it starts.
    new ServerStarter(tools),
  );
  return { tools };
}

function createTools(context: ExtensionContext): Tools {
  const { extensionPath, globalState: memory } = context;
  const bundled = new BundledServer(extensionPath, context.globalStorageUri.fsPath);
  const searchOptions = async (): Promise<SearchOptions> => ({
    trusted: workspace.isTrusted,
    socket: settings.socket,
    path: settings.path,
    useBundled: settings.importStrategy === 'useBundled',
    interpreters: await projectInterpreters(),
    bundled: bundled.environment,
  });
  const server = new ServerManager(searchOptions, {
    get: (program) => memory.get<string>(`version of ${program}`),
    set: (program, version) => void memory.update(`version of ${program}`, version),
  });
  const { connection } = server;
  const started = (): Promise<void> => server.started();
  const repositories = new Repositories(connection, context.workspaceState);
  // Before the pages, so that these ask it when it knows that something changed.
  const audits = new Audits(connection, repositories);
  const files = new ArtifactFiles(repositories);
  return {
    server,
    connection,
    repositories,
    audits,
    pages: new Pages(connection, repositories, audits, started, server.onDidChangeHealth),
    panels: new Panels(
      connection,
      repositories,
      started,
      context.extensionUri,
      server.onDidChangeHealth,
      audits,
    ),
    bundled,
    files,
    inFront: new ArtifactInFront(files, connection, repositories),
    artifacts: new ArtifactsTree(repositories, started),
    stages: new StagesTree(repositories, started),
    history: new HistoryTree(repositories, connection, started),
    fleet: new FleetTree(connection, server.onDidChangeHealth),
    memory,
    extensionPath,
  };
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
