import { workspace } from 'vscode';
import {
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  type CloseAction,
  type LanguageClientOptions,
  type ServerOptions,
  type StreamInfo,
} from 'vscode-languageclient/node';
import { PROTOCOL, type Capability, type Methods } from '../protocol';
import { clientEnvironment } from './attach';
import type { Server } from './findServer';
import { CLIENT_COMMANDS, DOCUMENTS, LOG, VERSION } from './identity';

/** What this extension cannot do without. */
const REQUIRED: Capability[] = [
  'gto/tree',
  'gto/artifact',
  'gto/compare',
  'gto/subscribe',
  'gto/changes',
  'gto/verifySignatures',
  'didChange',
  'paging',
];
const HANDSHAKE: keyof Methods = 'gto/handshake';

/** What happens to a client, and what is to be done about it. */
export interface ClientHandlers {
  /** A code action or lens had the server execute a command. */
  readonly executed: (result: unknown) => void;
  readonly failed: (
    command: string,
    params: unknown,
    error: unknown,
    since: number,
  ) => Promise<void>;
  /** The connection ended. */
  readonly closed: (client: LanguageClient) => CloseAction;
}

/** Its own messages are for those who write servers: they go into the log. Users are told by whoever starts it. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/**
 * A language client that is not started yet.
 *
 * @param attached the connection to a daemon that is not ours; else the server is started
 */
export function createLanguageClient(
  { command, args }: Server,
  attached: Promise<StreamInfo> | undefined,
  handlers: ClientHandlers,
): LanguageClient {
  const serverOptions: ServerOptions =
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
      executeCommand: async (name, params: unknown[], next) => {
        const since = Date.now();
        try {
          const result: unknown = await next(name, params);
          handlers.executed(result);
          return result;
        } catch (error) {
          await handlers.failed(name, params[0], error, since);
          return undefined;
        }
      },
    },
    markdown: { isTrusted: { enabledCommands: ['gto.revealArtifact'] } },
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => ({ action: handlers.closed(client), handled: true }),
    },
    initializationFailedHandler: () => false,
  };
  const client = new QuietClient('gto', 'GTO', serverOptions, clientOptions);
  return client;
}

/** Introduces this extension to the server; the environment is sent to a daemon that did not inherit it. */
export function handshake(
  client: LanguageClient,
  { sendEnvironment }: { readonly sendEnvironment: boolean },
): Promise<Methods['gto/handshake']['result']> {
  const params: Methods['gto/handshake']['params'] = {
    client: 'vscode',
    version: VERSION,
    protocol: PROTOCOL,
    require: REQUIRED,
    trusted: workspace.isTrusted,
    ...(sendEnvironment ? { env: clientEnvironment(process.env) } : {}),
  };
  return client.sendRequest(HANDSHAKE, params);
}
