import { languages, workspace } from 'vscode';
import { DOCUMENTS } from '../client/identity';
import { SERVER_SETTINGS } from '../client/settings';
import { looksRegistered } from '../registry/hint';
import { showError } from '../text/failures';
import type { Tools } from '../tools';
import { Feature } from './feature';

/** Starts the server where it will be wanted, and keeps what is shown up to date with the server and the settings. */
export class ServerStarter extends Feature {
  constructor(private readonly tools: Tools) {
    super();
    const { server, repositories } = tools;
    this.register(
      server.onDidChangeHealth(({ state }) => {
        if (state === 'ready') void repositories.reconnected();
      }),
      workspace.onDidOpenTextDocument((document) => {
        if (languages.match(DOCUMENTS, document) > 0) void server.started();
      }),
      workspace.onDidChangeWorkspaceFolders(() => void this.startIfLikely().catch(showError)),
      workspace.onDidGrantWorkspaceTrust(() => {
        if (server.isWanted) void server.start({ anew: true }).catch(showError);
      }),
      workspace.onDidChangeConfiguration((change) => {
        if (SERVER_SETTINGS.some((name) => change.affectsConfiguration(name))) {
          if (server.isWanted) void server.start().catch(showError);
        } else if (change.affectsConfiguration('gto.views.showDeprecated')) {
          // What somebody sets counts from then on, whatever was chosen in the view before.
          void repositories.showDeprecated(undefined);
        } else if (change.affectsConfiguration('gto')) {
          void repositories.reload({ redraw: true });
        }
      }),
    );
    void this.startIfLikely().catch(showError);
  }

  /** Starts the server when a folder that has a registry is opened, so that a click finds it there; else when asked. */
  private async startIfLikely(): Promise<void> {
    const { server } = this.tools;
    if (server.isWanted) return;
    const isServed = workspace.textDocuments.some((each) => languages.match(DOCUMENTS, each) > 0);
    const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
    const likely = await Promise.all(folders.map(looksRegistered));
    if (isServed || likely.includes(true)) await server.started();
  }
}
