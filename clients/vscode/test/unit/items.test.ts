import assert from 'node:assert/strict';
import test from 'node:test';
import type { Repository } from '../../src/registry/repository';
import { itemOf } from '../../src/views/items';
import type { Node } from '../../src/views/nodes';
import { tooltipOf } from '../../src/views/tooltips';
import { unlinked } from '../../src/text/words';
import { artifact, event, version } from './rows';

const row = artifact();
const repository = {
  root: '/repo',
  label: 'repo',
  row: () => row,
  inStage: () => [row],
} as unknown as Repository;
const common = { repository, parent: undefined };
const held = {
  stage: 'prod',
  ref: 'churn#prod#1',
  since: '2026-05-31T12:00:00+00:00',
  author: 'Ann',
  author_email: 'ann@example.com',
  message: '*not* <b>bold</b>',
  holds: true,
};
const NODES: Node[] = [
  { ...common, kind: 'repository', id: '1' },
  { ...common, kind: 'folder', id: '2', dir: 'search' },
  { ...common, kind: 'artifact', id: '3', name: 'churn' },
  { ...common, kind: 'version', id: '4', name: 'churn', version: version() },
  { ...common, kind: 'held', id: '5', name: 'churn', version: version(), held },
  { ...common, kind: 'stage', id: '6', stage: 'prod', isAllowed: true },
  { ...common, kind: 'holder', id: '7', stage: 'prod', name: 'churn' },
  { ...common, kind: 'event', id: '8', event: event() },
  { ...common, kind: 'more', id: '9', name: undefined },
];

for (const node of NODES) {
  test(`a row of kind ${node.kind} is read aloud in words, without the names of icons`, () => {
    const item = itemOf(node);
    const aloud = item.accessibilityInformation?.label ?? '';
    assert.notEqual(aloud, '');
    assert.doesNotMatch(aloud, /\$\(|undefined|null/);
    assert.equal(item.id, node.id);
    assert.match(item.contextValue ?? '', new RegExp(`^gto:${node.kind}`));
  });
}

test('what a menu asks for is in the flags of a row', () => {
  const context = (told: Parameters<typeof version>[0]): string | undefined =>
    itemOf({ ...common, kind: 'version', id: '4', name: 'churn', version: version(told) })
      .contextValue;
  assert.equal(context({}), 'gto:version+registered+active+latest+located');
  assert.equal(
    context({ unpushed: ['x'], path: null }),
    'gto:version+registered+active+latest+unpushed',
  );
  assert.equal(context({ active: false, latest: false }), 'gto:version+registered+located');
});

test('a version can be opened only where it has stages', () => {
  const state = (stages: (typeof held)[]): number | undefined =>
    itemOf({ ...common, kind: 'version', id: '4', name: 'churn', version: version({ stages }) })
      .collapsibleState;
  assert.deepEqual([state([]), state([held])], [0, 1]);
});

test('text of others means nothing in a tooltip', () => {
  const node = NODES.find((each) => each.kind === 'held');
  assert.ok(node);
  const tooltip = tooltipOf(node);
  assert.match(tooltip?.value ?? '', /\\\*not\\\* \\<b\\>bold/);
  assert.equal(tooltip?.isTrusted, false);
});

test('what others wrote is shown in a tooltip, and begins nothing of its own there', () => {
  const text = 'a\n\n# b\r\r![c](https://d)\u001b[31m `e` $(bug) \u202ef';
  const evil = version({ message: text, path: text, subject: text, author: text });
  const shown = tooltipOf({ ...common, kind: 'version', id: '4', name: 'churn', version: evil });
  const lines = (shown as unknown as { value: string }).value.split('  \n');
  assert.ok(lines.length > 4);
  for (const line of lines) {
    assert.doesNotMatch(line, /[\p{Cc}\u202e]/u);
    const outside = line.replace(/`[^`]*`/g, '').replace(/\\./g, '');
    assert.doesNotMatch(outside, /[[\]#!`]|\$\(/, line);
  }
});

test('a notification makes no link of what others wrote', () => {
  assert.equal(
    unlinked('no [x](command:y?z) and [a](https://b)'),
    'no [x]\u200b(command:y?z) and [a]\u200b(https://b)',
  );
  assert.equal(unlinked('f(x)[1] (y)'), 'f(x)[1] (y)');
});
