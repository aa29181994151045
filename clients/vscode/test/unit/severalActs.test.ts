import assert from 'node:assert/strict';
import test, { beforeEach } from 'node:test';
import { Refusal } from '../../src/client/refusal';
import { assignStage } from '../../src/commands/assign';
import { deregisterVersion, removeFromStage } from '../../src/commands/undo';
import type { ApplyParams, TreeRow } from '../../src/protocol';
import type { Repository } from '../../src/registry/repository';
import type { Tools } from '../../src/tools';
import type { Node } from '../../src/views/nodes';
import { answers, picks } from './quickPick';
import { artifact, repositoryOf, version } from './rows';
import { choices, noticed, told } from './vscode';

const ROWS: Readonly<Record<string, Partial<TreeRow>>> = {
  churn: { latest: 'v3.1.0', stages: { dev: ['v3.1.0'], prod: ['v3.0.0'] } },
  ranker: { latest: 'v1.0.0', stages: { dev: ['v1.0.0'] } },
  asr: { latest: 'v2.0.0', stages: { prod: ['v2.0.0'] } },
};

function registry(): Repository {
  const rows = new Map(
    Object.entries(ROWS).map(([name, told]) => [name, artifact({ name, ...told })]),
  );
  return Object.assign(repositoryOf(undefined), {
    root: '/repo',
    remote: 'origin',
    hasRemote: true,
    problems: [],
    all: [...rows.values()],
    stages: ['dev', 'staging', 'prod'].map((name) => ({ name, isAllowed: true })),
    allowedStages: ['dev', 'staging', 'prod'],
    row: (name: string) => rows.get(name),
    heldStages: (name: string) => Object.keys(rows.get(name)?.stages ?? {}),
  });
}

/** A daemon that plans one tag for each action, and refuses those of the names given. */
function daemon(refused: Record<string, object | undefined> = {}) {
  const asked: ApplyParams[] = [];
  const ask = (method: string, params: ApplyParams): Promise<unknown> => {
    if (method === 'gto/assign') return Promise.resolve({ plan: undefined, clock: '1' });
    assert.equal(method, 'gto/apply');
    asked.push(params);
    for (const [at, { params: one }] of params.actions.entries()) {
      const name = String(one?.['name']);
      if (name in refused && one?.['force'] !== true)
        throw new Refusal(`${name} may not`, 'WrongArgs', '', '', '', refused[name], at);
    }
    const create = params.actions.map(({ params: one }) => ({
      tag: `${String(one?.['name'])}#${String(one?.['stage'])}#9`,
    }));
    const plan = { create, delete: [], replaces: [], warnings: [], signed: false };
    return Promise.resolve(params.dry_run ? { plan, clock: '7' } : { created: create, clock: '8' });
  };
  const tools = {
    connection: { ask },
    repositories: { refresh: () => Promise.resolve(), all: [] },
    artifacts: { view: { visible: false } },
    memory: { get: () => true },
  } as unknown as Tools;
  return { tools, asked };
}

const repository = registry();
const rowOf = (name: string, own = repository): Node => ({
  kind: 'artifact',
  id: name,
  repository: own,
  parent: undefined,
  name,
});
const all = Object.keys(ROWS).map((name) => rowOf(name));
const names = (asked: ApplyParams | undefined): unknown[] =>
  asked?.actions.map(({ params }) => params?.['name']) ?? [];

beforeEach(() => {
  for (const list of [picks, answers, told, noticed, choices]) list.length = 0;
});

