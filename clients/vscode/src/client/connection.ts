import {
  CancellationError,
  EventEmitter,
  l10n,
  type CancellationToken,
  type Disposable,
} from 'vscode';
import {
  ErrorCodes,
  LSPErrorCodes,
  ResponseError,
  type LanguageClient,
} from 'vscode-languageclient/node';
import type {
  DidChangeParams,
  DidVerifySignaturesParams,
  FleetDidChangeParams,
  Kind,
  Methods,
  Notifications,
} from '../protocol';
import { actsOf, question, tagsOf } from './lostActs';
import { LOG } from './identity';
import { NotConnected, Refusal } from './refusal';

const DID_CHANGE: keyof Notifications = 'gto/didChange';
const FLEET_DID_CHANGE: keyof Notifications = 'gto/fleet/didChange';
const DID_VERIFY: keyof Notifications = 'gto/didVerifySignatures';

/** Sends requests to the daemon over the language client's connection. It outlives the server: a restart keeps listeners. */
export class Connection implements Disposable {
  private client: LanguageClient | undefined;
  private listening: Disposable[] = [];
  private readonly changed = new EventEmitter<DidChangeParams>();
  /** A registry changed. */
  readonly onDidChange = this.changed.event;
  private readonly verified = new EventEmitter<DidVerifySignaturesParams>();
  /** Signatures that an answer lacked are verified. */
  readonly onDidVerifySignatures = this.verified.event;
  private readonly fleetChanged = new EventEmitter<FleetDidChangeParams>();
  /** A repository of a fleet changed, came or went. */
  readonly onDidChangeFleet = this.fleetChanged.event;
  /** The label of a repository in messages; empty where it is the only one. */
  placeOf: (root: string) => string = () => '';

  /**
   * @param whyNot why there is no server, in words
   * @param started while a server is starting, a promise of the end of that
   */
  constructor(
    private readonly whyNot: () => string,
    private readonly started: () => Promise<void>,
  ) {}

  get isOpen(): boolean {
    return this.client !== undefined;
  }

  use(client: LanguageClient | undefined): void {
    this.client = client;
    for (const each of this.listening.splice(0)) each.dispose();
    if (client === undefined) return;
    this.listening = [
      client.onNotification(DID_CHANGE, (params: DidChangeParams) => this.changed.fire(params)),
      client.onNotification(DID_VERIFY, (params: DidVerifySignaturesParams) =>
        this.verified.fire(params),
      ),
      client.onNotification(FLEET_DID_CHANGE, (params: FleetDidChangeParams) =>
        this.fleetChanged.fire(params),
      ),
    ];
  }

  /** Whether the server has a method: one that is older lacks those that came later. */
  has(method: keyof Methods): boolean {
    const { executeCommandProvider } = this.client?.initializeResult?.capabilities ?? {};
    return executeCommandProvider?.commands.includes(method.replaceAll('/', '.')) ?? false;
  }

  /** @throws {Refusal} what the daemon refuses, {NotConnected}, {CancellationError} */
  async ask<M extends keyof Methods>(
    method: M,
    params: Methods[M]['params'],
    cancelled?: CancellationToken,
  ): Promise<Methods[M]['result']> {
    const since = Date.now();
    try {
      return await this.askOnce(method, params, cancelled);
    } catch (error) {
      if (!isLost(error)) throw error;
      if (changes(method, params)) throw await this.lost(method, params, since);
      await restarting();
      return this.askOnce(method, params, cancelled);
    }
  }

  private async askOnce<M extends keyof Methods>(
    method: M,
    params: Methods[M]['params'],
    cancelled?: CancellationToken,
  ): Promise<Methods[M]['result']> {
    // A click while the server starts waits for it.
    if (!this.client?.isRunning()) await this.started();
    // A client that is not running would start itself for a request, beside the start that is on its way.
    if (!this.client?.isRunning()) throw new NotConnected(this.whyNot());
    try {
      // A third argument, even undefined, would make the params positional.
      return await (cancelled === undefined
        ? this.client.sendRequest<Methods[M]['result']>(method, params)
        : this.client.sendRequest<Methods[M]['result']>(method, params, cancelled));
    } catch (error) {
      throw asRefusal(error, this.place(params));
    }
  }

