import assert from 'node:assert/strict';
import test from 'node:test';
import type { Connection } from '../../src/client/connection';
import type { DidChangeParams, TreeRow } from '../../src/protocol';
import { Repositories, type Change } from '../../src/registry/repositories';
import { EventEmitter, workspace } from './vscode';
import { artifact } from './rows';

/** A daemon that answers with the rows it has, each question when it is let. */
function daemon() {
  const told = new EventEmitter<DidChangeParams>();
  const state = { rows: [artifact(), artifact({ name: 'other' })], clock: 1 };
  const waiting: (() => void)[] = [];
  let isHeld = false;
  const answers: Record<string, () => unknown> = {
    'gto/status': () => ({ repository: { repo: '/repo' } }),
    'gto/subscribe': () => ({}),
    'gto/stages': () => ({ stages: null }),
    'gto/tree': () => ({
      artifacts: state.rows,
      hidden: 0,
      remotes: [],
      clock: String(state.clock),
      problems: [],
    }),
  };
  const asked: string[] = [];
  const connection = {
    isOpen: true,
    onDidChange: told.event,
    ask: async (method: string) => {
      asked.push(method);
      if (isHeld) await new Promise<void>((resolve) => waiting.push(resolve));
      return answers[method]?.();
    },
  } as unknown as Connection;
  return {
    connection,
    asked,
    hold: () => void (isHeld = true),
    release: () => {
      isHeld = false;
      for (const resolve of waiting.splice(0)) resolve();
    },
    change: (name: string, row: Partial<TreeRow>) => {
      state.rows = state.rows.map((each) => (each.name === name ? { ...each, ...row } : each));
      state.clock += 1;
    },
  };
}

async function opened() {
  workspace.workspaceFolders = [{ uri: { fsPath: '/repo' } }];
  const server = daemon();
  const repositories = new Repositories(server.connection);
  const changes: Change[] = [];
  repositories.onDidChange((change) => changes.push(change));
  await repositories.reload();
  const [repository] = repositories.all;
  assert.ok(repository);
  changes.length = 0;
  return { server, repositories, repository, changes };
}

const namesOf = (changes: readonly Change[]) => changes.map((change) => change.artifacts);

test('what is as it was is not drawn again', async () => {
  const { repositories, repository, changes } = await opened();
  await repositories.reload();
  await repositories.refresh(repository, ['churn']);
  assert.deepEqual(changes, []);
  await repositories.reload({ redraw: true });
  assert.equal(changes.length, 1);
});

test('a change of one artifact draws that one, once, however often it is told', async () => {
  const { server, repositories, repository, changes } = await opened();
  server.change('churn', { latest: 'v4.0.0' });
  await Promise.all([
    repositories.refresh(repository, ['churn']),
    repositories.refresh(repository, ['churn']),
  ]);
  assert.deepEqual(namesOf(changes), [['churn']]);
});

test('of two changes that come at once, both are drawn', async () => {
  const { server, repositories, repository, changes } = await opened();
  server.change('churn', { latest: 'v4.0.0' });
  server.hold();
  const first = repositories.refresh(repository, ['churn']);
  server.change('other', { latest: 'v5.0.0' });
  const second = repositories.refresh(repository, ['other']);
  server.release();
  await Promise.all([first, second]);
  assert.deepEqual(new Set(namesOf(changes).flat()), new Set(['churn', 'other']));
});

test('versions that are shown are there before they are drawn again', async () => {
  const { server, repositories, repository } = await opened();
  await repository.artifact('churn');
  const seen: (string | undefined)[] = [];
  repositories.onDidChange(() => {
    const count = server.asked.length;
    void repository.artifact('churn');
    seen.push(server.asked.length === count ? 'known' : 'asked');
  });
  server.change('churn', { latest: 'v4.0.0' });
  const before = server.asked.filter((method) => method === 'gto/artifact').length;
  await repositories.refresh(repository, ['churn']);
  assert.deepEqual(seen, ['known']);
  assert.equal(server.asked.filter((method) => method === 'gto/artifact').length, before + 1);
});

test('an artifact that came is a matter of the whole list', async () => {
  const { server, repositories, repository, changes } = await opened();
  server.change('other', { name: 'renamed' });
  await repositories.refresh(repository, ['other', 'renamed']);
  assert.deepEqual(namesOf(changes), [undefined]);
});

test('a repository is subscribed to once for each connection', async () => {
  const { server, repositories } = await opened();
  const count = (): number => server.asked.filter((method) => method === 'gto/subscribe').length;
  await repositories.reload();
  assert.equal(count(), 1);
  await repositories.reconnected();
  assert.equal(count(), 2);
});
