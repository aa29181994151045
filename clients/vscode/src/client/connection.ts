import { CancellationError, EventEmitter, type CancellationToken, type Disposable } from 'vscode';
import { LSPErrorCodes, ResponseError, type LanguageClient } from 'vscode-languageclient/node';
import type { DidChangeParams, Kind, Methods } from '../protocol';
import { OwnActs } from './acts';
import { NotConnected, Refusal } from './refusal';

/** Asks the daemon, over the language client's connection. Outlives the server: a restart keeps listeners. */
export class Connection implements Disposable {
  private client: LanguageClient | undefined;
  private listening: Disposable | undefined;
  private readonly changed = new EventEmitter<DidChangeParams>();
  /** The daemon tells that a registry changed. */
  readonly onDidChange = this.changed.event;
  /** What a repository is called in messages; empty where it is the only one. */
  placeOf: (root: string) => string = () => '';
  /** What this window did by asking for it. */
  readonly acts = new OwnActs();

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
    this.listening?.dispose();
    this.listening = client?.onNotification('gto/didChange', (params: DidChangeParams) =>
      this.changed.fire(params),
    );
  }

  /** @throws {Refusal} what the daemon refuses, {NotConnected}, {CancellationError} */
  async ask<M extends keyof Methods>(
    method: M,
    params: Methods[M]['params'],
    cancelled?: CancellationToken,
  ): Promise<Methods[M]['result']> {
    // Whoever clicks while the server starts has a moment of patience.
    if (!this.client?.isRunning()) await this.started();
    // One that is not running would start itself for a request, beside the start that is on its way.
    if (!this.client?.isRunning()) throw new NotConnected(this.whyNot());
    try {
      // A third argument, even undefined, would make the params positional.
      const asked =
        cancelled === undefined
          ? this.client.sendRequest<Methods[M]['result']>(method, params)
          : this.client.sendRequest<Methods[M]['result']>(method, params, cancelled);
      return await (this.acts.isAct(method) ? this.acts.follow(asked) : asked);
    } catch (error) {
      throw asRefusal(error, this.place(params));
    }
  }

  /** What the repository is called that a request, or a command of the server, is about. */
  place(params: unknown): string {
    const { repo } = (params ?? {}) as { readonly repo?: unknown };
    return typeof repo === 'string' ? this.placeOf(repo) : '';
  }

  dispose(): void {
    this.listening?.dispose();
    this.changed.dispose();
  }
}

interface ErrorData {
  readonly kind?: Kind;
  readonly hint?: string;
}

/** An error of the protocol as what it means here. */
export function asRefusal(error: unknown, place: string): unknown {
  if (!(error instanceof ResponseError)) return error;
  if (error.code === LSPErrorCodes.RequestCancelled) return new CancellationError();
  if (error.code !== LSPErrorCodes.RequestFailed) return error;
  const data = (error.data ?? {}) as ErrorData;
  return new Refusal(error.message.trim(), data.kind, data.hint ?? '', place);
}
