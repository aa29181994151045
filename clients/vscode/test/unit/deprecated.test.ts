import assert from 'node:assert/strict';
import test from 'node:test';
import type { Connection } from '../../src/client/connection';
import { Repositories } from '../../src/registry/repositories';
import { EventEmitter, workspace } from './vscode';

/** The repositories of a window, what their rows were asked with, and what the workspace remembers. */
async function opened() {
  workspace.workspaceFolders = [{ uri: { fsPath: '/repo' } }];
  const asked: unknown[] = [];
  const remembered = new Map<string, unknown>();
  const connection = {
    isOpen: true,
    onDidChange: new EventEmitter<unknown>().event,
    onDidVerifySignatures: new EventEmitter<unknown>().event,
    ask: (method: string, params: { readonly deprecated?: boolean }) => {
      if (method === 'gto/tree') asked.push(params.deprecated);
      const answers: Record<string, unknown> = {
        'gto/status': { repository: { repo: '/repo', common: '/repo/.git' } },
        'gto/tree': { artifacts: [], hidden: 1, remotes: [], clock: '1', problems: [] },
      };
      return Promise.resolve(answers[method] ?? { stages: null, clock: '1' });
    },
  } as unknown as Connection;
  const repositories = new Repositories(connection, {
    get: (key: string) => remembered.get(key) as never,
    update: (key, value) => Promise.resolve(void remembered.set(key, value)),
  });
  await repositories.reload();
  return { repositories, asked, remembered };
}

test('deprecated artifacts are shown in this workspace, and no setting is written', async () => {
  const { repositories, asked, remembered } = await opened();
  assert.deepEqual([repositories.showsDeprecated, asked.at(-1)], [false, false]);
  await repositories.showDeprecated(true);
  assert.deepEqual([repositories.showsDeprecated, asked.at(-1)], [true, true]);
  assert.deepEqual(workspace.settings, {});
  await repositories.showDeprecated(false);
  assert.deepEqual([repositories.showsDeprecated, asked.at(-1)], [false, false]);
  assert.deepEqual([...remembered.values()], [undefined], 'as the setting says');
  repositories.dispose();
});

test('what is set counts where nothing was chosen since', async () => {
  const { repositories, asked } = await opened();
  workspace.settings = { 'views.showDeprecated': true };
  await repositories.showDeprecated(undefined);
  assert.deepEqual([repositories.showsDeprecated, asked.at(-1)], [true, true]);
  await repositories.showDeprecated(false);
  assert.deepEqual([repositories.showsDeprecated, asked.at(-1)], [false, false]);
  workspace.settings = {};
  repositories.dispose();
});
