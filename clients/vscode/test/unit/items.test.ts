import assert from 'node:assert/strict';
import test from 'node:test';
import type { Signature, TreeRow, VersionRow } from '../../src/protocol';
import { Repository } from '../../src/registry/repository';
import { itemOf } from '../../src/views/items';
import type { Node } from '../../src/views/nodes';
import { tooltipOf } from '../../src/views/tooltips';
import { versionText, withoutLinks } from '../../src/text/descriptions';
import { artifact, event, held, repositoryOf, version, wrong } from './rows';

const row = artifact();
const repository = repositoryOf(row);
const common = { repository, parent: undefined };
const NODES: Node[] = [
  { ...common, kind: 'repository', id: '1' },
  {
    ...common,
    kind: 'folder',
    id: '2',
    dir: 'search',
    stage: undefined,
    isOpen: false,
    rows: () => [row],
  },
  { ...common, kind: 'artifact', id: '3', name: 'churn' },
  { ...common, kind: 'version', hasEarlier: true, id: '4', name: 'churn', version: version() },
  { ...common, kind: 'held', id: '5', name: 'churn', version: version(), held },
  { ...common, kind: 'stage', id: '6', stage: 'prod', isAllowed: true },
  { ...common, kind: 'holder', id: '7', stage: 'prod', name: 'churn' },
  { ...common, kind: 'event', id: '8', event: event() },
  { ...common, kind: 'problem', id: '10', problem: wrong },
  { ...common, kind: 'problems', id: '11', problems: [wrong, wrong] },
  { ...common, kind: 'more', id: '9', name: undefined },
];

for (const node of NODES) {
  test(`a row of kind ${node.kind} is read ariaLabel in words, without the names of icons`, () => {
    const item = itemOf(node);
    const ariaLabel = item.accessibilityInformation?.label ?? '';
    assert.notEqual(ariaLabel, '');
    assert.doesNotMatch(ariaLabel, /\$\(|undefined|null/);
    assert.equal(item.id, node.id);
    assert.match(item.contextValue ?? '', new RegExp(`^gto:${node.kind}`));
  });
}

test('where several repositories are open, each row is heard with the one that it is of', () => {
  const several = Object.assign({}, repository, { place: 'b/reg', label: 'b/reg' });
  for (const node of NODES) {
    const heard = itemOf({ ...node, repository: several }).accessibilityInformation?.label ?? '';
    assert.match(
      heard,
      node.kind === 'repository' ? /^b\/reg, repository/ : /, repository b\/reg$/,
    );
  }
});

test('worktrees and bare repositories say that they are', () => {
  const of = (root: string, store: string, isBare = false) => {
    const one = new Repository({} as never, root, root, store, undefined, isBare);
    one.label = 'reg';
    return itemOf({ kind: 'repository', id: '1', repository: one, parent: undefined });
  };
  assert.equal(of('/w/reg', '/w/reg/.git').description, undefined);
  assert.equal(of('/w/linked', '/w/reg/.git').description, 'worktree of reg');
  assert.equal(of('/w/linked', '/w/reg.git').description, 'worktree of reg.git');
  assert.equal(of('/w/reg/sub', '/w/reg/.git/modules/sub').description, undefined);
  const bare = of('/w/reg.git', '/w/reg.git', true);
  assert.equal(bare.accessibilityInformation?.label, 'reg, repository, bare');
});

/** What a row says to who cannot see it. */
const ariaLabel = (node: Node): string => itemOf(node).accessibilityInformation?.label ?? '';

/** The stages that a sentence says something is in. */
function heardIn(words: string): string[] {
  const found = [...words.matchAll(/(?<!not |no longer )\bin (?:stage )?(dev|staging|prod)\b/g)];
  return [...new Set(found.map((match) => match[1] ?? ''))].sort();
}

const STAGES: Record<string, string[]>[] = [
  {},
  { prod: ['v3.0.0'] },
  { prod: ['v3.0.0', 'v3.1.0'], dev: ['v3.1.0'] },
  { staging: ['c'.repeat(40)] },
];

for (const stages of STAGES) {
  const names = Object.keys(stages).sort();
  test(`an artifact is heard to be in the stages that it is in: ${names.join(', ') || 'none'}`, () => {
    const about = (told: Partial<TreeRow>): string => {
      const one = repositoryOf(artifact({ stages, ...told }));
      return ariaLabel({ ...common, repository: one, kind: 'artifact', id: '3', name: 'churn' });
    };
    assert.deepEqual(heardIn(about({})), names);
    for (const [stage, versions] of Object.entries(stages))
      assert.match(
        about({}),
        new RegExp(`in ${stage} version ${versions.map(versionText).join(', ')}`),
      );
    assert.equal(/deprecated/.test(about({ deprecated: true })), true);
    assert.equal(/deprecated/.test(about({})), false);
    assert.equal(/not registered/.test(about({ registered: false })), true);
    assert.equal(/has problems/.test(about({ problems: [wrong] })), true);
  });
}

for (const holds of [true, false]) {
  test(`a version is heard to be in a stage only where it is: ${holds ? 'it is' : 'another took its place'}`, () => {
    const stage = { ...held, holds };
    const row = version({ stages: [stage], latest: false });
    const below: Node = {
      ...common,
      kind: 'held',
      id: '5',
      name: 'churn',
      version: row,
      held: stage,
    };
    const above: Node = {
      ...common,
      kind: 'version',
      hasEarlier: true,
      id: '4',
      name: 'churn',
      version: row,
    };
    for (const node of [below, above])
      assert.deepEqual(heardIn(ariaLabel(node)), holds ? ['prod'] : [], ariaLabel(node));
    assert.match(ariaLabel(below), /assigned by Ann/);
    assert.equal(ariaLabel(below).includes('a newer version took its place'), !holds);
    // Who sees the row and who hears it are told the same.
    assert.equal(itemOf(below).description === 'a newer version took its place', !holds);
  });
}

test('a version is heard to be what it is, and nothing else', () => {
  const about = (told: Partial<VersionRow>): string =>
    ariaLabel({
      ...common,
      kind: 'version',
      hasEarlier: true,
      id: '4',
      name: 'churn',
      version: version(told),
    });
  assert.match(about({}), /^churn, version v3\.1\.0, the latest, by Ann, 3 days ago$/);
  assert.match(about({ latest: false, active: false }), /, deregistered/);
  assert.doesNotMatch(about({ latest: false }), /latest|deregistered|not pushed/);
  assert.match(about({ unpushed: ['churn@v3.1.0'] }), /not pushed$/);
  assert.match(about({ registered: false }), /not registered/);
});

test('what is below a stage is heard to be in it only while it is', () => {
  const holder = (stages: TreeRow['stages'] | undefined): string => {
    const one = repositoryOf(stages && artifact({ stages }));
    const node = { kind: 'holder', id: '7', stage: 'prod', name: 'churn' } as const;
    return ariaLabel({ ...common, ...node, repository: one });
  };
  assert.match(holder({ prod: ['v3.0.0'] }), /^churn version v3\.0\.0 in prod, .* ago$/);
  for (const gone of [undefined, {}, { dev: ['v3.0.0'] }])
    assert.equal(holder(gone), 'churn no longer in prod');
});

test('what is wrong is heard with its place and its remedy, and counted', () => {
  const [one, several] = NODES.filter(({ kind }) => kind.startsWith('problem'));
  assert.ok(one && several);
  assert.equal(ariaLabel(one), 'problem, .gto:2: The file is not YAML. Mend it.');
  assert.equal(ariaLabel(several), '2 problems, opens the registry check');
  for (const node of [one, several]) assert.equal(itemOf(node).command?.command, 'gto.showProblem');
  const variable = { ...wrong, path: null, range: null };
  const placeless = itemOf({ ...common, kind: 'problem', id: '10', problem: variable });
  assert.equal(placeless.label, 'Wrong configuration');
});

test('what a menu asks for is in the flags of a row', () => {
  const context = (told: Parameters<typeof version>[0]): string | undefined =>
    itemOf({
      ...common,
      kind: 'version',
      hasEarlier: true,
      id: '4',
      name: 'churn',
      version: version(told),
    }).contextValue;
  const compared = 'comparable+earlier+elsewhere';
  assert.equal(context({}), `gto:version+registered+active+latest+located+${compared}`);
  assert.equal(
    context({ unpushed: ['x'], path: null }),
    `gto:version+registered+active+latest+unpushed+${compared}`,
  );
  assert.equal(
    context({ active: false, latest: false }),
    `gto:version+registered+located+${compared}`,
  );
});

test('a version can be opened only where it has stages', () => {
  const state = (stages: (typeof held)[]): number | undefined =>
    itemOf({
      ...common,
      kind: 'version',
      hasEarlier: true,
      id: '4',
      name: 'churn',
      version: version({ stages }),
    }).collapsibleState;
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
  const shown = tooltipOf({
    ...common,
    kind: 'version',
    hasEarlier: true,
    id: '4',
    name: 'churn',
    version: evil,
  });
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
    withoutLinks('no [x](command:y?z) and [a](https://b)'),
    'no [x]\u200b(command:y?z) and [a]\u200b(https://b)',
  );
  assert.equal(withoutLinks('f(x)[1] (y)'), 'f(x)[1] (y)');
});

