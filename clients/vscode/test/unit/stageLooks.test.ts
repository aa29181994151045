import assert from 'node:assert/strict';
import test from 'node:test';
import { stageLooks } from '../../src/registry/stageLooks';

const NONE = { icons: {}, colors: {} };
const stagesOf = (...names: readonly string[]) => names.map((name) => ({ name, isAllowed: true }));

test('no two stages have one shape, and the most important one always has the same', () => {
  for (const names of [
    ['dev', 'staging', 'prod'],
    ['dev', 'development', 'qa', 'test', 'canary', 'blue', 'green', 'live'],
    ['a1', 'b1', 'c1', 'd1', 'e1', 'f1', 'g1', 'h1', 'i1'],
  ]) {
    const looks = [...stageLooks(stagesOf(...names), names.at(-1) ?? '', NONE).values()];
    assert.equal(new Set(looks.map(({ icon }) => icon)).size, names.length, names.join());
    assert.deepEqual(looks.at(-1), { icon: 'rocket', color: 'charts.green' });
  }
});

test('usual names look the same in every registry, whatever else there is', () => {
  for (const names of [['dev', 'prod'], ['alpha', 'beta', 'dev', 'prod'], ['dev']])
    assert.equal(stageLooks(stagesOf(...names), 'prod', NONE).get('dev')?.icon, 'beaker');
});

test('there may be more stages than looks, and what .gto does not allow is told apart', () => {
  const many = Array.from({ length: 40 }, (_, at) => `stage-${at}`);
  const stages = [...stagesOf(...many), { name: 'stray', isAllowed: false }];
  const looks = stageLooks(stages, 'prod', NONE);
  assert.equal(looks.size, 41);
  assert.equal(looks.get('stray')?.icon, 'question');
});

test('what somebody chose for a stage counts, in whichever part', () => {
  const chosen = { icons: { prod: 'globe' }, colors: { dev: 'charts.red' } };
  const looks = stageLooks(stagesOf('dev', 'prod'), 'prod', chosen);
  assert.deepEqual(looks.get('prod'), { icon: 'globe', color: 'charts.green' });
  assert.deepEqual(looks.get('dev'), { icon: 'beaker', color: 'charts.red' });
});
