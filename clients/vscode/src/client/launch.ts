import { commands, EventEmitter, l10n, window, workspace, type Disposable } from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  type LanguageClientOptions,
  type ServerOptions,
  type StreamInfo,
} from 'vscode-languageclient/node';
import { PROTOCOL, type Capability } from '../protocol';
import { tell } from '../text/failures';
import { attach, told } from './attach';
import { Connection } from './connection';
import {
  findServer,
  lastLine,
  sameServer,
  versionOf,
  type Miss,
  type Server,
  type Surroundings,
  type VersionMemory,
} from './find';
import { CLIENT_COMMANDS, DOCUMENTS, LOG, VERSION } from './identity';
import { RestartBudget, SingleFlight } from './restarts';

/** What this extension cannot do without. */
const REQUIRED: readonly Capability[] = [
  'gto/tree',
  'gto/artifact',
  'gto/compare',
  'gto/subscribe',
  'didChange',
  'paging',
];
export type Health =
  /** Nobody asked for it yet. */
  | { readonly state: 'idle' }
  | { readonly state: 'starting' }
  | { readonly state: 'ready'; readonly server: Server; readonly daemon: string }
  | { readonly state: 'missing'; readonly misses: readonly Miss[] }
  | { readonly state: 'failed'; readonly reason: string; readonly server: Server | undefined };

/** The server's life: found, started, checked, started again when it ends, and replaced when the choice changes. */
export class ServerLife implements Disposable {
  health: Health = { state: 'idle' };
  private readonly moved = new EventEmitter<Health>();
  readonly onDidChangeHealth = this.moved.event;
  private readonly acted = new EventEmitter<unknown>();
  /** A code action or lens had the server do something; its result. */
  readonly onDidAct = this.acted.event;
  readonly connection = new Connection(
    () => this.inWords(),
    () => this.started(),
  );
  private client: LanguageClient | undefined;
  private chosen: Server | undefined;
  private readonly budget = new RestartBudget();
  private readonly flight = new SingleFlight(() => this.replace());
  private force = false;
  private restarts = 0;
  /** An address that could not be attached to, and that a server of our own was chosen over. */
  private passedOver: string | undefined;

  constructor(
    private readonly surroundings: () => Promise<Surroundings>,
    private readonly versions: VersionMemory,
  ) {}

  /** Whether somebody asked for a server, so that another choice is another server. */
  get isWanted(): boolean {
    return this.health.state !== 'idle';
  }

  /** Starts the server, or another one when the choice changed. With `anew` the same one too. */
  start({ anew = false } = {}): Promise<void> {
    this.force ||= anew;
    if (anew) this.budget.reset();
    if (this.health.state === 'idle') this.tell({ state: 'starting' });
    return this.flight.run();
  }

  private async replace(): Promise<void> {
    const found = await this.surroundings();
    const around = found.socket === this.passedOver ? { ...found, socket: '' } : found;
    const unfit = new Map<string, string>();
    // Places without a server are few, and each is looked at once.
    while (!(await this.startFirst(around, unfit)));
  }

  /** Starts the first server that is not unfit; whether that is settled, or the next one is to be tried. */
  private async startFirst(around: Surroundings, unfit: Map<string, string>): Promise<boolean> {
    const began = Date.now();
    const { server, misses } = await findServer(around, this.versions, unfit);
    const same = sameServer(server, this.chosen) && this.health.state === 'ready';
    if (same && !this.force) return true;
    for (const miss of misses) LOG.info(`no server: ${miss.place}: ${miss.reason}`);
    this.force = false;
    this.chosen = server;
    await this.stop();
    if (server === undefined) {
      this.tell({ state: 'missing', misses });
      return true;
    }
    this.tell({ state: 'starting' });
    const isOurs = server.source !== 'socket';
    const words = isOurs ? [server.command, ...server.args, 'lsp'].join(' ') : server.command;
    LOG.info(`${isOurs ? 'starting' : 'attaching to'} ${words} (${server.source})`);
    // Before the client asks for it: that would show its own words where there is none, and the stack.
    const attached = isOurs ? undefined : attach(server.command);
    const client = this.newClient(server, attached);
    // One that is new here is asked who it is while it starts: while VS Code opens a folder, each step takes long.
    const asked = isOurs ? versionOf(server, this.versions) : Promise.resolve(undefined);
    try {
      await attached;
      const [version] = await Promise.all([asked, client.start()]);
      const daemon = await client.sendRequest<{ version: string }>('gto/handshake', {
        client: 'vscode',
        version: VERSION,
        protocol: PROTOCOL,
        require: REQUIRED,
        trusted: workspace.isTrusted,
        ...(isOurs ? {} : { env: told(process.env) }),
      });
      this.client = client;
      this.connection.use(client);
      LOG.info(`gtod ${daemon.version} answers after ${Date.now() - began} ms`);
      this.chosen = { ...server, version: version ?? daemon.version };
      this.tell({ state: 'ready', server: this.chosen, daemon: daemon.version });
      return true;
    } catch (error) {
      await client
        .dispose()
        .catch((late: unknown) => LOG.debug(`while giving it up: ${String(late)}`));
      const unfitness = await asked.then(() => undefined, lastLine);
      if (unfitness !== undefined) {
        unfit.set(server.command, unfitness);
        return false;
      }
      const reason = error instanceof Error ? error.message : String(error);
      LOG.error(`the server did not start: ${reason}`);
      this.tell({ state: 'failed', reason, server });
      if (!isOurs) this.offerOwn(server.command, reason);
      return true;
    }
  }

