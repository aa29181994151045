import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test, { afterEach } from 'node:test';
import { Agents } from '../../src/features/agents';
import type { Tools } from '../../src/tools';
import { artifact } from './rows';
import { EventEmitter, lm, Uri, workspace } from './vscode';

const { registerTool, registerMcpServerDefinitionProvider } = lm;
afterEach(() => {
  Object.assign(lm, { registerTool, registerMcpServerDefinitionProvider });
  Object.assign(workspace, { isTrusted: true, workspaceFolders: [] });
});

/** Repositories by their roots, with the names of their artifacts. */
type Open = Readonly<Record<string, readonly string[]>>;

function agents(open: Open = {}, command = '/opt/gtod/bin/gtod') {
  const all = Object.entries(open).map(([root, names]) => ({
    root,
    row: (name: string) => (names.includes(name) ? artifact({ name, stages: {} }) : undefined),
  }));
  const server = command ? { command, args: [], source: 'path', version: '1.0.0' } : undefined;
  return new Agents({
    server: {
      onDidChangeHealth: new EventEmitter().event,
      started: () => Promise.resolve(),
      program: () => Promise.resolve(server),
    },
    repositories: { all, settled: () => Promise.resolve() },
  } as unknown as Tools);
}

const servers = () => lm.mcp.get('gto')?.provideMcpServerDefinitions() ?? Promise.resolve([]);

test('each act of the manifest is offered, and taken back at the end', () => {
  const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    contributes: { languageModelTools: { name: string; when: string }[] };
  };
  const offered = agents();
  assert.deepEqual(
    [...lm.tools.keys()].sort(),
    contributes.languageModelTools.map(({ name }) => name).sort(),
  );
  assert.ok(contributes.languageModelTools.every(({ when }) => when === 'isWorkspaceTrusted'));
  offered.dispose();
  assert.equal(lm.tools.size + lm.mcp.size, 0);
});

test('each folder has an MCP server, the program that also serves the editor', async () => {
  const folder = (name: string) => ({ name, uri: Uri.file(`/repos/${name}`) });
  workspace.workspaceFolders = [folder('one')];
  const offered = agents();
  const [only] = await servers();
  assert.deepEqual(
    [only?.label, only?.command, only?.args, only?.cwd?.path],
    ['GTO', '/opt/gtod/bin/gtod', ['mcp'], '/repos/one'],
  );
  workspace.workspaceFolders = [folder('one'), folder('two')];
  assert.deepEqual(
    (await servers()).map(({ label }) => label),
    ['GTO: one', 'GTO: two'],
  );
  offered.dispose();
});

test('without a program there is no MCP server', async () => {
  workspace.workspaceFolders = [{ name: 'one', uri: Uri.file('/repos/one') }];
  const offered = agents({}, '');
  assert.deepEqual(await servers(), []);
  offered.dispose();
});

test('nothing is offered in a folder that is not trusted, until it is', () => {
  workspace.isTrusted = false;
  const offered = agents();
  assert.equal(lm.tools.size + lm.mcp.size, 0);
  workspace.isTrusted = true;
  workspace.trustGranted.fire();
  assert.equal(lm.tools.size, 4);
  assert.equal(lm.mcp.size, 1);
  offered.dispose();
});

test('a VS Code without language models is offered nothing', () => {
  Object.assign(lm, { registerTool: undefined, registerMcpServerDefinitionProvider: undefined });
  const offered = agents();
  assert.equal(lm.tools.size + lm.mcp.size, 0);
  offered.dispose();
});

test('a model that names no repository, or a wrong one, is told which are open', async () => {
  const offered = agents({ '/a': ['churn'], '/b': ['churn'] });
  const input = { artifact: 'churn', version: 'v1.0.0', stage: 'prod' };
  const tool = lm.tools.get('gto_assign_stage');
  assert.ok(tool);
  await assert.rejects(tool.invoke({ input }), /which repository is meant.*: \/a, \/b/);
  const elsewhere = { ...input, repository: '/c' };
  await assert.rejects(tool.invoke({ input: elsewhere }), /which repository is meant/);
  offered.dispose();
});
