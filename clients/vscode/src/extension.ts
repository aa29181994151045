import { languages, window, workspace, type ExtensionContext } from 'vscode';
import type { Surroundings } from './client/find';
import { DOCUMENTS, LOG, VERSION } from './client/identity';
import { BundledServer } from './client/install';
import { ServerLife } from './client/launch';
import { projectInterpreters } from './client/python';
import { SERVER_SETTINGS, settings } from './client/settings';
import { showStatus } from './client/status';
import { registerCommands } from './commands';
import { actedElsewhere } from './commands/outcome';
import { Pages, SCHEME } from './documents';
import { StageNotifications } from './features/stageNotifications';
import { useGitExtension } from './registry/git';
import { looksRegistered } from './registry/hint';
import { Repositories } from './registry/repositories';
import { tell } from './text/failures';
import type { Tools } from './tools';
import { ARTIFACTS_VIEW, ArtifactsTree } from './views/artifacts';
import { showContext } from './views/context';
import { RegistryDecorations } from './views/decorations';
import { HISTORY_VIEW, HistoryTree } from './views/history';
import type { Node } from './views/nodes';
import { STAGES_VIEW, StagesTree } from './views/stages';

let life: ServerLife | undefined;

/** What the tests inside the extension host look at. */
export interface Api {
  readonly tools: Tools;
  readonly stages: StagesTree;
}

export function activate(context: ExtensionContext): Api {
  LOG.info(`active, version ${VERSION}`);
  const bundled = new BundledServer(context.extensionPath, context.globalStorageUri.fsPath);
  const surroundings = async (): Promise<Surroundings> => ({
    trusted: workspace.isTrusted,
    socket: settings.socket,
    path: settings.path,
    useBundled: settings.importStrategy === 'useBundled',
    interpreters: await projectInterpreters(),
    bundled: bundled.environment,
  });
  const server = new ServerLife(surroundings, {
    get: (program) => context.globalState.get<string>(`version of ${program}`),
    set: (program, version) => void context.globalState.update(`version of ${program}`, version),
  });
  life = server;
  const repositories = new Repositories(server.connection);
  const started = (): Promise<void> => server.started();
  const artifacts = new ArtifactsTree(repositories, started);
  const stages = new StagesTree(repositories, started);
  const history = new HistoryTree(repositories, server.connection, started);
  const options = { showCollapseAll: true };
  const artifactsView = window.createTreeView<Node>(ARTIFACTS_VIEW, {
    ...options,
    treeDataProvider: artifacts,
    canSelectMany: true,
  });
  const historyView = window.createTreeView<Node>(HISTORY_VIEW, { treeDataProvider: history });
  const pages = new Pages(server.connection, repositories, started);
  const tools: Tools = {
    life: server,
    connection: server.connection,
    repositories,
    pages,
    bundled,
    artifacts,
    artifactsView,
    history,
    historyView,
    memory: context.globalState,
    extensionPath: context.extensionPath,
  };
  const decorations = new RegistryDecorations(repositories, server.connection);
  const update = (): void => void showContext(server, repositories, artifactsView);
  context.subscriptions.push(
    LOG,
    server,
    repositories,
    artifactsView,
    historyView,
    window.createTreeView<Node>(STAGES_VIEW, { ...options, treeDataProvider: stages }),
    pages,
    workspace.registerTextDocumentContentProvider(SCHEME, pages),
    showStatus(server),
    new StageNotifications(tools),
    decorations,
    window.registerFileDecorationProvider(decorations),
    ...registerCommands(tools),
    repositories.onDidChange(update),
    server.onDidChangeHealth((health) => {
      update();
      if (health.state === 'ready') void repositories.reconnected();
    }),
    server.onDidAct((result) => void actedElsewhere(tools, result).catch(tell)),
    workspace.onDidOpenTextDocument((document) => {
      if (languages.match(DOCUMENTS, document) > 0) void server.started();
    }),
    workspace.onDidChangeWorkspaceFolders(() => void startIfLikely(server).catch(tell)),
    workspace.onDidGrantWorkspaceTrust(() => {
      if (server.isWanted) void server.start({ anew: true }).catch(tell);
    }),
    workspace.onDidChangeConfiguration((change) => {
      if (SERVER_SETTINGS.some((name) => change.affectsConfiguration(name))) {
        if (server.isWanted) void server.start().catch(tell);
      } else if (change.affectsConfiguration('gto')) {
        void repositories.reload({ redraw: true });
      }
    }),
  );
  update();
  void startIfLikely(server).catch(tell);
  void useGitExtension().then((using) => context.subscriptions.push(using), tell);
  return { tools, stages };
}

/** Starts the server at the opening of a folder that has a registry, so that a click finds it there; else when asked. */
async function startIfLikely(server: ServerLife): Promise<void> {
  if (server.isWanted) return;
  const isServed = workspace.textDocuments.some((each) => languages.match(DOCUMENTS, each) > 0);
  const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  const likely = await Promise.all(folders.map(looksRegistered));
  if (isServed || likely.includes(true)) await server.started();
}

export async function deactivate(): Promise<void> {
  await life?.shutDown();
}