const SIGNED: readonly [Partial<Signature> & Pick<Signature, 'status'>, string, RegExp][] = [
  [{ status: 'none' }, '', /^Signature: none {2}$/m],
  [{ status: 'unverified', reason: 'pending' }, '', /^(?![^]*Signature)/],
  [{ status: 'good', principal: 'ann@example.com' }, '', /^Signature: good, by ann@example\\.com/m],
  [
    { status: 'bad', reason: 'name-mismatch' },
    'bad signature',
    /\$\(warning\) bad signature \(name\\-mismatch\)/,
  ],
  [{ status: 'revoked', reason: 'revoked' }, 'signed with a revoked key', /a revoked key {2}$/m],
  [{ status: 'expired' }, 'signed with an expired key', /an expired key/],
  [{ status: 'unknown-key' }, 'signed with an unknown key', /an unknown key/],
];

for (const [told, warning, tooltip] of SIGNED) {
  test(`the row of a stage warns of a signature only where it is wrong: ${told.status}`, () => {
    const signature = { format: null, principal: null, key: null, reason: null, ...told };
    const events = [event({ ref: held.ref, signature }), event({ ref: 'churn@v3.1.0', signature })];
    const row = version({ stages: [held], events });
    const node: Node = { ...common, kind: 'held', id: '5', name: 'churn', version: row, held };
    const item = itemOf(node);
    assert.equal((item.iconPath as { id: string }).id, warning ? 'warning' : 'rocket');
    for (const words of [String(item.description), ariaLabel(node)]) {
      assert.equal(/\bsign/.test(words), warning !== '', words);
      assert.ok(words.includes(warning));
    }
    const above: Node = {
      ...common,
      kind: 'version',
      hasEarlier: true,
      id: '4',
      name: 'churn',
      version: row,
    };
    for (const each of [node, above]) assert.match(tooltipOf(each)?.value ?? '', tooltip);
  });
}
