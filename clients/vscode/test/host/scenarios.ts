import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
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

/** The servers that this extension host started, by their ids. */
function servers(): number[] {
  const ids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return ids.filter((id) => {
    try {
      const [, parent] = /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${id}/status`, 'utf8')) ?? [];
      const words = readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0');
      return Number(parent) === process.pid && words.includes('lsp');
    } catch {
      return false; // it ended while the list was read
    }
  });
}

interface GitExports {
  getAPI(version: 1): { readonly repositories: readonly unknown[] };
}

/** Until the registry is there and told of, and VS Code's Git has told of its repository too, which has it read anew. */
async function loaded(api: Api): Promise<void> {
  const { repositories } = api.tools;
  const git = vscode.extensions.getExtension<GitExports>('vscode.git');
  await until('Git', () => git?.isActive && git.exports.getAPI(1).repositories.length > 0);
  await until('the registry', () => repositories.isLoaded && repositories.all[0]?.isLoaded);
  await repositories.reload();
}

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

  'versions that are open are known when they are drawn again, so that a click finds its row':
    async (api) => {
      const [churn] = await artifacts(api);
      await api.tools.artifacts.getChildren(churn);
      const answers: string[] = [];
      const listening = api.tools.artifacts.onDidChangeTreeData((node) => {
        // A question to the daemon takes longer than a turn of the event loop.
        const turn = new Promise<string>((resolve) => setImmediate(() => resolve('asked')));
        const rows = api.tools.artifacts.getChildren(node ?? churn).then(() => 'known');
        void Promise.race([rows, turn]).then((answer) => answers.push(answer));
      });
      git('tag', '-a', '-m', 'm', 'churn#staging#11', 'churn@v3.0.0');
      await until('the change', () => answers.length > 0);
      git('tag', '-d', 'churn#staging#11');
      await until('the change back', () => answers.length > 1);
      listening.dispose();
      assert.deepEqual([...new Set(answers)], ['known']);
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

  'language models are offered the wizards of acts': () => {
    // Not in the types of the oldest VS Code that the extension runs in.
    const { tools } = (vscode as unknown as { lm: { tools: { name: string }[] } }).lm;
    const names = tools.map(({ name }) => name).filter((name) => name.startsWith('gto_'));
    assert.deepEqual(names.sort(), [
      'gto_assign_stage',
      'gto_register_version',
      'gto_remove_from_stage',
      'gto_roll_back_stage',
    ]);
    return Promise.resolve();
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

  'a server that ends over and over is given up, said so, and started when somebody asks': async (
    api,
  ) => {
    const { server: manager, connection } = api.tools;
    const isReady = (): boolean => manager.health.state === 'ready' && connection.isOpen;
    await vscode.commands.executeCommand('gto.restartServer');
    await until('a server', isReady);
    for (let times = 1; times <= 5; times++) {
      // The one before may be on its way out.
      const server = await until('one server', () => {
        const [only, ...others] = servers();
        return isReady() && others.length === 0 ? only : undefined;
      });
      assert.ok(server !== undefined);
      process.kill(server, 'SIGKILL');
      await until('it has ended', () => !servers().includes(server) && !isReady());
    }
    assert.equal(manager.health.state, 'failed');
    assert.match(manager.health.reason, /stopped 5 times in the last 3 minutes/);
    assert.deepEqual(servers(), [], 'it is not started a fifth time');
    await assert.rejects(connection.ask('gto/status', {}), /stopped 5 times/);

    await vscode.commands.executeCommand('gto.restartServer');
    await until('a server', isReady);
    await until('that it is given up', () => {
      // Before it answered its first question too.
      for (const server of servers()) process.kill(server, 'SIGKILL');
      return manager.health.state === 'failed';
    });
    assert.deepEqual(servers(), []);

    await vscode.commands.executeCommand('gto.restartServer');
    await until('a server', isReady);
    git('tag', '-a', '-m', 'm', 'churn#staging#12', 'churn@v3.0.0');
    await until('the tag', () => api.tools.repositories.all[0]?.row('churn')?.stages['staging']);
    git('tag', '-d', 'churn#staging#12');
  },
};
