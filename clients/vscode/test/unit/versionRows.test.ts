import assert from 'node:assert/strict';
import test from 'node:test';
import type { VersionValues } from '../../src/protocol';
import { beginnings, columnsInSight, widthsOf } from '../../src/webview/columns';
import { filtered, inSight, ordered, sparkline, type Ranked } from '../../src/webview/versionRows';
import { metrics, values } from './rows';

const SHORT = { 'metrics.json:auc': 'auc', 'metrics.json:Model': 'Model' };

const ROWS: readonly Ranked[] = [
  values({ version: 'v10.0.0', stages: ['dev'], created_at: '2026-03-01T00:00:00Z' }, 0.8),
  values({ version: 'v9.0.0', stages: ['prod', 'staging'], created_at: null }, 0.9, 'tree'),
  values({ version: 'v2.0.0', created_at: '2026-02-01T00:00:00Z', commit: 'ab12' }, null),
].map((row: VersionValues, rank) => ({ row, rank }));

const names = (rows: readonly Ranked[]): string[] => rows.map(({ row }) => row.version);

test('rows are filtered by parts of versions, stages and commits, and by metrics', () => {
  const cases: [string, string[]][] = [
    ['', ['v10.0.0', 'v9.0.0', 'v2.0.0']],
    ['v9', ['v9.0.0']],
    ['PROD', ['v9.0.0']],
    ['ab1', ['v2.0.0']],
    ['b12', []],
    ['auc>0.85', ['v9.0.0']],
    ['auc>=0.8', ['v10.0.0', 'v9.0.0']],
    ['auc<0.85', ['v10.0.0']],
    ['auc<=0.8', ['v10.0.0']],
    ['metrics.json:auc=0.9', ['v9.0.0']],
    ['model=tree', ['v9.0.0']],
    ['auc>0.7 dev', ['v10.0.0']],
    ['nothing>1', []],
    ['auc>x', []],
  ];
  for (const [filter, left] of cases)
    assert.deepEqual(names(filtered(ROWS, filter, SHORT)), left, filter);
});

test('rows are ordered by any column, and what has no value comes last either way', () => {
  const by = (by: Parameters<typeof ordered>[1]['by'], isDescending: boolean): string[] =>
    names(ordered(ROWS, { by, isDescending }));
  assert.deepEqual(by('version', true), ['v10.0.0', 'v9.0.0', 'v2.0.0']);
  assert.deepEqual(by('version', false), ['v2.0.0', 'v9.0.0', 'v10.0.0']);
  assert.deepEqual(by('created', false), ['v2.0.0', 'v10.0.0', 'v9.0.0']);
  assert.deepEqual(by('stages', false), ['v10.0.0', 'v9.0.0', 'v2.0.0']);
  const metric = { metric: 'metrics.json:auc' };
  assert.deepEqual(by(metric, true), ['v9.0.0', 'v10.0.0', 'v2.0.0']);
  assert.deepEqual(by(metric, false), ['v10.0.0', 'v9.0.0', 'v2.0.0']);
});

test('a column with numbers and words has the numbers first', () => {
  const mixed = [
    values({ version: 'a' }, 'x'),
    values({ version: 'b' }, 2),
    values({ version: 'c' }, 1),
  ];
  const rows = mixed.map((row, rank) => ({ row, rank }));
  const order = { by: { metric: 'metrics.json:auc' }, isDescending: false };
  assert.deepEqual(names(ordered(rows, order)), ['c', 'b', 'a']);
});

test('a sparkline goes through what is known, from corner to corner', () => {
  const box = { width: 100, height: 10 };
  assert.equal(sparkline([0, null, 'x', 5, 10], box), '0.0,10.0 75.0,5.0 100.0,0.0');
  assert.equal(sparkline([1, 1], box), '0.0,5.0 100.0,5.0');
  for (const nothing of [[], [1], [null, NaN, 'x']]) assert.equal(sparkline(nothing, box), '');
  const many = sparkline(
    Array.from({ length: 1000 }, (_, at) => at),
    box,
  );
  assert.ok(many.split(' ').length <= 81);
  assert.ok(many.endsWith('100.0,0.0'));
});

test('what is in sight has some rows around it, and never more than there are', () => {
  const at = (top: number, count: number): readonly number[] =>
    inSight({ top, height: 300, row: 30 }, count, 2);
  assert.deepEqual(at(0, 1000), [0, 12]);
  assert.deepEqual(at(3000, 1000), [98, 112]);
  assert.deepEqual(at(29_700, 1000), [988, 1000]);
  assert.deepEqual(at(-200, 1000), [0, 6]);
  assert.deepEqual(at(99_999, 5), [5, 5]);
  assert.deepEqual(at(0, 0), [0, 0]);
});

const widest = (columns: ReturnType<typeof widthsOf>): number[] =>
  [...columns.metrics.values()].map(({ width }) => width);

test('columns are as wide as what is in them, values and changes, heads and stages', () => {
  const one = (told: Partial<VersionValues>, auc: unknown = 1) =>
    widthsOf(metrics(values(told, auc)), 8, 'deregistered');
  const change = { against: 'v3.0.0', from: 0.01086, to: 0.008078, difference: -0.002778 };
  const changes = { 'metrics.json:auc': change };
  const few = one({});
  assert.deepEqual(widest(few), [104, 104]);
  assert.equal(few.metrics.get('metrics.json:auc')?.change, 0);
  // Eight characters, nine smaller ones for the change, and what is around them.
  const many = one({ changes }, 0.008078);
  assert.deepEqual(widest(many), [8 * 8 + 67 + 28, 104]);
  assert.equal(many.metrics.get('metrics.json:auc')?.change, 67);
  assert.equal(few.stages, 100);
  assert.equal(one({ stages: ['dev', 'staging', 'prod'] }).stages, 14 * 8 + 3 * 20 + 20);
  assert.equal(one({ active: false }).stages, 12 * 8 + 40);
  assert.equal(one({ version: 'v10.0.0-rc.1' }).version, 12 * 8 + 42);
  // What is very long is cut.
  assert.deepEqual(widest(one({}, 'x'.repeat(1000))), [280, 104]);
  assert.deepEqual(widest(widthsOf(metrics(), 8, '')), [104, 104]);
});

test('the columns in sight have some around them, and there is a place for the others', () => {
  const begins = beginnings([100, 200, 50, 50, 100, 300, 100]);
  assert.deepEqual(begins, [0, 100, 300, 350, 400, 500, 800, 900]);
  const at = (left: number, width: number): readonly number[] =>
    columnsInSight(begins, { left, width }, 0);
  assert.deepEqual(at(-300, 200), [0, 0]);
  assert.deepEqual(at(-300, 301), [0, 1]);
  assert.deepEqual(at(99, 1), [0, 1]);
  assert.deepEqual(at(100, 201), [1, 3]);
  assert.deepEqual(at(850, 5000), [6, 7]);
  assert.deepEqual(at(5000, 100), [7, 7]);
  assert.deepEqual(columnsInSight(begins, { left: 350, width: 50 }, 2), [1, 6]);
  assert.deepEqual(columnsInSight(beginnings([]), { left: 0, width: 500 }), [0, 0]);
});