  /** The error to show for a command of the server that failed. */
  failureOf(command: string, params: unknown, error: unknown, since: number): Promise<unknown> {
    return isLost(error)
      ? this.lost(command.replace('.', '/'), params, since)
      : Promise.resolve(asRefusal(error, this.place(params)));
  }

  /** The error to show for an act whose connection ended before its answer came: it says whether its tags exist. */
  private async lost(method: string, params: unknown, since: number): Promise<Refusal> {
    const { repo } = (params ?? {}) as { readonly repo?: string };
    const acts = actsOf(method, params);
    const asked = question(acts, since);
    const told = (what: string): Refusal =>
      new Refusal(
        l10n.t('The connection to the GTO server was lost.'),
        undefined,
        what,
        this.place(params),
      );
    const unknown = told(l10n.t('It is not known whether it was done.'));
    if (asked === undefined || repo === undefined) return unknown;
    await restarting();
    let tags: string[];
    try {
      tags = tagsOf(acts, (await this.askOnce('gto/history', { repo, ...asked })).events);
    } catch (error) {
      LOG.error(`what became of ${method} is not known: ${String(error)}`);
      return unknown;
    }
    const listed = tags.join(', ');
    if (acts.some((act) => act.delete))
      return told(
        tags.length > 0
          ? l10n.t('These tags have not been deleted: {0}', listed)
          : l10n.t('The tags have been deleted.'),
      );
    return told(
      tags.length > 0
        ? l10n.t('Its tags have been created: {0}', listed)
        : l10n.t('None of its tags exist so far.'),
    );
  }

  /** The label of the repository that a request, or a command of the server, is about. */
  place(params: unknown): string {
    const { repo } = (params ?? {}) as { readonly repo?: unknown };
    return typeof repo === 'string' ? this.placeOf(repo) : '';
  }

  dispose(): void {
    for (const each of this.listening) each.dispose();
    this.changed.dispose();
    this.verified.dispose();
    this.fleetChanged.dispose();
  }
}

/** Requests that change something beside the acts on tags. */
const CHANGES: ReadonlySet<string> = new Set<keyof Methods>([
  'gto/push',
  'gto/fetch',
  'gto/annotate',
  'gto/removeAnnotation',
]);

function changes(method: string, params: unknown): boolean {
  const { dry_run: isTrial } = (params ?? {}) as { readonly dry_run?: boolean };
  return isTrial !== true && (CHANGES.has(method) || actsOf(method, params).length > 0);
}

/** Whether an error says that the connection ended before the answer came. */
function isLost(error: unknown): boolean {
  return error instanceof ResponseError && error.code === ErrorCodes.PendingResponseRejected;
}

/** Resolves once the end of the connection has been noticed, so that the next server is waited for. */
const restarting = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface ErrorData {
  readonly kind?: Kind;
  readonly hint?: string;
  readonly reason?: string;
  readonly allow?: object;
  readonly action?: number;
  readonly action_allow?: object;
}

/** The error of the protocol as an error of this extension. */
function asRefusal(error: unknown, place: string): unknown {
  if (!(error instanceof ResponseError)) return error;
  if (error.code === LSPErrorCodes.RequestCancelled) return new CancellationError();
  if (error.code !== LSPErrorCodes.RequestFailed) return error;
  const data = (error.data ?? {}) as ErrorData;
  // The hint of what can be forced is a command for a terminal; here a wizard offers it, or nothing does.
  const { reason = '', action, allow = data.action_allow } = data;
  const hint = allow !== undefined && 'force' in allow ? '' : (data.hint ?? '');
  // Which of several acts it is is said by the name of its artifact, not by a number.
  const words = action === undefined ? error.message : error.message.replace(/^Action \d+: /, '');
  return new Refusal(words.trim(), data.kind, hint, place, reason, allow, action);
}
