import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as vscode from 'vscode';
import type { Api } from '../../src/extension';
import type { Node } from '../../src/views/nodes';

/** Waits for a condition; there is no sleeping for a time in which it should have come. */
async function until<T>(what: string, condition: () => T | Promise<T>): Promise<T> {
  const end = Date.now() + 20_000;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what}: not within 20 s`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const root = (): string => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: root(), encoding: 'utf8' }).trim();
}

const loaded = (api: Api): Promise<unknown> =>
  until('the registry', () => api.tools.repositories.all[0]?.isLoaded);

async function artifacts(api: Api): Promise<Node[]> {
  await loaded(api);
  return api.tools.artifacts.getChildren();
}

export const scenarios: Record<string, (api: Api) => Promise<void>> = {
  'the tree has what git has': async (api) => {
    const rows = await artifacts(api);
    assert.deepEqual(
      rows.map((row) => row.kind === 'artifact' && row.name),
      ['churn', 'train-set'],
    );
    const [churn] = rows;
    assert.ok(churn);
    const versions = await api.tools.artifacts.getChildren(churn);
    assert.deepEqual(
      versions.map((row) => row.kind === 'version' && row.version.version),
      ['v3.1.0', 'v3.0.0', 'v2.9.0'],
    );
    for (const row of versions) assert.equal(api.tools.artifacts.getParent(row), churn);
  },

  'a row is the same row after a change, so that it stays open and selected': async (api) => {
    const before = (await artifacts(api)).map((row) => row.id);
    const drawn: (Node | undefined)[] = [];
    const listening = api.tools.artifacts.onDidChangeTreeData((node) => drawn.push(node));
    git('tag', '-a', '-m', 'm', 'churn#staging#9', 'churn@v3.0.0');
    await until('the change', () => drawn.length > 0);
    listening.dispose();
    assert.deepEqual(
      drawn.map((node) => node?.kind === 'artifact' && node.name),
      ['churn'],
      'only the row that changed is drawn again',
    );
    assert.deepEqual(
      (await artifacts(api)).map((row) => row.id),
      before,
    );
    git('tag', '-d', 'churn#staging#9');
    await until(
      'the change back',
      () => api.tools.repositories.all[0]?.row('churn')?.stages['staging'] === undefined,
    );
  },

  'every command of the manifest is there': async () => {
    const manifest = vscode.extensions.getExtension('gtod.gto-registry')?.packageJSON as {
      contributes: { commands: { command: string }[] };
    };
    const there = new Set(await vscode.commands.getCommands(true));
    for (const { command } of manifest.contributes.commands) assert.ok(there.has(command), command);
  },

  'the language server answers for the files of a registry': async () => {
    const uri = vscode.Uri.joinPath(vscode.Uri.file(root()), 'artifacts.yaml');
    await vscode.workspace.openTextDocument(uri);
    const lenses = await until('lenses', async () => {
      const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        uri,
      );
      return found.length > 0 ? found : undefined;
    });
    const commands = new Set(lenses?.map((lens) => lens.command?.command));
    for (const command of ['gto.revealArtifact', 'gto.registerVersion', 'gto.assignStage']) {
      assert.ok(commands.has(command), command);
    }
  },

  'a page of the daemon is read like a document': async (api) => {
    const repo = api.tools.repositories.all[0]?.root ?? '';
    const question = JSON.stringify({ about: 'why', repo, name: 'churn', stage: 'prod' });
    const uri = vscode.Uri.from({ scheme: 'gto', path: '/churn #prod', query: question });
    const document = await vscode.workspace.openTextDocument(uri);
    assert.match(document.getText(), /v3\.0\.0 holds 'prod'/);
  },

  'the server is started again when it ends, and the tree goes on': async (api) => {
    const before = await api.tools.connection.ask('gto/status', {});
    await api.tools.connection.ask('gto/shutdown', {});
    await until('another daemon', async () => {
      try {
        return (await api.tools.connection.ask('gto/status', {})).pid !== before.pid;
      } catch {
        return false; // it is on its way
      }
    });
    git('tag', '-a', '-m', 'm', 'churn#staging#10', 'churn@v3.0.0');
    await until('the tag', () => api.tools.repositories.all[0]?.row('churn')?.stages['staging']);
    git('tag', '-d', 'churn#staging#10');
  },
};
