import { commands, EventEmitter, l10n, window, type Disposable } from 'vscode';
import { CloseAction, type LanguageClient } from 'vscode-languageclient/node';
import { showError } from '../text/failures';
import { attach } from './attach';
import { Connection } from './connection';
import {
  findServer,
  lastLine,
  sameServer,
  versionOf,
  type SearchOptions,
  type Server,
  type VersionMemory,
} from './findServer';
import { LOG } from './identity';
import { createLanguageClient, handshake, type ClientHandlers } from './languageClient';
import { RestartBudget, SingleFlight } from './restarts';
import { whyNotConnected, type Health } from './serverHealth';

/** Finds the server, starts it, restarts it when it ends, and replaces it when the choice changes. */
export class ServerManager implements Disposable {
  health: Health = { state: 'idle' };
  private readonly healthChanged = new EventEmitter<Health>();
  readonly onDidChangeHealth = this.healthChanged.event;
  private readonly commandExecuted = new EventEmitter<unknown>();
  /** A code action or lens had the server execute a command; its result. */
  readonly onDidExecuteCommand = this.commandExecuted.event;
  readonly connection = new Connection(
    () => whyNotConnected(this.health),
    () => this.started(),
  );
  private readonly handlers: ClientHandlers = {
    executed: (result) => this.commandExecuted.fire(result),
    failed: async (command, params, error, since) =>
      showError(await this.connection.failureOf(command, params, error, since)),
    closed: (client) => this.closed(client),
  };
  private client: LanguageClient | undefined;
  private chosen: Server | undefined;
  private readonly budget = new RestartBudget();
  private readonly flight = new SingleFlight(() => this.replace());
  private force = false;
  private restarts = 0;
  /** The address of a daemon that could not be attached to, where the user chose an own server instead. */
  private skippedAddress: string | undefined;

  constructor(
    private readonly searchOptions: () => Promise<SearchOptions>,
    private readonly versions: VersionMemory,
  ) {}

  /** Whether a server was asked for, so that it is replaced when the choice changes. */
  get isWanted(): boolean {
    return this.health.state !== 'idle';
  }

  /** The program that is, or would be, the server; undefined where there is none, or a daemon at an address. */
  async program(): Promise<Server | undefined> {
    const { server } =
      this.health.state === 'ready'
        ? this.health
        : await findServer(await this.searchOptions(), this.versions);
    return server?.source === 'socket' ? undefined : server;
  }

  /** Starts the server, or another one when the choice changed. With `anew` the same one too. */
  start({ anew = false } = {}): Promise<void> {
    this.force ||= anew;
    if (anew) this.budget.reset();
    if (this.health.state === 'idle') this.setHealth({ state: 'starting' });
    return this.flight.run();
  }

  private async replace(): Promise<void> {
    const found = await this.searchOptions();
    const options = found.socket === this.skippedAddress ? { ...found, socket: '' } : found;
    const unfit = new Map<string, string>();
    // Places without a server are few, and each is looked at once.
    while (!(await this.startFirst(options, unfit)));
  }

  /** Starts the first server that is not unfit; returns false where the next one is to be tried. */
  private async startFirst(options: SearchOptions, unfit: Map<string, string>): Promise<boolean> {
    const began = Date.now();
    const { server, misses } = await findServer(options, this.versions, unfit);
    const same = sameServer(server, this.chosen) && this.health.state === 'ready';
    if (same && !this.force) return true;
    for (const miss of misses) LOG.info(`no server: ${miss.place}: ${miss.reason}`);
    this.force = false;
    this.chosen = server;
    await this.stop();
    if (server === undefined) {
      this.setHealth({ state: 'missing', misses });
      return true;
    }
    this.setHealth({ state: 'starting' });
    const isOurs = server.source !== 'socket';
    const what = isOurs ? [server.command, ...server.args, 'lsp'].join(' ') : server.command;
    LOG.info(`${isOurs ? 'starting' : 'attaching to'} ${what} (${server.source})`);
    // Before the client does it: where there is no daemon, that would show a message of its own, with a stack.
    const attached = isOurs ? undefined : attach(server.command);
    const client = createLanguageClient(server, attached, this.handlers);
    // A program that is not known yet is asked for its version while it starts: while VS Code opens a folder, all is slow.
    const asked = isOurs ? versionOf(server, this.versions) : Promise.resolve(undefined);
    try {
      await attached;
      const [version] = await Promise.all([asked, client.start()]);
      const daemon = await handshake(client, { sendEnvironment: !isOurs });
      this.connect(client);
      LOG.info(`gtod ${daemon.version} answers after ${Date.now() - began} ms`);
      this.chosen = { ...server, version: version ?? daemon.version };
      this.setHealth({ state: 'ready', server: this.chosen, daemon: daemon.version });
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
      this.setHealth({ state: 'failed', reason, server });
      if (!isOurs) this.offerOwn(server.command, reason);
      return true;
    }
  }

