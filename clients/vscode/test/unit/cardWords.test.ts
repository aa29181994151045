import assert from 'node:assert/strict';
import test from 'node:test';
import { pageTexts } from '../../src/panels/texts';
import { lanesOf } from '../../src/webview/boardModel';
import { hintOf, laneName, marksOf, movedText, sentenceOf } from '../../src/webview/cardWords';
import { ages } from '../../src/webview/words';
import { card } from './rows';

const texts = pageTexts();
const signature = {
  status: 'good',
  format: 'ssh',
  principal: 'ann@example.com',
  key: 'k',
  reason: null,
} as const;

test('a card is read as one sentence', () => {
  const told = card({
    author: 'Ann',
    newer: 'v3.1.0',
    signature,
    verdict: 'violating',
    violations: ["from: it is not in 'staging'"],
    unpushed: 2,
  });
  assert.equal(
    sentenceOf(told, texts, '2 months ago'),
    "churn, model, version v3.0.0, in prod, by Ann, 2 months ago, v3.1.0 is newer, signed: by ann@example.com, violates the rules: from: it is not in 'staging', 2 tags not pushed",
  );
  assert.equal(
    sentenceOf(card({ stage: null, version: null, type: null, isDeprecated: true }), texts, ''),
    'churn, no version, in no stage, deprecated',
  );
});

test('what is wrong with a signature is said, and nothing of one that is not known', () => {
  const words = (status: 'bad' | 'revoked' | 'expired' | 'unknown-key' | 'none' | 'unverified') =>
    marksOf(card({ signature: { ...signature, status } }), texts).map((mark) => mark.words);
  assert.deepEqual(words('bad'), ['bad signature']);
  assert.deepEqual(words('revoked'), ['signed with a revoked key']);
  assert.deepEqual(words('expired'), ['signed with an expired key']);
  assert.deepEqual(words('unknown-key'), ['signed with an unknown key']);
  assert.deepEqual(words('none'), []);
  assert.deepEqual(words('unverified'), []);
});

test('a column says its stage and how many cards it has, hidden ones too', () => {
  const columns = [
    { stage: null, isAllowed: true },
    { stage: 'old', isAllowed: false },
  ];
  const cards = [card({ stage: 'old' }), card({ stage: 'old', name: 'other' })];
  const lanes = lanesOf({ columns, cards }, new Map([['old', 1]]));
  assert.deepEqual(
    lanes.map((lane) => laneName(lane, texts)),
    ['No stage, 0 cards', 'old, 2 cards, not in .gto'],
  );
});

test('a column says what letting go there would do, and what the rules say', () => {
  const held = card({ stage: 'dev' });
  const assigns = { does: 'assign', replaces: [] } as const;
  assert.equal(hintOf(held, 'prod', assigns, texts), 'Assign prod…');
  assert.equal(
    hintOf(held, 'prod', { does: 'assign', replaces: ['v1'] }, texts),
    'Assign prod, in place of v1…',
  );
  assert.equal(hintOf(held, null, { does: 'remove', from: 'dev' }, texts), 'Remove from dev…');
  assert.equal(hintOf(held, 'dev', { does: 'nothing' }, texts), 'It stays where it is.');
  assert.equal(
    hintOf(held, 'prod', { does: 'nothing' }, texts),
    'churn v3.0.0 is in prod already.',
  );
  assert.equal(
    hintOf(held, 'prod', assigns, texts, 'Not yet.'),
    'The rules do not allow it now. Not yet.',
  );
});

test('what moved is said of a few cards, and counted of many', () => {
  const moved = ['a', 'b', 'c', 'd', 'e'].map((name, at) => ({
    card: card({ name }),
    came: at > 0,
  }));
  assert.equal(
    movedText(moved, texts),
    'a v3.0.0 is no longer in prod. b v3.0.0 is in prod now. c v3.0.0 is in prod now. 2 more cards have moved.',
  );
});

test('ages are those of the sidebar, in the language of the reader', () => {
  const now = Date.parse('2026-06-30T12:00:00Z');
  const age = (time: string, language = 'en') => ages(language)(time, now);
  assert.equal(age('2026-06-30T11:59:30Z'), undefined);
  assert.equal(age('2026-06-30T11:58:30Z'), '1 minute ago');
  assert.equal(age('2026-06-27T11:00:00Z'), '3 days ago');
  assert.equal(age('2026-04-27T11:00:00Z'), '2 months ago');
  assert.equal(age('2024-04-27T11:00:00Z'), '2 years ago');
  assert.equal(age('2026-07-30T11:00:00Z'), undefined, 'a clock that is ahead');
  assert.equal(age('2026-06-27T11:00:00Z', 'de'), 'vor 3 Tagen');
});
