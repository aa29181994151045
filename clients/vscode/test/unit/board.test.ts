import assert from 'node:assert/strict';
import test from 'node:test';
import { Refusal } from '../../src/client/refusal';
import { cardsOf, columnsOf, rowsThen } from '../../src/panels/board';
import type { AuditResult, HistoryRow, ShowResult } from '../../src/protocol';
import { PlacingEvents } from '../../src/registry/placingEvents';
import { artifact, event } from './rows';

const told = { clock: '1', problems: [] };
const nothing = (): undefined => undefined;

test('there is a card for each stage that is held, and one for an artifact in none', () => {
  const rows = [
    artifact(),
    artifact({ name: 'loose', stages: { prod: [] }, latest: 'v1.0.0' }),
    artifact({ name: 'by-commit', stages: { dev: ['c'.repeat(40)] }, latest: 'v1.0.0' }),
    artifact({ name: 'empty', stages: {}, latest: null }),
  ];
  assert.deepEqual(
    cardsOf(rows, nothing).map((card) => [card.name, card.stage, card.label, card.newer]),
    [
      ['churn', 'prod', 'v3.0.0', 'v3.1.0'],
      ['churn', 'dev', 'v3.1.0', null],
      ['loose', null, 'v1.0.0', null],
      // Which of the two is newer is not known.
      ['by-commit', 'dev', 'ccccccc', null],
      ['empty', null, '', null],
    ],
  );
});

test('a card has who put it there, and what an audit says of that tag', () => {
  const assigned = event({ stage: 'prod', version: 'v3.0.0' });
  const audit = {
    events: [
      {
        ref: assigned.ref,
        verdict: 'violating',
        rules: [{ rule: 'from', kind: 'k', message: "not in 'staging'", remedy: 'r' }],
        override: null,
      },
    ],
  } as unknown as AuditResult;
  const [prod, dev] = cardsOf(
    [artifact()],
    ({ stage }) => (stage === 'prod' ? assigned : undefined),
    audit,
  );
  assert.deepEqual(
    [prod?.author, prod?.since, prod?.verdict, prod?.violations],
    ['Ann', assigned.timestamp, 'violating', ["from: not in 'staging'"]],
  );
  assert.deepEqual([dev?.author, dev?.verdict], [null, null]);
});

test('columns are those of .gto in their order, then what is in use all the same', () => {
  const rows = [artifact({ stages: { prod: ['v1'], old: ['v1'], left: [] } })];
  assert.deepEqual(
    columnsOf(rows, ['dev', 'prod']).map(({ stage, isAllowed }) => [stage, isAllowed]),
    [
      [null, true],
      ['dev', true],
      ['prod', true],
      ['old', false],
    ],
  );
  assert.deepEqual(
    columnsOf(rows, null).map(({ stage, isAllowed }) => [stage, isAllowed]),
    [
      [null, true],
      ['old', true],
      ['prod', true],
    ],
  );
});

test('the artifacts of another day are in the order of today', () => {
  const shown: ShowResult = {
    ...told,
    artifacts: {
      gone: { version: 'v1.0.0', stage: { dev: null }, registered: true, active: false },
      churn: {
        version: 'v2.0.0',
        stage: { dev: 'v2.0.0, v1.0.0', prod: null },
        registered: true,
        active: true,
      },
    },
  };
  const rows = rowsThen(shown, [artifact({ unpushed: 2 })]);
  assert.deepEqual(
    rows.map((row) => [row.name, row.type, row.latest, row.stages, row.deprecated, row.unpushed]),
    [
      ['churn', 'model', 'v2.0.0', { dev: ['v2.0.0', 'v1.0.0'] }, false, null],
      ['gone', null, 'v1.0.0', {}, true, null],
    ],
  );
});

/** A daemon with these events, newest first, in pages. */
function daemon(events: readonly HistoryRow[]) {
  const asked: Record<string, unknown>[] = [];
  const state = { events, fails: 0 };
  const ask = (_method: string, params: Record<string, unknown>) => {
    asked.push(params);
    const { name, event: kind, limit, cursor } = params;
    if (cursor !== undefined && state.fails-- > 0)
      return Promise.reject(new Refusal('Changed', 'RegistryChanged', ''));
    const found = state.events.filter(
      (each) =>
        (name === undefined || each.artifact === name) &&
        (kind === undefined || each.event === kind),
    );
    const from = Number(cursor ?? 0);
    const to = limit === undefined ? found.length : from + Number(limit);
    const next_cursor = limit !== undefined && to < found.length ? String(to) : null;
    return Promise.resolve({ ...told, events: found.slice(from, to), next_cursor });
  };
  const placing = new PlacingEvents({ ask }, '/a');
  return { asked, state, placing };
}

