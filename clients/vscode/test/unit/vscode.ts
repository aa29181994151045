// As much of VS Code as the modules under test touch. Nothing here decides anything.
import { EventEmitter } from './events';
import { front, StatusBarItem, statusItems } from './front';
import { InputBox, QuickPick, treeView } from './inputs';
import { Uri } from './uri';

export { EventEmitter } from './events';
export * from './front';
export { Uri } from './uri';

export const l10n = {
  t: (text: string, ...args: readonly unknown[]): string =>
    text.replace(/\{(\d+)\}/g, (whole, index: string) =>
      Number(index) < args.length ? String(args[Number(index)]) : whole,
    ),
};

export enum TreeItemCollapsibleState {
  None,
  Collapsed,
  Expanded,
}

export class ThemeIcon {
  constructor(
    readonly id: string,
    readonly color?: ThemeColor,
  ) {}
}

export class ThemeColor {
  constructor(readonly id: string) {}
}

export class TreeItem {
  constructor(
    readonly label: string,
    readonly collapsibleState: TreeItemCollapsibleState,
  ) {}
}

export class MarkdownString {
  isTrusted: boolean | { readonly enabledCommands: readonly string[] } | undefined;
  constructor(
    public value: string,
    readonly supportThemeIcons: boolean,
  ) {}
  appendMarkdown(text: string): this {
    this.value += text;
    return this;
  }
}

export class FileDecoration {
  constructor(
    readonly badge: string,
    readonly tooltip: string,
    readonly color?: ThemeColor,
  ) {}
}

export class CancellationError extends Error {}
export class Disposable {}
export class Range {
  readonly start: object;
  readonly end: object;
  constructor(line: number, character: number, endLine: number, endCharacter: number) {
    this.start = { line, character };
    this.end = { line: endLine, character: endCharacter };
  }
}
export class DocumentLink {
  constructor(
    readonly range: Range,
    readonly target?: Uri,
  ) {}
}
export class Diagnostic {
  constructor(
    readonly range: Range,
    readonly message: string,
    readonly severity: number,
  ) {}
}
export enum DiagnosticSeverity {
  Error,
  Warning,
  Information,
  Hint,
}
/** What Problems lists, by file. */
export const problems = new Map<string, readonly Diagnostic[]>();
export const languages = {
  registerDocumentLinkProvider: disposable,
  createDiagnosticCollection: () => ({
    set: (uri: Uri, found: readonly Diagnostic[]) => void problems.set(uri.toString(), found),
    delete: (uri: Uri) => void problems.delete(uri.toString()),
    dispose: ignore,
  }),
};
export const QuickInputButtons = { Back: {} };
export enum LanguageStatusSeverity {
  Information,
  Warning,
  Error,
}

function disposable(): { dispose: () => void } {
  return { dispose: ignore };
}

const log = { info: ignore, warn: ignore, error: ignore, debug: ignore };
function ignore(): void {
  // The log of the extension is not what is tested.
}

/** The messages that were shown. */
export const told: string[] = [];
/** What stood in the status bar. */
export const noticed: string[] = [];
/** What is chosen in the next ones. */
export const choices: string[] = [];
function show(words: string): Promise<string | undefined> {
  told.push(words);
  return Promise.resolve(choices.shift());
}

/** A panel that VS Code opened or kept: what was sent to its page, and what that says. */
export class WebviewPanel {
  visible = true;
  title = '';
  readonly posted: unknown[] = [];
  readonly says = new EventEmitter<unknown>();
  private readonly disposed = new EventEmitter<void>();
  readonly onDidDispose = this.disposed.event;
  isDisposed = false;
  reveals = 0;
  readonly webview = {
    html: '',
    options: {},
    cspSource: 'https://own',
    asWebviewUri: (uri: Uri) => uri,
    onDidReceiveMessage: this.says.event,
    postMessage: (message: unknown) => Promise.resolve(void this.posted.push(message)),
  };
  reveal(): void {
    this.reveals += 1;
  }
  dispose(): void {
    this.isDisposed = true;
    this.disposed.fire();
  }
}
/** The panels that were opened. */
export const panels: WebviewPanel[] = [];
interface Serializer {
  deserializeWebviewPanel(panel: WebviewPanel, state: unknown): Promise<void>;
}
/** Who opens panels again after a reload, by their kinds. */
export const serializers = new Map<string, Serializer>();