  private closed(client: LanguageClient): CloseAction {
    if (client !== this.client) return CloseAction.DoNotRestart;
    if (!this.budget.ended()) {
      this.giveUp();
      return CloseAction.DoNotRestart;
    }
    this.setHealth({ state: 'starting' });
    if (this.chosen?.source === 'socket') {
      // There may be another daemon at the address by now.
      this.connect(undefined);
      void this.start().catch(showError);
      return CloseAction.DoNotRestart;
    }
    void this.restarted(client);
    return CloseAction.Restart;
  }

  /** The server ended too often. */
  private giveUp(): void {
    const { count } = this.budget;
    const reason = l10n.t('The GTO server stopped {0} times in the last 3 minutes.', count);
    this.connect(undefined);
    this.setHealth({ state: 'failed', reason, server: this.chosen });
    const [restart, log] = [l10n.t('Restart'), l10n.t('Show Log')];
    void window.showErrorMessage(reason, restart, log).then((choice) => {
      if (choice === restart) void commands.executeCommand('gto.restartServer');
      if (choice === log) void commands.executeCommand('gto.showLog');
    });
  }

  /** Follows a client that restarts its server by itself; subscriptions have to be made again. */
  private async restarted(client: LanguageClient): Promise<void> {
    const mine = ++this.restarts;
    // The restart begins after this call returns. The client is "running" before its features are registered.
    await new Promise((resolve) => setImmediate(resolve));
    const failure = await client.start().then(() => undefined, String);
    if (client !== this.client || mine !== this.restarts) return;
    if (failure === undefined) {
      this.connect(client);
      if (this.chosen)
        this.setHealth({ state: 'ready', server: this.chosen, daemon: this.chosen.version ?? '' });
    } else {
      // A server that ended right after its answer leaves its commands behind, in the way of those of the next.
      LOG.warn(`another client, because this one did not start again: ${failure}`);
      client.getFeature('workspace/executeCommand').clear();
      await this.start().catch(showError);
    }
  }

  /** There is no daemon at the address of the setting: says so, and starts one here if that is wanted instead. */
  private offerOwn(address: string, reason: string): void {
    const [own, again] = [l10n.t('Start own server'), l10n.t('Try again')];
    void window.showWarningMessage(reason, own, again).then((choice) => {
      if (choice === own) this.skippedAddress = address;
      if (choice !== undefined) void this.start({ anew: true }).catch(showError);
    });
  }

  /** Resolves when no server is starting: there is one, or there will be none. To wait for one is to want one. */
  started(): Promise<void> {
    if (this.health.state === 'idle') void this.start().catch(showError);
    if (this.health.state !== 'starting') return Promise.resolve();
    return new Promise((resolve) => {
      const listening = this.onDidChangeHealth(({ state }) => {
        if (state === 'starting') return;
        listening.dispose();
        resolve();
      });
    });
  }

  private setHealth(health: Health): void {
    this.health = health;
    this.healthChanged.fire(health);
  }

  private connect(client: LanguageClient | undefined): void {
    this.client = client;
    this.connection.use(client);
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.connect(undefined);
    if (client) await client.dispose();
  }

  dispose(): void {
    this.healthChanged.dispose();
    this.commandExecuted.dispose();
    this.connection.dispose();
  }
}