const HOW = { signatures: true };
const inProd = { name: 'churn', stage: 'prod', version: 'v3.0.0' };

test('who put a version where it is is asked for once, until it is forgotten', async () => {
  const newest = event({ version: 'v3.0.0', ref: 'churn#prod#4' });
  const { asked, state, placing } = daemon([
    newest,
    event({ version: 'v3.0.0', ref: 'churn#prod#2' }),
    event({ event: 'registration', stage: null, version: 'v3.0.0', ref: 'churn@v3.0.0' }),
  ]);
  const loose = { name: 'churn', stage: null, version: 'v3.0.0' };
  const found = await placing.of([inProd, loose], HOW);
  assert.deepEqual([found(inProd)?.ref, found(loose)?.ref], ['churn#prod#4', 'churn@v3.0.0']);
  assert.deepEqual(asked, [{ repo: '/a', signatures: true, name: 'churn' }]);
  await placing.of([inProd], HOW);
  assert.equal(asked.length, 1);
  // Another event than the one that is known put it there since.
  state.events = [event({ version: 'v3.0.0', timestamp: '2026-06-30T00:00:00+00:00', ref: 'new' })];
  const since = '2026-06-30T00:00:00+00:00';
  assert.equal((await placing.of([{ ...inProd, since }], HOW))(inProd)?.ref, 'new');
  placing.forget(['another']);
  await placing.of([inProd], HOW);
  assert.equal(asked.length, 2);
  placing.forget(['churn']);
  await placing.of([inProd], HOW);
  assert.equal(asked.length, 3);
});

test('of what was looked through only what was asked about is kept', async () => {
  const { asked, placing } = daemon([
    event({ version: 'v3.0.0' }),
    event({ event: 'registration', stage: null, version: 'v3.0.0' }),
  ]);
  await placing.of([inProd], HOW);
  await placing.of([{ ...inProd, stage: null }], HOW);
  assert.equal(asked.length, 2);
  await placing.of([inProd, { ...inProd, stage: null }], HOW);
  assert.equal(asked.length, 2);
});

test('signatures that were pending are asked for again once they are verified', async () => {
  const pending = {
    status: 'unverified',
    format: 'ssh',
    principal: null,
    key: null,
    reason: 'pending',
  } as const;
  const { asked, state, placing } = daemon([event({ version: 'v3.0.0', signature: pending })]);
  await placing.of([inProd], HOW);
  state.events = [
    event({ version: 'v3.0.0', signature: { ...pending, status: 'good', reason: null } }),
  ];
  placing.forgetPending();
  assert.equal((await placing.of([inProd], HOW))(inProd)?.signature?.status, 'good');
  placing.forgetPending();
  await placing.of([inProd], HOW);
  assert.equal(asked.length, 2);
});

test('an answer from before something was forgotten is not kept', async () => {
  const { asked, placing } = daemon([event({ version: 'v3.0.0' })]);
  const asking = placing.of([inProd], HOW);
  placing.forget(['churn']);
  assert.ok((await asking)(inProd));
  await placing.of([inProd], HOW);
  assert.equal(asked.length, 2);
});

test('of many artifacts events are read back as far as is needed, also while the registry changes', async () => {
  const names = Array.from({ length: 1_500 }, (_, at) => `n${at}`);
  const events = names.map((artifact) => event({ artifact, version: 'v1.0.0' }));
  const places = (from: number, to: number) =>
    names.slice(from, to).map((name) => ({ name, stage: 'prod', version: 'v1.0.0' }));
  const few = daemon(events);
  await few.placing.of(places(0, 20), HOW);
  assert.deepEqual(
    few.asked.map(({ event: kind, cursor }) => [kind, cursor]),
    [['assignment', undefined]],
  );
  const all = daemon(events);
  const found = await all.placing.of(places(0, 1_500), HOW);
  assert.ok(places(0, 1_500).every((place) => found(place) !== undefined));
  assert.deepEqual(
    all.asked.map(({ cursor }) => cursor),
    [undefined, '1000'],
  );
  const restless = daemon(events);
  restless.state.fails = 1;
  const complete = await restless.placing.of(places(0, 1_500), HOW);
  assert.ok(places(0, 1_500).every((place) => complete(place) !== undefined));
  assert.equal(restless.asked.at(-1)?.['limit'], undefined);
});

test('events of another day are asked for as of that day', async () => {
  const { asked, placing } = daemon([event({ version: 'v3.0.0' })]);
  await placing.of([inProd], { signatures: false, as_of: '2026-05-31T00:00:00Z' });
  assert.equal(asked[0]?.['as_of'], '2026-05-31T00:00:00Z');
});