  private newClient(
    { command, args }: Server,
    attached: Promise<StreamInfo> | undefined,
  ): LanguageClient {
    const options: ServerOptions =
      attached === undefined ? { command, args: [...args, 'lsp'] } : () => attached;
    const clientOptions: LanguageClientOptions = {
      documentSelector: DOCUMENTS,
      outputChannel: LOG,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: {
        trusted: workspace.isTrusted,
        clientCommands: CLIENT_COMMANDS,
        // The sidebar comes first.
        deferred: true,
        // What an act did is shown in the sidebar.
        feedback: false,
        settings: workspace.getConfiguration('gto'),
      },
      middleware: {
        executeCommand: async (command, args: unknown[], next) => {
          const since = Date.now();
          try {
            const result: unknown = await next(command, args);
            this.acted.fire(result);
            return result;
          } catch (error) {
            tell(await this.connection.failureOf(command, args[0], error, since));
            return undefined;
          }
        },
      },
      markdown: { isTrusted: { enabledCommands: ['gto.revealArtifact'] } },
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => this.closed(client),
      },
      initializationFailedHandler: () => false,
    };
    const client = new LanguageClient('gto', 'GTO', options, clientOptions);
    return client;
  }

  private closed(client: LanguageClient): { action: CloseAction; handled: boolean } {
    if (client !== this.client) return { action: CloseAction.DoNotRestart, handled: true };
    if (this.budget.ended()) {
      this.tell({ state: 'starting' });
      if (this.chosen?.source === 'socket') {
        // There may be another daemon at the address by now.
        this.connection.use(undefined);
        this.client = undefined;
        void this.start().catch(tell);
        return { action: CloseAction.DoNotRestart, handled: true };
      }
      void this.restarted(client);
      return { action: CloseAction.Restart, handled: true };
    }
    const reason = l10n.t(
      'The GTO server stopped {0} times in the last 3 minutes.',
      this.budget.count,
    );
    this.connection.use(undefined);
    this.client = undefined;
    this.tell({ state: 'failed', reason, server: this.chosen });
    const [restart, log] = [l10n.t('Restart'), l10n.t('Show log')];
    void window.showErrorMessage(reason, restart, log).then((choice) => {
      if (choice === restart) void commands.executeCommand('gto.restartServer');
      if (choice === log) void commands.executeCommand('gto.showLog');
    });
    return { action: CloseAction.DoNotRestart, handled: true };
  }

  /** Follows a client that starts its server again by itself; whoever is subscribed has to subscribe anew. */
  private async restarted(client: LanguageClient): Promise<void> {
    const mine = ++this.restarts;
    // It begins when it has heard what to do. "Running" it calls itself before its features are there.
    await new Promise((resolve) => setImmediate(resolve));
    const failure = await client.start().then(() => undefined, String);
    if (client !== this.client || mine !== this.restarts) return;
    if (failure === undefined) {
      this.connection.use(client);
      if (this.chosen)
        this.tell({ state: 'ready', server: this.chosen, daemon: this.chosen.version ?? '' });
    } else {
      // A server that ended right after its answer leaves its commands behind, in the way of those of the next.
      LOG.warn(`another client, because this one did not start again: ${failure}`);
      client.getFeature('workspace/executeCommand').clear();
      await this.start().catch(tell);
    }
  }

  /** There is no daemon where the setting says: tells so, and starts one here if that is wanted instead. */
  private offerOwn(address: string, reason: string): void {
    const [own, again] = [l10n.t('Start own server'), l10n.t('Try again')];
    void window.showWarningMessage(reason, own, again).then((choice) => {
      if (choice === own) this.passedOver = address;
      if (choice !== undefined) void this.start({ anew: true }).catch(tell);
    });
  }

  /** Resolves when no server is starting: there is one, or there will be none. Who waits for it wants it. */
  started(): Promise<void> {
    if (this.health.state === 'idle') void this.start().catch(tell);
    if (this.health.state !== 'starting') return Promise.resolve();
    return new Promise((resolve) => {
      const listening = this.onDidChangeHealth(({ state }) => {
        if (state === 'starting') return;
        listening.dispose();
        resolve();
      });
    });
  }

  private inWords(): string {
    switch (this.health.state) {
      case 'idle':
      case 'starting':
        return l10n.t('The GTO server is starting.');
      case 'missing':
        return l10n.t('No GTO server was found.');
      case 'failed':
        return l10n.t('The GTO server did not start: {0}', this.health.reason);
      case 'ready':
        return l10n.t('The GTO server is not connected.');
    }
  }

  private tell(health: Health): void {
    this.health = health;
    this.moved.fire(health);
  }

  private async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.connection.use(undefined);
    if (client) await client.dispose();
  }

  async shutDown(): Promise<void> {
    await this.stop();
  }

  dispose(): void {
    this.moved.dispose();
    this.acted.dispose();
    this.connection.dispose();
  }
}
