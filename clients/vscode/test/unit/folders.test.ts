import assert from 'node:assert/strict';
import test from 'node:test';
import { levelOf, pathTo, rollUp } from '../../src/registry/folders';
import { artifact } from './rows';

const at = (dir: string, label: string) =>
  artifact({ dir, label, name: dir === '' ? label : `${dir}:${label}` });
const ROWS = [
  at('', 'churn'),
  at('audio', 'asr'),
  at('audio', 'tts'),
  at('services/search/models', 'ranker'),
  at('services/search/models', 'spell'),
  at('services/search/models/tiny', 'ranker'),
  at('vision', 'depth'),
  at('vision2', 'depth'),
];

const names = (dir: string) => {
  const { folders, rows } = levelOf(ROWS, dir);
  return [folders, rows.map(({ label }) => label)];
};

test('folders are nested, and those with nothing but a folder are one with it', () => {
  assert.deepEqual(names(''), [
    ['audio', 'services/search/models', 'vision', 'vision2'],
    ['churn'],
  ]);
  assert.deepEqual(names('audio'), [[], ['asr', 'tts']]);
  assert.deepEqual(names('services/search/models'), [
    ['services/search/models/tiny'],
    ['ranker', 'spell'],
  ]);
  assert.deepEqual(names('vision'), [[], ['depth']]);
});

test('a folder that gets another beside it is on a level of its own', () => {
  const rows = [...ROWS, at('services/fraud', 'cards')];
  assert.deepEqual(levelOf(rows, '').folders, ['audio', 'services', 'vision', 'vision2']);
  assert.deepEqual(levelOf(rows, 'services').folders, ['services/search/models', 'services/fraud']);
});

test('the way to a folder names all that are on it', () => {
  assert.deepEqual(pathTo(ROWS, ''), []);
  assert.deepEqual(pathTo(ROWS, 'audio'), ['audio']);
  assert.deepEqual(pathTo(ROWS, 'services/search/models/tiny'), [
    'services/search/models',
    'services/search/models/tiny',
  ]);
  assert.deepEqual(pathTo(ROWS, 'gone'), []);
});

test('artifacts are counted, with those in the main stage and those with problems', () => {
  const problem = { code: 'c', severity: 'warning', message: 'm', hint: 'h' } as const;
  const rows = [
    artifact(),
    artifact({ stages: {}, problems: [problem, problem] }),
    artifact({ problems: [{ ...problem, severity: 'info' }] }),
  ];
  assert.deepEqual(rollUp(rows, 'prod'), { artifacts: 3, inMain: 2, problems: 1 });
  assert.deepEqual(rollUp(rows, 'dev'), { artifacts: 3, inMain: 2, problems: 1 });
  assert.deepEqual(rollUp([], 'prod'), { artifacts: 0, inMain: 0, problems: 0 });
});
