// As much of VS Code as the modules under test touch. Nothing here decides anything.

export const l10n = {
  t: (text: string, ...args: readonly unknown[]): string =>
    text.replace(/\{(\d+)\}/g, (_, index: string) => String(args[Number(index)])),
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
  isTrusted: boolean | undefined;
  constructor(
    public value: string,
    readonly supportThemeIcons: boolean,
  ) {}
  appendMarkdown(text: string): this {
    this.value += text;
    return this;
  }
}

type Listener<T> = (value: T) => void;

export class EventEmitter<T> {
  private readonly listeners = new Set<Listener<T>>();
  readonly event = (listener: Listener<T>): { dispose: () => void } => {
    this.listeners.add(listener);
    return { dispose: () => void this.listeners.delete(listener) };
  };
  fire(value: T): void {
    for (const listener of this.listeners) listener(value);
  }
  dispose(): void {
    this.listeners.clear();
  }
}

export class FileDecoration {
  constructor(
    readonly badge: string,
    readonly tooltip: string,
  ) {}
}

export class CancellationError extends Error {}
export class Disposable {}
export class TabInputText {}
export class Uri {
  private constructor(
    readonly scheme: string,
    readonly path: string,
    readonly query: string,
    readonly fragment = '',
  ) {}
  static joinPath(uri: Uri, ...parts: readonly string[]): Uri {
    return new Uri(uri.scheme, [uri.path, ...parts].join('/'), uri.query);
  }
  static parse(text: string): Uri {
    const [scheme = '', rest = ''] = text.split(/:(.*)/s);
    const [path = '', query = ''] = rest.split(/\?(.*)/s);
    return new Uri(scheme, path, query);
  }
  with({ fragment = this.fragment }: { fragment?: string }): Uri {
    return new Uri(this.scheme, this.path, this.query, fragment);
  }
  static file(path: string): Uri {
    return new Uri('file', path, '');
  }
  static from({ scheme, path = '', query = '' }: Partial<Uri> & { scheme: string }): Uri {
    return new Uri(scheme, path, query);
  }
  get fsPath(): string {
    return this.path;
  }
  toString(): string {
    const fragment = this.fragment ? `#${this.fragment}` : '';
    return `${this.scheme}:${this.path}?${this.query}${fragment}`;
  }
}
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
  onDidCloseTextDocument: new EventEmitter<unknown>().event,
  onDidChangeConfiguration: new EventEmitter<unknown>().event,
  onDidChangeWorkspaceFolders: new EventEmitter<unknown>().event,
  trustGranted: new EventEmitter<void>(),
  onDidGrantWorkspaceTrust: (listener: () => void) => workspace.trustGranted.event(listener),
};
/** What was copied last. */
export const clipboard = { text: '' };
export const env = {
  language: 'en',
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
