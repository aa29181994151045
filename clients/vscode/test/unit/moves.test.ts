import assert from 'node:assert/strict';
import test, { mock } from 'node:test';
import { OwnActs, type Came } from '../../src/client/acts';
import { StageNews } from '../../src/news';
import type { ActResult, DidChangeParams, HistoryRow, TreeRow } from '../../src/protocol';
import { holdersOf, movesOf } from '../../src/registry/moves';
import type { Change, Heard } from '../../src/registry/repositories';
import { moved } from '../../src/text/words';
import type { Tools } from '../../src/tools';
import { artifact, event } from './rows';
import { EventEmitter, told, workspace } from './vscode';

const before = holdersOf([artifact()]);
const after = (stages: TreeRow['stages']) => holdersOf([artifact({ stages })]);
const change = (added: HistoryRow[], removed: HistoryRow[] = []): DidChangeParams => ({
  repo: '/repo',
  subscription: 1,
  clock: '2',
  artifacts: ['churn'],
  events: { added, removed },
});
const byBob = event({ author: 'Bob', ref: 'churn#prod#4' });
const nobody = (): boolean => false;

test('a stage that holds something else has moved, and who did it is told', () => {
  const now = after({ prod: ['v3.1.0'], dev: ['v3.1.0'] });
  assert.deepEqual(movesOf(before, now, [change([byBob])], nobody), [
    { artifact: 'churn', stage: 'prod', versions: ['v3.1.0'], by: 'Bob' },
  ]);
});

test('of several events the newest is told, and none that is about another stage or artifact', () => {
  const now = after({ prod: ['v3.1.0'], dev: ['v3.1.0'] });
  const later = (told: Partial<HistoryRow>) =>
    event({ timestamp: new Date(Date.now() + 3600_000).toISOString(), ...told });
  const events = [
    byBob,
    event({ author: 'Ann', timestamp: '2020-01-01T00:00:00Z' }),
    later({ author: 'Cid', stage: 'dev' }),
    later({ author: 'Dan', artifact: 'other' }),
    later({ author: 'Eve', stage: null, event: 'registration' }),
  ];
  assert.deepEqual(
    movesOf(before, now, [change(events)], nobody).map((move) => move.by),
    ['Bob'],
  );
});

test('what this window did is no news, whatever others did to other stages', () => {
  const now = after({ prod: ['v3.1.0'], dev: ['v3.0.0'] });
  const ours = event({ stage: 'dev', ref: 'churn#dev#5' });
  const isOwn = (came: string, tag: string): boolean => came === 'added' && tag === ours.ref;
  assert.deepEqual(
    movesOf(before, now, [change([ours]), change([byBob])], isOwn).map((move) => move.stage),
    ['prod'],
  );
});

test('a stage that others emptied, or whose tag they deleted, is told too', () => {
  const gone = event({ event: 'unassignment', author: 'Bob', version: 'v3.0.0' });
  assert.deepEqual(movesOf(before, after({ dev: ['v3.1.0'] }), [change([gone])], nobody), [
    { artifact: 'churn', stage: 'prod', versions: [], by: 'Bob' },
  ]);
  const deprecated = event({ event: 'deprecation', stage: null, author: 'Bob', version: null });
  const emptied = movesOf(before, after({}), [change([deprecated])], nobody);
  assert.deepEqual(
    emptied.map(({ stage, by }) => [stage, by]),
    [
      ['prod', 'Bob'],
      ['dev', 'Bob'],
    ],
  );
  // The author of a tag is not who deleted it.
  const [deleted] = movesOf(before, after({ dev: ['v3.1.0'] }), [change([], [byBob])], nobody);
  assert.equal(deleted?.by, undefined);
});

test('an old tag that comes late moves nothing', () => {
  assert.deepEqual(movesOf(before, before, [change([byBob])], nobody), []);
});

