import assert from 'node:assert/strict';
import test from 'node:test';
import type { Plot, PlotData } from '../../src/protocol';
import { bars, confusions, drawing, sided, type SidedPlot } from '../../src/webview/series';

const data = (label: string, points: PlotData['points']): PlotData => ({
  artifact: 'churn',
  version: label,
  label,
  ref: label,
  commit: 'c'.repeat(40),
  created_at: null,
  active: true,
  stages: [],
  points,
});

const plot = (told: Partial<Plot>, ...of: readonly PlotData[]): SidedPlot =>
  sided(unsided(told, of), ['v1', 'v2']);
const unsided = (told: Partial<Plot>, of: readonly PlotData[]): Plot => ({
  id: 'p',
  title: '',
  template: 'linear',
  x: 'x',
  y: 'y',
  x_label: '',
  y_label: '',
  data: of,
  ...told,
});

test('versions are laid over each other along numbers, which files of CSV have as words', () => {
  const found = drawing(
    plot(
      {},
      data('v1', [
        { x: '0', y: '1' },
        { x: '2', y: '3' },
      ]),
      data('v2', [
        { x: 1, y: 5 },
        { x: 2, y: null },
      ]),
    ),
  );
  assert.deepEqual(found.along, [0, 1, 2]);
  assert.equal(found.words, undefined);
  assert.deepEqual(found.values, [
    [1, null, 3],
    [null, 5, null],
  ]);
  assert.deepEqual(found.series, [
    { label: 'v1', side: 0, line: 0 },
    { label: 'v2', side: 1, line: 0 },
  ]);
});

test('a curve that goes straight up keeps its points in their order', () => {
  const points = [
    { x: 0, y: 0 },
    { x: 0, y: 0.5 },
    { x: 0, y: 0.9 },
    { x: 1, y: 1 },
  ];
  assert.deepEqual(drawing(plot({}, data('v1', points))).values, [[0, 0.5, 0.9, 1]]);
});

test('along words the places are those of the words, and several fields are several lines', () => {
  const found = drawing(
    plot(
      {},
      data('v1', [
        { x: 'Mo', y: 1, field: 'a' },
        { x: 'Tu', y: 2, field: 'b' },
        { x: 'Mo', y: 3, field: 'b' },
      ]),
    ),
  );
  assert.deepEqual(found.words, ['Mo', 'Tu']);
  assert.deepEqual(found.along, [0, 0, 1]);
  assert.deepEqual(
    found.series.map(({ label, line }) => [label, line]),
    [
      ['v1 a', 0],
      ['v1 b', 1],
    ],
  );
});

test('a plot without points is drawn as nothing', () => {
  assert.deepEqual(drawing(plot({})), { along: [], words: undefined, series: [], values: [] });
});

test('confusion matrices have the classes of all versions, and count', () => {
  const confused = { template: 'confusion', x: 'actual', y: 'predicted' };
  const found = confusions(
    plot(
      confused,
      data('v1', [
        { actual: 'cat', predicted: 'dog' },
        { actual: 'cat', predicted: 'dog' },
        { actual: 10, predicted: 9 },
      ]),
      data('v2', [{ actual: 'owl', predicted: 'owl' }]),
    ),
  );
  assert.deepEqual(found.classes, ['9', '10', 'cat', 'dog', 'owl']);
  const [one, two] = found.of;
  assert.ok(one && two);
  assert.equal(one.counts[2]?.[3], 2);
  assert.equal(one.counts[1]?.[0], 1);
  assert.equal(two.counts[4]?.[4], 1);
  assert.equal(
    two.counts.flat().reduce((sum, each) => sum + each),
    1,
  );
});

test('bars have a number for each word, whichever axis has the words', () => {
  const points = [
    { name: 'age', weight: '0.5' },
    { name: 'plan', weight: 0.25 },
  ];
  for (const axes of [
    { x: 'weight', y: 'name' },
    { x: 'name', y: 'weight' },
  ]) {
    const found = bars(plot({ template: 'bar_horizontal', ...axes }, data('v1', points)));
    assert.deepEqual(found.words, ['age', 'plan']);
    assert.deepEqual(
      [...(found.of[0]?.values ?? [])],
      [
        ['age', 0.5],
        ['plan', 0.25],
      ],
    );
  }
});

test('what is of the left side has its place and colour, in whichever order it comes, and alone too', () => {
  const [one, other] = [data('v1', [{ x: 0, y: 1 }]), data('v2', [{ x: 0, y: 2 }])];
  const found = plot({}, other, one);
  assert.deepEqual(
    found.data.map(({ label, side }) => [label, side]),
    [
      ['v1', 0],
      ['v2', 1],
    ],
  );
  assert.deepEqual(
    drawing(plot({}, other)).series.map(({ side }) => side),
    [1],
  );
  assert.deepEqual(
    bars(plot({}, other)).of.map(({ side }) => side),
    [1],
  );
});