export const window = {
  createTreeView: treeView,
  createQuickPick: () => new QuickPick(),
  createInputBox: () => new InputBox(),
  createWebviewPanel: (_viewType: string, title: string) => {
    const panel = new WebviewPanel();
    panel.title = title;
    panels.push(panel);
    return panel;
  },
  registerWebviewPanelSerializer: (viewType: string, serializer: Serializer) => {
    serializers.set(viewType, serializer);
    return disposable();
  },
  showInformationMessage: show,
  showWarningMessage: show,
  showErrorMessage: show,
  setStatusBarMessage: (words: string) => void noticed.push(words),
  createOutputChannel: () => log,
  registerFileDecorationProvider: disposable,
  registerUriHandler: disposable,
  createStatusBarItem: (id: string) => {
    const item = new StatusBarItem();
    statusItems.set(id, item);
    return item;
  },
  tabGroups: {
    get activeTabGroup() {
      return { activeTab: { input: front.input } };
    },
    onDidChangeTabs: front.changed.event,
    onDidChangeTabGroups: front.changed.event,
  },
  get activeTextEditor() {
    return front.editor;
  },
  onDidChangeActiveTextEditor: front.changed.event,
  onDidChangeTextEditorSelection: front.changed.event,
  withProgress: (_options: unknown, task: () => Promise<unknown>) => task(),
};
export const extensions = { getExtension: () => undefined };
export const workspace = {
  isTrusted: true,
  workspaceFolders: [] as unknown[],
  textDocuments: [] as { readonly uri: Uri }[],
  settings: {} as Record<string, unknown>,
  /** Those of single folders, by their paths. */
  folderSettings: {} as Record<string, Record<string, unknown>>,
  getConfiguration: (_section: string, folder?: Uri) => ({
    get: (name: string, fallback: unknown) =>
      workspace.folderSettings[folder?.path ?? '']?.[name] ?? workspace.settings[name] ?? fallback,
  }),
  registerTextDocumentContentProvider: disposable,
  documents: new EventEmitter<unknown>(),
  onDidOpenTextDocument: (listener: (document: unknown) => void) =>
    workspace.documents.event(listener),
  onDidCloseTextDocument: (listener: (document: unknown) => void) =>
    workspace.documents.event(listener),
  configured: new EventEmitter<{ affectsConfiguration(): boolean }>(),
  onDidChangeConfiguration: (listener: (change: { affectsConfiguration(): boolean }) => void) =>
    workspace.configured.event(listener),
  onDidChangeWorkspaceFolders: new EventEmitter<unknown>().event,
  trustGranted: new EventEmitter<void>(),
  onDidGrantWorkspaceTrust: (listener: () => void) => workspace.trustGranted.event(listener),
};
/** What was copied last. */
export const clipboard = { text: '' };
export const env = {
  language: 'en',
  uriScheme: 'vscode',
  remoteName: undefined as string | undefined,
  clipboard: {
    writeText: (text: string) => Promise.resolve(void (clipboard.text = text)),
  },
};
export const ProgressLocation = { Window: 10 };
export enum QuickPickItemKind {
  Separator = -1,
}
export enum ViewColumn {
  Active = -1,
}
/** The commands that were run, with what they were given. */
export const ran: unknown[][] = [];
export const commands = {
  executeCommand: (...words: readonly unknown[]) => Promise.resolve(void ran.push([...words])),
};

interface ToolOfModels {
  invoke(options: { readonly input: object }): Promise<{ readonly content: { value: string }[] }>;
}
interface McpServer {
  readonly label: string;
  readonly command: string;
  readonly args: readonly string[];
  cwd?: Uri;
}
interface McpProvider {
  provideMcpServerDefinitions(): Promise<McpServer[]>;
}
/** What language models are offered. An older VS Code has no `lm`, or not all of it. */
export const lm = {
  tools: new Map<string, ToolOfModels>(),
  mcp: new Map<string, McpProvider>(),
  registerTool: (name: string, tool: ToolOfModels) => {
    lm.tools.set(name, tool);
    return { dispose: () => void lm.tools.delete(name) };
  },
  registerMcpServerDefinitionProvider: (id: string, provider: McpProvider) => {
    lm.mcp.set(id, provider);
    return { dispose: () => void lm.mcp.delete(id) };
  },
};
export class LanguageModelTextPart {
  constructor(readonly value: string) {}
}
export class LanguageModelToolResult {
  constructor(readonly content: readonly object[]) {}
}
export class McpStdioServerDefinition implements McpServer {
  cwd?: Uri;
  constructor(
    readonly label: string,
    readonly command: string,
    readonly args: readonly string[],
  ) {}
}
