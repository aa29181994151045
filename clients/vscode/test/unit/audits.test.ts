import assert from 'node:assert/strict';
import test, { beforeEach } from 'node:test';
import type { Connection } from '../../src/client/connection';
import { Audits } from '../../src/features/audits';
import type { Change, RegistryChange, Repositories } from '../../src/registry/repositories';
import { EventEmitter, problems, workspace, type Uri } from './vscode';

/** A repository in which every event so far breaks a rule. */
function audits() {
  const [changed, heard] = [new EventEmitter<Change>(), new EventEmitter<RegistryChange>()];
  const state = { asked: [] as (string | undefined)[], events: 1 };
  const repositories = {
    at: () => ({}),
    onDidChange: changed.event,
    onDidChangeRegistry: heard.event,
  } as unknown as Repositories;
  const connection = {
    ask: (_method: string, { name }: { name?: string }) => {
      state.asked.push(name);
      const range = { start: { line: 6, character: 4 }, end: { line: 6, character: 7 } };
      const rules = [{ rule: 'who', message: 'Eve may not.', remedy: 'Ask Uma.', range }];
      const events = Array.from({ length: state.events }, (_, index) => ({
        ref: `churn#prod#${index + 1}`,
        verdict: 'violating',
        rules,
      }));
      return Promise.resolve({ events });
    },
  } as unknown as Connection;
  const change = (): void =>
    heard.fire({ repository: { root: '/a' } } as unknown as RegistryChange);
  return { all: new Audits(connection, repositories), state, change };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const listed = (): readonly string[] =>
  (problems.get('file:/a/.gtod.yaml?') ?? []).map(({ message }) => message);

beforeEach(() => {
  problems.clear();
  workspace.settings = {};
});

test('nothing is audited before somebody asks, and Problems follows from then on', async () => {
  const { all, state, change } = audits();
  change();
  await settled();
  assert.deepEqual(state.asked, []);
  await all.of('/a');
  await settled();
  assert.deepEqual(state.asked, [undefined], 'page and Problems share one audit');
  assert.deepEqual(listed(), ['churn#prod#1: Eve may not. Ask Uma.']);
  const [first] = problems.get('file:/a/.gtod.yaml?') ?? [];
  const { code } = first as unknown as { code: { value: string; target: Uri } };
  assert.deepEqual([code.value, code.target.toString()], ['who', 'file:/a/.gtod.yaml?#L7']);
  state.events = 2;
  change();
  await all.of('/a');
  await settled();
  assert.equal(state.asked.length, 2);
  assert.equal(listed().length, 2);
});

test('the audit of one artifact is no audit of the repository', async () => {
  const { all, state } = audits();
  await all.of('/a', 'churn');
  await settled();
  assert.deepEqual(state.asked, ['churn', undefined]);
  assert.equal(listed().length, 1);
});

test('Problems stays as it is where that is not wanted', async () => {
  workspace.settings = { 'audit.problems': false };
  const { all, state } = audits();
  await all.of('/a');
  await settled();
  assert.deepEqual(state.asked, [undefined]);
  assert.deepEqual(listed(), []);
});