test('moves are told in sentences, many of them in few, and without links of others', () => {
  const repository = { place: '' };
  const move = { repository, artifact: 'churn', stage: 'prod', versions: ['v3.1.0'], by: 'Bob' };
  assert.equal(moved([move]), 'prod of churn is now v3.1.0 (by Bob).');
  assert.equal(
    moved([{ ...move, by: undefined, versions: ['c'.repeat(40)] }]),
    'prod of churn is now ccccccc.',
  );
  assert.equal(moved([{ ...move, versions: [] }]), 'prod of churn is now empty (by Bob).');
  assert.match(moved(Array(4).fill(move)), /^(prod .*? \(by Bob\)\. ){3}1 more stage has moved\.$/);
  assert.match(moved(Array(9).fill(move)), /6 more stages have moved\.$/);
  assert.doesNotMatch(moved([{ ...move, by: '[x](command:y)' }]), /\]\(/);
  assert.equal(
    moved([{ ...move, repository: { place: 'b/reg' } }]),
    'b/reg: prod of churn is now v3.1.0 (by Bob).',
  );
});

test('a deed is answered for once, and known before the act is over', async () => {
  const acts = new OwnActs();
  const answers: ((result: ActResult) => void)[] = [];
  const asked = new Promise<ActResult>((resolve) => answers.push(resolve));
  void acts.follow(asked);
  const take = (came: Came, name: string) => acts.take(came, name, '/repo', ['/repo']);
  const refused = acts.follow(Promise.reject(new Error('no')));
  await assert.rejects(refused, /no/);
  const settled = acts.settled().then(() => take('added', 'churn#prod#4'));
  answers[0]?.({
    repo: '/repo',
    created: [{ tag: 'churn#prod#4' }],
    deleted: [{ tag: 'x' }],
  } as unknown as ActResult);
  assert.equal(await settled, true);
  assert.equal(take('added', 'churn#prod#4'), false);
  assert.equal(take('added', 'x'), false);
  assert.equal(take('removed', 'x'), true);
});

test('a deed in one of two repositories is not answered for in the other, but in every worktree', async () => {
  const acts = new OwnActs();
  const did = (repo: string) =>
    acts.follow(Promise.resolve({ repo, created: [{ tag: 'churn#prod#4' }], deleted: [] }));
  const take = (root: string, ...others: string[]) =>
    acts.take('added', 'churn#prod#4', root, [root, ...others]);
  await did('/a');
  assert.equal(take('/b'), false);
  assert.equal(take('/a'), true);
  await did('/a');
  const heard = [take('/a-linked', '/a'), take('/a-linked', '/a'), take('/a', '/a-linked')];
  assert.deepEqual(heard, [true, false, true]);
  assert.equal(take('/a', '/a-linked'), false);
});

/** News of one repository whose artifact somebody moves, with a clock of its own. */
function following(wanted: string | undefined, isOpened: boolean) {
  workspace.settings = wanted === undefined ? {} : { notifyStageChanges: wanted };
  told.length = 0;
  const [changed, heard] = [new EventEmitter<Change>(), new EventEmitter<Heard>()];
  const repository = { root: '/repo', store: '/repo/.git', place: '', all: [artifact()] };
  Object.assign(repository, { isOpened: () => isOpened });
  const repositories = {
    all: [repository],
    sharing: () => [repository],
    onDidChange: changed.event,
    onDidHear: heard.event,
  };
  const news = new StageNews({ repositories } as unknown as Tools, new OwnActs());
  changed.fire({});
  return {
    news,
    move: (stages: TreeRow['stages'], happened: HistoryRow) => {
      repository.all = [artifact({ stages })];
      heard.fire({ repository, change: change([happened]) } as unknown as Heard);
    },
  };
}

for (const [wanted, isOpened, count] of [
  [undefined, true, 0],
  ['off', true, 0],
  ['watched', false, 0],
  ['watched', true, 1],
  ['all', false, 1],
] as const) {
  test(`with ${wanted ?? 'the default'}, of an artifact that is ${isOpened ? '' : 'not '}open, ${count} messages come`, async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const { news, move } = following(wanted, isOpened);
      move({ prod: ['v3.0.0'], dev: ['v3.0.0'] }, event({ stage: 'dev', author: 'Ann' }));
      mock.timers.tick(500);
      move({ prod: ['v3.1.0'], dev: ['v3.0.0'] }, byBob);
      mock.timers.tick(999);
      await Promise.resolve();
      assert.deepEqual(told, []);
      mock.timers.tick(1);
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
      const words = 'prod of churn is now v3.1.0 (by Bob). dev of churn is now v3.0.0 (by Ann).';
      assert.deepEqual(told, Array(count).fill(words));
      news.dispose();
    } finally {
      mock.timers.reset();
      workspace.settings = {};
    }
  });
}
