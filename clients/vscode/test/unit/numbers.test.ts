import assert from 'node:assert/strict';
import test from 'node:test';
import { differenceText, percentText, valueText } from '../../src/text/numbers';

test('values are on one line, with four significant digits', () => {
  const cases: [unknown, string][] = [
    [0.93412, '0.9341'],
    [0.9, '0.9'],
    [1, '1'],
    [-0, '0'],
    [12345.678, '12346'],
    [999.96, '1000'],
    [0.000012345, '0.00001234'],
    [1234567, '1234567'],
    [NaN, 'NaN'],
    [-Infinity, '-Infinity'],
    [true, 'true'],
    [null, 'null'],
    [undefined, 'null'],
    ['two\nlines', 'two lines'],
    ['x'.repeat(100), `${'x'.repeat(60)}…`],
    [[1, 'é'], '[1,"é"]'],
  ];
  for (const [value, words] of cases) assert.equal(valueText(value), words, JSON.stringify(value));
});

test('differences have a sign, and a part of what they are a difference to', () => {
  assert.equal(differenceText(0.934 - 0.922), '+0.012');
  assert.equal(differenceText(-3), '-3');
  assert.equal(differenceText(0), '±0');
  assert.equal(percentText(0.012, 0.922), '+1.3 %');
  assert.equal(percentText(-0.5, -2), '-25 %');
  assert.equal(percentText(2, 1), '+200 %');
  for (const [difference, from] of [
    [1, 0],
    [0, 1],
    [1e9, 1],
    [NaN, 1],
  ] as const)
    assert.equal(percentText(difference, from), '', `${difference} of ${from}`);
});