test('several artifacts are assigned by one plan and one act, without those that are there', async () => {
  const { tools, asked } = daemon();
  answers.push('Latest', 'prod', 'Create 2 Tags');
  await assignStage(tools, all[0], all);
  const [plan, act] = asked;
  assert.equal(asked.length, 2);
  assert.ok(plan && act);
  assert.equal(plan.dry_run, true);
  assert.deepEqual([act.dry_run, act.expect_clock, act.push], [undefined, '7', false]);
  assert.deepEqual(act.actions, plan.actions);
  assert.deepEqual(act.actions, [
    { method: 'assign', params: { name: 'churn', version: 'v3.1.0', stage: 'prod' } },
    { method: 'assign', params: { name: 'ranker', version: 'v1.0.0', stage: 'prod' } },
  ]);
  const last = picks.at(-1)?.items.map(({ label }) => label) ?? [];
  assert.ok(last.some((label) => label.includes('asr: v2.0.0 is already in prod')));
  assert.match(noticed.join(), /churn#prod#9, ranker#prod#9/);
});

test('what is in a stage is promoted to another one', async () => {
  const { tools, asked } = daemon();
  answers.push('What is in dev', 'staging', 'Create 2 Tags');
  await assignStage(tools, all[0], all);
  assert.deepEqual(names(asked[1]), ['churn', 'ranker']);
});

test('where they already are is not what Enter takes', async () => {
  const { tools } = daemon();
  answers.push('Latest', undefined);
  await assignStage(tools, all[1], [all[0], all[1]]);
  assert.deepEqual(
    picks.map(({ active }) => active),
    ['Latest versions', 'staging'],
  );
  const one: Node = {
    ...common('churn'),
    kind: 'version',
    hasEarlier: true,
    version: version({ version: 'v3.1.0' }),
  };
  answers.push(undefined);
  await assignStage(tools, one, [one]);
  assert.equal(picks.at(-1)?.active, 'staging');
});

const common = (name: string) => ({ id: name, repository, parent: undefined, name });

test('one that is refused is left out, or allowed, and the others are planned anew', async () => {
  const { tools, asked } = daemon({ ranker: { force: true } });
  answers.push('Latest', 'staging', 'Create 2 Tags');
  choices.push('Leave Out ranker');
  await assignStage(tools, all[0], all);
  assert.deepEqual(
    asked.map((each) => names(each)),
    [
      ['churn', 'ranker', 'asr'],
      ['churn', 'asr'],
      ['churn', 'asr'],
    ],
  );
  assert.equal(asked.filter(({ dry_run }) => dry_run !== true).length, 1);
  asked.length = 0;
  answers.push('Latest', 'staging', 'Create 3 Tags');
  choices.push('Create the Tag Anyway');
  await assignStage(tools, all[0], all);
  assert.equal(asked.at(-1)?.actions[1]?.params?.['force'], true);
});

test('a refusal that is not answered goes back a step, and nothing is done', async () => {
  const { tools, asked } = daemon({ asr: undefined });
  answers.push('Latest', 'staging', 'prod', undefined);
  await assignStage(tools, all[0], all);
  assert.deepEqual(
    picks.map(({ active }) => active),
    ['Latest versions', 'dev', 'staging', '$(check) Create 2 Tags'],
  );
  assert.ok(asked.every(({ dry_run }) => dry_run === true));
});

test('rows of two repositories, or two versions of one artifact, are not one act', async () => {
  const { tools } = daemon();
  const other = rowOf('churn', registry());
  await assert.rejects(assignStage(tools, all[0], [all[0], other]), /rows of one repository/);
  const two = ['v3.0.0', 'v3.1.0'].map((each): Node => {
    const row = version({ version: each });
    return { ...common('churn'), kind: 'version', hasEarlier: true, version: row };
  });
  await assert.rejects(deregisterVersion(tools, two[0], two), /Select churn once/);
});

test('several are removed from the stage of their rows, or of one that is asked for', async () => {
  const { tools, asked } = daemon();
  const holders = ['churn', 'asr'].map((name): Node => ({
    ...common(name),
    kind: 'holder',
    stage: 'prod',
  }));
  answers.push('Create 2 Tags');
  await removeFromStage(tools, holders[0], holders);
  assert.deepEqual(asked[1]?.actions, [
    { method: 'unassign', params: { name: 'churn', stage: 'prod', version: 'v3.0.0' } },
    { method: 'unassign', params: { name: 'asr', stage: 'prod', version: 'v2.0.0' } },
  ]);
  asked.length = 0;
  answers.push('dev', 'Create 2 Tags');
  await removeFromStage(tools, all[0], all);
  assert.deepEqual(names(asked[1]), ['churn', 'ranker']);
});
