import assert from 'node:assert/strict';
import test from 'node:test';
import { artifactsInOrder, versionsInOrder, type Sort } from '../../src/registry/order';
import { artifact, version } from './rows';

const [may, june, juneInTokyo] = [
  '2026-05-31T12:00:00+00:00',
  '2026-06-01T01:00:00+00:00',
  '2026-06-01T09:00:00+09:00',
];
// As the daemon has them: by name.
const ARTIFACTS = [
  artifact({ name: 'a', latest: 'v1.2.0', since: { dev: june, prod: may } }),
  artifact({ name: 'b', latest: 'v1.10.0', since: { dev: juneInTokyo } }),
  artifact({ name: 'c', latest: null, since: {} }),
  artifact({ name: 'd', latest: 'v1.10.0-rc.2', since: {} }),
  artifact({ name: 'e', latest: 'v1.10.0', since: { prod: may } }),
];

for (const [sort, names] of [
  ['name', 'abcde'],
  ['semver', 'bedac'],
  ['time', 'abecd'],
] as const) {
  test(`artifacts by ${sort}; what is equal or has none stays in the order of the names`, () => {
    const rows = artifactsInOrder(ARTIFACTS, sort).map(({ name }) => name);
    assert.equal(rows.join(''), names);
    assert.equal(ARTIFACTS.map(({ name }) => name).join(''), 'abcde', 'an answer stays as it is');
  });
}

test("versions are in the daemon's order, unless the newest comes first", () => {
  // As the daemon has them: the greatest first, and what has no version last.
  const versions = [
    version({ version: 'v2.0.0', created_at: may }),
    version({ version: 'v1.10.0', created_at: june }),
    version({ version: 'v1.9.0', created_at: null }),
    version({ version: 'v1.8.0', created_at: juneInTokyo }),
  ];
  const order = (sort: Sort): string[] => versionsInOrder(versions, sort).map((row) => row.version);
  assert.deepEqual(order('name'), ['v2.0.0', 'v1.10.0', 'v1.9.0', 'v1.8.0']);
  assert.deepEqual(order('semver'), order('name'));
  assert.deepEqual(order('time'), ['v1.10.0', 'v1.8.0', 'v2.0.0', 'v1.9.0']);
});
