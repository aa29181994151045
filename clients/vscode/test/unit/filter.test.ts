import assert from 'node:assert/strict';
import test from 'node:test';
import {
  filterText,
  isChangedSince,
  matches,
  parseFilter,
  STATES,
  toggled,
} from '../../src/registry/filter';
import type { TreeRow } from '../../src/protocol';
import { artifact } from './rows';

const PROBLEM = { code: 'missing-path', severity: 'warning', message: 'm', hint: 'h' } as const;
const ROWS: readonly TreeRow[] = [
  artifact({ name: 'churn', description: 'Who is about to leave', labels: ['tabular'] }),
  artifact({ name: 'audio:asr', stages: { dev: ['v3.1.0'] }, labels: ['two words'], unpushed: 1 }),
  artifact({ name: 'audio:tts', type: 'dataset', stages: { prod: ['v3.1.0'] } }),
  artifact({
    name: 'vision:Größe',
    type: null,
    latest: null,
    stages: {},
    registered: false,
    problems: [PROBLEM],
  }),
];

const found = (query: string): string =>
  ROWS.filter((row) => matches(row, parseFilter(query), 'prod'))
    .map(({ name }) => name)
    .join(' ');

for (const [query, names] of Object.entries({
  '': 'churn audio:asr audio:tts vision:Größe',
  audio: 'audio:asr audio:tts',
  'AUDIO ts': 'audio:tts',
  'audio:asr': 'audio:asr',
  leave: 'churn',
  größe: 'vision:Größe',
  'stage:prod': 'churn audio:tts',
  'stage:PROD stage:dev': 'churn audio:asr audio:tts',
  'stage:prod type:model': 'churn',
  'type:model type:dataset audio': 'audio:asr audio:tts',
  'label:"two words"': 'audio:asr',
  'label:"two words': 'audio:asr',
  tabular: 'churn',
  'is:changed': 'churn',
  'is:unpushed': 'audio:asr',
  'is:unregistered': 'vision:Größe',
  'is:problem': 'vision:Größe',
  'stage: audio': 'audio:asr audio:tts',
  'stage:none': '',
  'nothing like it': '',
})) {
  test(`the filter «${query}» leaves ${names || 'nothing'}`, () => {
    assert.equal(found(query), names);
  });
}

test('a filter is written as it is read', () => {
  for (const query of ['', 'audio stage:prod', 'label:"two words" "a b"', '"stage:prod"'])
    assert.equal(filterText(parseFilter(query)), query);
  assert.equal(filterText(parseFilter('  Stage:prod   "audio" ')), 'stage:prod audio');
});

test('a condition is added once, and taken away again', () => {
  const prod = { facet: 'stage', value: 'prod' } as const;
  const once = toggled(parseFilter('audio'), prod);
  assert.equal(filterText(once), 'audio stage:prod');
  assert.equal(filterText(toggled(once, { ...prod, value: 'PROD' })), 'audio');
});

test('changed is what has a newer version than all that the stage holds', () => {
  const changed = (latest: string | null, ...prod: string[]): boolean =>
    isChangedSince(artifact({ latest, stages: prod.length > 0 ? { prod } : {} }), 'prod');
  assert.deepEqual(
    [
      changed('v3.1.0', 'v3.0.0'),
      changed('v3.10.0', 'v3.9.0', 'v3.1.0'),
      changed('v3.1.0', 'c'.repeat(40)),
    ],
    [true, true, true],
  );
  assert.deepEqual(
    [
      changed('v3.1.0', 'v3.1.0'),
      changed('v3.1.0', 'v3.0.0', 'v3.1.0'),
      changed('v3.0.0', 'v3.1.0'),
      changed('v3.1.0'),
      changed(null, 'v3.1.0'),
    ],
    [false, false, false, false, false],
  );
});

test('a hint is no problem, and names of any length and script are found', () => {
  const hint = artifact({ problems: [{ ...PROBLEM, severity: 'info' }] });
  assert.equal(matches(hint, parseFilter('is:problem'), 'prod'), false);
  for (const name of ['a'.repeat(170), 'שלום-עולם', 'نموذج'])
    assert.ok(matches(artifact({ name }), parseFilter(name.slice(0, 3)), 'prod'));
  assert.equal(STATES.length, 4);
});
