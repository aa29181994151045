import assert from 'node:assert/strict';
import test from 'node:test';
import type { BoardCard, BoardColumn } from '../../src/panels/messages';
import {
  activeIn,
  effectOf,
  keyOf,
  lanesOf,
  MAX_CARDS,
  movements,
  placeOf,
  stepFrom,
} from '../../src/webview/boardModel';
import { card } from './rows';

const columns: readonly BoardColumn[] = [null, 'dev', 'staging', 'prod'].map((stage) => ({
  stage,
  isAllowed: true,
}));
const lanes = (...cards: readonly BoardCard[]) => lanesOf({ columns, cards });
const a = card({ name: 'a', stage: 'dev' });
const b = card({ name: 'b', stage: 'dev' });
const c = card({ name: 'c', stage: 'prod' });
const loose = card({ name: 'loose', stage: null });

test('cards are in the column of their stage, in their order, and of very many the first', () => {
  const shown = lanes(a, c, b, loose);
  assert.deepEqual(
    shown.map(({ cards }) => cards.map(({ name }) => name)),
    [['loose'], ['a', 'b'], [], ['c']],
  );
  const many = Array.from({ length: MAX_CARDS + 2 }, (_, at) => card({ name: `n${at}` }));
  const [, , , prod] = lanes(...many);
  assert.deepEqual([prod?.cards.length, prod?.more], [MAX_CARDS, 2]);
  const [, , , all] = lanesOf({ columns, cards: many }, new Map([['prod', 2 * MAX_CARDS]]));
  assert.deepEqual([all?.cards.length, all?.more], [MAX_CARDS + 2, 0]);
});

test('arrow keys lead up and down a column, and to the next column that has cards', () => {
  const shown = lanes(loose, a, b, c);
  const from = (key: string, each: BoardCard): string | undefined => {
    const at = placeOf(shown, keyOf(each));
    assert.ok(at);
    return stepFrom(shown, at, key)?.name;
  };
  assert.equal(from('ArrowDown', a), 'b');
  assert.equal(from('ArrowDown', b), 'b');
  assert.equal(from('ArrowUp', a), 'a');
  assert.equal(from('End', a), 'b');
  assert.equal(from('Home', b), 'a');
  assert.equal(from('PageDown', a), 'b');
  assert.equal(from('ArrowRight', b), 'c', 'past the empty column');
  assert.equal(from('ArrowRight', c), undefined);
  assert.equal(from('ArrowLeft', c), 'a');
  assert.equal(from('ArrowLeft', a), 'loose');
  assert.equal(from('x', a), undefined);
});

test('the keyboard stays with a card, goes with its version, or takes what took its place', () => {
  const before = lanes(a, b, c);
  const active = (key: string | undefined, ...cards: BoardCard[]) =>
    activeIn(lanes(...cards), before, key);
  assert.equal(active(keyOf(b), a, b, c), keyOf(b));
  const moved = card({ name: 'b', stage: 'prod' });
  assert.equal(active(keyOf(b), a, c, moved), keyOf(moved));
  assert.equal(active(keyOf(a), b, c), keyOf(b));
  assert.equal(active(keyOf(c), a, b), keyOf(a), 'its column is empty');
  assert.equal(active('never seen', a, b), keyOf(a));
  assert.equal(active(undefined), undefined);
});

test('what moved is told once, and what is in no stage has not moved', () => {
  const v2 = card({ name: 'c', stage: 'prod', version: 'v2', label: 'v2' });
  const told = (before: BoardCard[], after: BoardCard[]) =>
    movements(before, after).map(({ card: { name, version }, came }) => [name, version, came]);
  assert.deepEqual(told([a, c], [a, v2]), [['c', 'v2', true]]);
  assert.deepEqual(told([a, c], [a]), [['c', 'v3.0.0', false]]);
  assert.deepEqual(told([a], [a, loose]), []);
  assert.deepEqual(told([loose], [card({ name: 'loose', stage: 'dev' })]), [
    ['loose', 'v3.0.0', true],
  ]);
  assert.deepEqual(told([a, b, c], [c, b, a]), []);
});

test('letting go of a card assigns, removes, or does nothing', () => {
  const other = card({ name: 'a', stage: 'prod', version: 'v1', label: 'v1' });
  const all = [a, other, b, loose];
  assert.deepEqual(effectOf(a, 'prod', all), { does: 'assign', replaces: ['v1'] });
  assert.deepEqual(effectOf(a, 'staging', all), { does: 'assign', replaces: [] });
  assert.deepEqual(effectOf(a, 'dev', all), { does: 'nothing' });
  assert.deepEqual(effectOf(a, null, all), { does: 'remove', from: 'dev' });
  assert.deepEqual(effectOf(loose, null, all), { does: 'nothing' });
  const twin = card({ name: 'b', stage: 'prod' });
  assert.deepEqual(effectOf(b, 'prod', [...all, twin]), { does: 'nothing' });
});
