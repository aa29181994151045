import assert from 'node:assert/strict';
import test from 'node:test';
import { headlineText, KnownMetrics, metricRows, metricsChange } from '../../src/registry/metrics';
import type { Repository } from '../../src/registry/repository';
import { itemOf } from '../../src/views/items';
import { tooltipOf } from '../../src/views/tooltips';
import { artifact, metrics, repositoryOf, values, version } from './rows';

const AUC = 'metrics.json:auc';
const change = { [AUC]: { against: 'v3.0.0', from: 0.909, to: 0.921, difference: 0.012 } };

test('rows have the headline metrics of their versions once they are known', () => {
  const repository = repositoryOf(artifact());
  const known = repository.metrics;
  const common = { repository, parent: undefined };
  const node = { ...common, kind: 'artifact', id: '1', name: 'churn' } as const;
  const below = {
    ...common,
    kind: 'version',
    hasEarlier: true,
    id: '2',
    name: 'churn',
    version: version(),
  } as const;
  assert.equal(itemOf(node).description, 'v3.0.0 · latest v3.1.0 · dev v3.1.0');
  const answer = metrics(values({ changes: change }, 0.921));
  assert.deepEqual(known.take(answer, 'prod'), ['churn']);
  assert.deepEqual(known.take(answer, 'prod'), [], 'nothing new');
  assert.equal(itemOf(node).description, 'v3.0.0 · latest v3.1.0 · auc 0.921 · dev v3.1.0');
  assert.match(String(itemOf(below).description), /^auc 0\.921 · /);
  assert.match(itemOf(node).accessibilityInformation?.label ?? '', /auc 0\.921/);
  for (const each of [node, below]) {
    const text = tooltipOf(each)?.value ?? '';
    assert.match(text, /\| auc \| 0\\\.921 \| \\\+0\\\.012 \|/);
  }
});

test('names and values of others stay text in a table', () => {
  const known = new KnownMetrics();
  const answer = metrics(values({}, '[x](command:y) | <b>'));
  known.take(answer);
  const repository = { root: '/r', row: () => artifact(), metrics: known } as unknown as Repository;
  const node = { repository, parent: undefined, kind: 'artifact', id: '1', name: 'churn' } as const;
  const text = tooltipOf(node)?.value ?? '';
  assert.ok(text.includes('auc'));
  assert.doesNotMatch(text, /[^\\]\[x\]|<b>/);
});

test('what is not a number is told as what it is, and what is missing not at all', () => {
  const measured = (row: ReturnType<typeof values>) => ({
    ...metrics(row),
    row,
    against: undefined,
  });
  assert.equal(headlineText(measured(values({ special: { [AUC]: 'NaN' } }, null))), 'auc NaN');
  assert.equal(headlineText(measured(values({}, null))), '');
  assert.equal(headlineText(undefined), '');
  assert.deepEqual(metricRows(measured(values({}, 0.5, 'tree'))).rows, [
    ['auc', '0.5', ''],
    ['Model', 'tree', ''],
  ]);
});

test('the last step of a wizard says how the headline metrics change', () => {
  const answer = metrics(
    values({ version: 'v3.1.0' }, 0.913),
    values({ version: 'v3.0.0' }, 0.909),
    values({ version: 'v1.0.0' }, null),
  );
  assert.deepEqual(metricsChange(answer, 'v3.0.0', 'v3.1.0'), ['auc 0.909 → 0.913']);
  assert.deepEqual(metricsChange(answer, 'v1.0.0', 'v3.1.0'), []);
  assert.deepEqual(metricsChange(answer, 'v0.0.1', 'v3.1.0'), []);
});
