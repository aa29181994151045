import assert from 'node:assert/strict';
import test, { mock } from 'node:test';
import { StageNotifications } from '../../src/features/stageNotifications';
import type { HistoryRow, TreeRow } from '../../src/protocol';
import type { Change, RegistryChange } from '../../src/registry/repositories';
import { holdersOf, stageChanges, type Notice } from '../../src/registry/stageChanges';
import { stagesChanged } from '../../src/text/descriptions';
import type { Tools } from '../../src/tools';
import { artifact, event } from './rows';
import { EventEmitter, told, workspace } from './vscode';

const before = holdersOf([artifact()]);
const after = (stages: TreeRow['stages']) => holdersOf([artifact({ stages })]);
const byOthers = (added: HistoryRow[], removed: HistoryRow[] = []): Notice => ({
  artifacts: ['churn'],
  origin: 'other',
  events: { added, removed },
});
const own: Notice = { artifacts: ['churn'], origin: 'self', events: { added: [], removed: [] } };
const byBob = event({ author: 'Bob', ref: 'churn#prod#4' });

test('a stage that holds something else has moved, and who did it is told', () => {
  const now = after({ prod: ['v3.1.0'], dev: ['v3.1.0'] });
  assert.deepEqual(stageChanges(before, now, [byOthers([byBob])]), [
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
    stageChanges(before, now, [byOthers(events)]).map((each) => each.by),
    ['Bob'],
  );
});

test('what this window did is no news, whatever others did to other stages', () => {
  const now = after({ prod: ['v3.1.0'], dev: ['v3.0.0'] });
  assert.deepEqual(stageChanges(before, now, [own]), []);
  assert.deepEqual(
    stageChanges(before, now, [own, byOthers([byBob])]).map((each) => each.stage),
    ['prod'],
  );
});

test('a stage that others emptied, or whose tag they deleted, is told too', () => {
  const gone = event({ event: 'unassignment', author: 'Bob', version: 'v3.0.0' });
  assert.deepEqual(stageChanges(before, after({ dev: ['v3.1.0'] }), [byOthers([gone])]), [
    { artifact: 'churn', stage: 'prod', versions: [], by: 'Bob' },
  ]);
  const deprecated = event({ event: 'deprecation', stage: null, author: 'Bob', version: null });
  const emptied = stageChanges(before, after({}), [byOthers([deprecated])]);
  assert.deepEqual(
    emptied.map(({ stage, by }) => [stage, by]),
    [
      ['prod', 'Bob'],
      ['dev', 'Bob'],
    ],
  );
  // The author of a tag is not who deleted it.
  const [deleted] = stageChanges(before, after({ dev: ['v3.1.0'] }), [byOthers([], [byBob])]);
  assert.equal(deleted?.by, undefined);
});

test('an old tag that comes late moves nothing', () => {
  assert.deepEqual(stageChanges(before, before, [byOthers([byBob])]), []);
});

test('moves are told in sentences, many of them in few, and without links of others', () => {
  const repository = { place: '' };
  const move = { repository, artifact: 'churn', stage: 'prod', versions: ['v3.1.0'], by: 'Bob' };
  assert.equal(stagesChanged([move]), 'prod of churn is now v3.1.0 (by Bob).');
  assert.equal(
    stagesChanged([{ ...move, by: undefined, versions: ['c'.repeat(40)] }]),
    'prod of churn is now ccccccc.',
  );
  assert.equal(stagesChanged([{ ...move, versions: [] }]), 'prod of churn is now empty (by Bob).');
  assert.match(
    stagesChanged(Array(4).fill(move)),
    /^(prod .*? \(by Bob\)\. ){3}1 more stage has changed\.$/,
  );
  assert.match(stagesChanged(Array(9).fill(move)), /6 more stages have changed\.$/);
  assert.doesNotMatch(stagesChanged([{ ...move, by: '[x](command:y)' }]), /\]\(/);
  assert.equal(
    stagesChanged([{ ...move, repository: { place: 'b/reg' } }]),
    'b/reg: prod of churn is now v3.1.0 (by Bob).',
  );
});

/** Messages about one repository whose artifact somebody changes, each change with its events. */
function following(wanted: string | undefined, isOpened: boolean) {
  workspace.settings = wanted === undefined ? {} : { notifyStageChanges: wanted };
  told.length = 0;
  const [changed, registryChanged] = [
    new EventEmitter<Change>(),
    new EventEmitter<RegistryChange>(),
  ];
  const repository = { root: '/repo', store: '/repo/.git', place: '', all: [artifact()] };
  Object.assign(repository, { isOpened: () => isOpened });
  const repositories = {
    all: [repository],
    onDidChange: changed.event,
    onDidChangeRegistry: registryChanged.event,
  };
  const history: Record<string, HistoryRow> = {};
  const asked: string[] = [];
  const ask = (method: string, { since }: { readonly since: string }): Promise<unknown> => {
    asked.push(`${method} ${since}`);
    return Promise.resolve({ events: { added: [history[since]], removed: [] } });
  };
  const notifications = new StageNotifications({
    repositories,
    connection: { ask },
  } as unknown as Tools);
  changed.fire({});
  let clock = 0;
  return {
    notifications,
    asked,
    change: (stages: TreeRow['stages'], happened: HistoryRow, origin = 'other') => {
      const since = String(clock++);
      history[since] = happened;
      repository.all = [artifact({ stages })];
      const notice = { repo: '/repo', artifacts: ['churn'], clock: String(clock), origin };
      registryChanged.fire({ repository, notice, since } as unknown as RegistryChange);
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
      const { notifications, asked, change } = following(wanted, isOpened);
      change({ prod: ['v3.0.0'], dev: ['v3.0.0'] }, event({ stage: 'dev', author: 'Ann' }));
      mock.timers.tick(500);
      change({ prod: ['v3.1.0'], dev: ['v3.0.0'] }, byBob);
      mock.timers.tick(999);
      await Promise.resolve();
      assert.deepEqual(told, []);
      mock.timers.tick(1);
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      const words = 'prod of churn is now v3.1.0 (by Bob). dev of churn is now v3.0.0 (by Ann).';
      assert.deepEqual(told, Array(count).fill(words));
      const isOff = wanted === undefined || wanted === 'off';
      assert.deepEqual(asked, isOff ? [] : ['gto/changes 0', 'gto/changes 1']);
      notifications.dispose();
    } finally {
      mock.timers.reset();
      workspace.settings = {};
    }
  });
}

test('what this window did is neither told nor asked about', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const { notifications, asked, change } = following('all', true);
    change({ prod: ['v3.1.0'], dev: ['v3.1.0'] }, byBob, 'self');
    mock.timers.tick(1_000);
    change({ prod: ['v3.1.0'], dev: ['v3.0.0'] }, event({ stage: 'dev', author: 'Ann' }));
    mock.timers.tick(1_000);
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    assert.deepEqual(told, ['dev of churn is now v3.0.0 (by Ann).']);
    assert.deepEqual(asked, ['gto/changes 1']);
    notifications.dispose();
  } finally {
    mock.timers.reset();
    workspace.settings = {};
  }
});
