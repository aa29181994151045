import { existsSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { commands, env, l10n, Uri, window, workspace } from 'vscode';
import type { Tools } from '../tools';
import type { FleetNode } from '../views/fleetItems';

/** `gto.openFleetRepository`: its folder, in a window of its own. */
export async function openFleetRepository(_tools: Tools, argument: unknown): Promise<void> {
  const node = argument as FleetNode;
  const { member } = node.kind === 'fleetArtifact' ? node.parent : node;
  if (member.repository.path === undefined) return;
  const folder = Uri.file(member.repository.path);
  await commands.executeCommand('vscode.openFolder', folder, { forceNewWindow: true });
}

/** `gto.copyFleetName`: `repository`, or `repository/artifact`, as the commands of `gtod fleet` take it. */
export async function copyFleetName(_tools: Tools, argument: unknown): Promise<void> {
  const node = argument as FleetNode;
  const name =
    node.kind === 'fleetArtifact'
      ? `${node.parent.member.repository.name}/${node.row.name}`
      : node.member.repository.name;
  await env.clipboard.writeText(name);
  window.setStatusBarMessage(`$(copy) ${l10n.t('Copied {0}', name)}`, 3_000);
}

/** `gto.refreshFleet`: looks at the remotes first, where the server can and may. */
export async function refreshFleet(tools: Tools): Promise<void> {
  if (workspace.isTrusted && tools.connection.has('gto/fleet/fetch'))
    await tools.connection.ask('gto/fleet/fetch', {});
  await tools.fleet.refresh();
}

/** Where gtod looks for the user's file. */
export function fleetFile(variables: NodeJS.ProcessEnv = process.env): string {
  const { XDG_CONFIG_HOME: set } = variables;
  const home = set !== undefined && path.isAbsolute(set) ? set : path.join(os.homedir(), '.config');
  return path.join(home, 'gtod', 'fleet.yaml');
}

/** `gto.openFleetFile`: the user's `fleet.yaml`; where there is none, a first one to save, about the folder that is open. */
export async function openFleetFile(): Promise<void> {
  const file = Uri.file(fleetFile());
  if (existsSync(file.fsPath)) {
    await window.showTextDocument(file);
    return;
  }
  const uri = file.with({ scheme: 'untitled' });
  const editor = await window.showTextDocument(await workspace.openTextDocument(uri));
  if (editor.document.getText() !== '') return;
  const [folder] = workspace.workspaceFolders ?? [];
  const example = JSON.stringify(folder?.uri.fsPath ?? '~/models/*');
  await editor.edit((edit) => {
    edit.insert(editor.selection.active, `repositories:\n  - path: ${example}\n`);
  });
}
