import assert from 'node:assert/strict';
import test, { beforeEach } from 'node:test';
import { copyRow, removeRow, renameRow } from '../../src/commands/rowKeys';
import type { Tools } from '../../src/tools';
import type { Node } from '../../src/views/nodes';
import { answers, picks } from './quickPick';
import { artifact, event, held, repositoryOf, version } from './rows';
import { clipboard, ran, told } from './vscode';

const repository = Object.assign(repositoryOf(artifact()), { hasRemote: false, problems: [] });
const common = { repository, parent: undefined, id: '1', name: 'churn' };
const ROW: Node = { ...common, kind: 'artifact' };
const VERSION: Node = { ...common, kind: 'version', hasEarlier: true, version: version() };
const HOLDER: Node = { ...common, kind: 'holder', stage: 'prod' };

/** Tools whose view has the keys pressed on these rows, and what the daemon was asked to do. */
function pressed(...rows: readonly Node[]) {
  const asked: [string, boolean | undefined][] = [];
  const view = { rowsAtHand: () => Promise.resolve(rows) };
  const ask = (method: string, params: { readonly dry_run?: boolean }): Promise<unknown> => {
    asked.push([method, params.dry_run]);
    const plan = { create: [], delete: [], replaces: [], warnings: [], signed: false };
    return Promise.resolve({ plan, clock: '1' });
  };
  const tools = { artifacts: view, stages: view, history: view, connection: { ask } };
  return { tools: tools as unknown as Tools, asked };
}

beforeEach(() => {
  for (const list of [picks, answers, told, ran]) list.length = 0;
});

const TAKEN: readonly (readonly [Node, string, string])[] = [
  [ROW, 'gto/deprecate', 'Deprecate churn'],
  [VERSION, 'gto/deregister', 'Deregister churn v3.1.0'],
  [HOLDER, 'gto/unassign', 'Remove churn v3.0.0 from prod'],
  [
    { ...common, kind: 'held', version: version(), held },
    'gto/unassign',
    'Remove churn v3.1.0 from prod',
  ],
];

for (const [row, method, title] of TAKEN) {
  test(`Delete on a row of kind ${row.kind} opens the last step, and does nothing without it`, async () => {
    const { tools, asked } = pressed(row);
    answers.push(undefined);
    await removeRow(tools, 'artifacts');
    assert.deepEqual(asked, [[method, true]]);
    assert.deepEqual(
      picks.map((pick) => pick.title),
      [title],
    );
  });
}

test('Delete on rows of two kinds, or on what cannot be taken back, says what to select', async () => {
  for (const rows of [[ROW, HOLDER], [{ ...common, kind: 'event', event: event() } as Node]]) {
    const { tools, asked } = pressed(...rows);
    await assert.rejects(removeRow(tools, 'artifacts'), /one kind of them/);
    assert.deepEqual(asked, []);
  }
  await removeRow(pressed().tools, 'artifacts');
});

test('what is copied is what a row is called elsewhere, one a line', async () => {
  await copyRow(
    pressed(ROW, VERSION, { ...common, kind: 'event', event: event() }).tools,
    'history',
  );
  assert.equal(clipboard.text, 'churn\nchurn@v3.1.0\nchurn#prod#4');
});

test('an artifact that has tags is not renamed, and the way is said', async () => {
  await renameRow(pressed(ROW).tools, 'artifacts');
  assert.match(told.join(), /churn has 4 tags, and tags cannot be renamed/);
  assert.deepEqual(ran, []);
  await assert.rejects(renameRow(pressed(VERSION).tools, 'artifacts'), /Tags cannot be renamed/);
});
