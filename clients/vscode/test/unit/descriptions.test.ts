import assert from 'node:assert/strict';
import test from 'node:test';
import { ago, inOwnTime, moment } from '../../src/text/time';
import {
  artifactAriaLabel,
  eventText,
  eventAriaLabel,
  versionText,
  artifactSummary,
  versionSummary,
  versionAriaLabel,
  withoutIcons,
} from '../../src/text/descriptions';
import { artifact, event, version } from './rows';

test('how long ago something was is said in the largest unit that fits', () => {
  const now = Date.parse('2026-06-01T00:00:00Z');
  const cases: [string, string][] = [
    ['2026-06-01T00:00:00Z', 'just now'],
    ['2026-06-01T00:05:00Z', 'just now'], // a clock that is ahead
    ['2026-05-31T23:59:00Z', '1 minute ago'],
    ['2026-05-31T23:15:00Z', '45 minutes ago'],
    ['2026-05-31T22:30:00Z', '1 hour ago'],
    ['2026-05-30T20:00:00Z', '1 day ago'],
    ['2026-05-29T00:00:00+02:00', '3 days ago'],
    ['2026-04-20T00:00:00Z', '1 month ago'],
    ['2025-09-01T00:00:00Z', '9 months ago'],
    ['2023-06-01T00:00:00Z', '3 years ago'],
  ];
  for (const [time, words] of cases) assert.equal(ago(time, now), words, time);
});

test('the state of an artifact is a line to see and a sentence to hear', () => {
  assert.equal(artifactSummary(artifact(), 'prod'), 'prod v3.0.0 · latest v3.1.0 · dev v3.1.0');
  assert.equal(artifactSummary(artifact(), 'dev'), 'dev v3.1.0 · prod v3.0.0');
  assert.equal(
    artifactAriaLabel(artifact({ unpushed: 1 })),
    'churn, model, latest version v3.1.0, in prod version v3.0.0, in dev version v3.1.0, 1 tag not pushed',
  );
  const described = artifact({ registered: false, latest: null, stages: {}, type: null });
  assert.equal(artifactSummary(described, 'prod'), 'not registered');
  assert.equal(artifactAriaLabel(described), 'churn, not registered');
});

test('what a remote lacks is said only where it is known', () => {
  for (const row of [artifact(), artifact({ unpushed: 0 })]) {
    assert.doesNotMatch(artifactAriaLabel(row), /pushed/);
  }
  assert.doesNotMatch(versionSummary(version()), /pushed/);
  assert.match(versionSummary(version({ unpushed: ['churn@v3.1.0'] })), /not pushed$/);
});

test('the state of a version names the stages that it holds, not those that others took', () => {
  const held = {
    stage: 'prod',
    ref: 'churn#prod#1',
    since: '2026-05-31T12:00:00+00:00',
    author: 'Ann',
    author_email: 'ann@example.com',
    message: 'm',
    holds: true,
  };
  const row = version({ stages: [held, { ...held, stage: 'dev', holds: false }] });
  assert.equal(versionSummary(row), 'prod · 3 days ago');
  assert.equal(versionSummary(row, 'auc 0.934'), 'prod · auc 0.934 · 3 days ago');
  assert.equal(
    versionAriaLabel('churn', row),
    'churn, version v3.1.0, the latest, in stage prod, by Ann, 3 days ago',
  );
});

test('every kind of event has words', () => {
  assert.equal(eventText(event()), 'churn v3.1.0 → prod');
  assert.equal(
    eventAriaLabel(event()),
    'churn version v3.1.0 assigned to prod, by Ann, 1 hour ago',
  );
  for (const kind of [
    'registration',
    'deregistration',
    'unassignment',
    'deprecation',
    'commit',
  ] as const) {
    assert.match(eventText(event({ event: kind })), /^churn .*(ed|from prod)$/, kind);
  }
});

test('a commit that was never registered is abbreviated, and a version is not', () => {
  assert.equal(versionText('0123456789'.repeat(4)), '0123456');
  assert.equal(versionText('v1.2.3-rc.1+build'), 'v1.2.3-rc.1+build');
});

test('the text of others draws no icons, and moments in sentences are in the time of the reader', () => {
  assert.equal(withoutIcons('Fix $(zap) and $(zap)'), 'Fix \\$(zap) and \\$(zap)');
  const time = '2026-10-31T00:24:40+00:00';
  assert.equal(inOwnTime(`Put there at ${time}.`), `Put there at ${moment(time)}.`);
});
