import assert from 'node:assert/strict';
import test, { beforeEach } from 'node:test';
import { Refusal } from '../../src/client/refusal';
import { copyGetCommand } from '../../src/commands/copy';
import { showCommandOutcome } from '../../src/commands/outcome';
import { checkFiles, targetOf } from '../../src/commands/target';
import { Explained, showError } from '../../src/text/failures';
import type { Tools } from '../../src/tools';
import { badge } from '../../src/features/contextKeys';
import { artifact, event } from './rows';
import { choices, clipboard, noticed, told } from './vscode';

/** Two folders of one name, each with an artifact `churn`, and what is asked of the daemon about them. */
function two() {
  const asked: [string, unknown][] = [];
  const revealed: string[] = [];
  const repository = (root: string, place: string) => ({
    root,
    place,
    remote: 'origin',
    hasRemote: true,
    row: (name: string) => (name === 'churn' ? artifact() : undefined),
  });
  const all = [repository('/w/a/reg', 'a/reg'), repository('/w/b/reg', 'b/reg')];
  const tools = {
    repositories: {
      all,
      at: (root: string) => all.find((each) => each.root === root),
      refresh: () => Promise.resolve(),
    },
    connection: {
      ask: (method: string, params: unknown) => {
        asked.push([method, params]);
        return Promise.resolve({ push: { ok: true, remote: 'origin', tags: [] } });
      },
    },
    artifacts: {
      rowOf: ({ root }: { root: string }, name: string) => `${root} ${name}`,
      view: { visible: true, reveal: (row: string) => Promise.resolve(void revealed.push(row)) },
    },
    memory: { get: () => undefined },
  } as unknown as Tools;
  return { tools, asked, revealed };
}

beforeEach(() => {
  for (const each of [told, choices, noticed]) each.length = 0;
});

test('what follows an act is about the repository that was asked, and about no other of that name', async () => {
  const { tools, asked, revealed } = two();
  choices.push('Push');
  await showCommandOutcome(tools, {
    repo: '/w/b/reg',
    events: [event()],
    created: [{ tag: 'churn#prod#4' }],
  });
  assert.deepEqual(revealed, ['/w/b/reg churn']);
  assert.deepEqual(told, ['b/reg: Created tag churn#prod#4.']);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(asked, [
    ['gto/push', { repo: '/w/b/reg', remote: 'origin', tags: ['churn#prod#4'] }],
  ]);
  assert.deepEqual(noticed, [
    '$(check) b/reg: Created tag churn#prod#4.',
    '$(cloud-upload) b/reg: Pushed 0 tags to origin.',
  ]);
});

test('an act in a repository that is not open is followed by nothing in those that are', async () => {
  const { tools, asked, revealed } = two();
  const done = { repo: '/w/c/reg', events: [event()], created: [{ tag: 'churn#prod#4' }] };
  await showCommandOutcome(tools, done);
  await showCommandOutcome(tools, { ...done, repo: undefined });
  await showCommandOutcome(tools, null);
  assert.deepEqual([asked, revealed, told, noticed], [[], [], [], []]);
});

test('a command about a repository that is not open is refused, and not done to another', () => {
  const { tools } = two();
  const named = { repo: '/w/b/reg', name: 'churn', stage: 'prod' };
  const found = targetOf(tools, named);
  assert.deepEqual(
    [found?.repository.root, found?.name, found?.stage],
    ['/w/b/reg', 'churn', 'prod'],
  );
  for (const argument of [{ ...named, repo: '/w/c/reg' }, { repo: '/w/c/reg' }])
    assert.throws(() => targetOf(tools, argument), Explained);
  assert.equal(targetOf(tools, undefined), undefined);
});

test('a command that is copied names the repository where a terminal may be in another', async () => {
  const { tools } = two();
  const named = { repo: '/w/b/reg', name: 'churn', version: 'v3.1.0' };
  await copyGetCommand(tools, named);
  assert.equal(clipboard.text, "gtod get -r '/w/b/reg' 'churn@v3.1.0'");
  for (const each of tools.repositories.all) Object.assign(each, { place: '' });
  await copyGetCommand(tools, named);
  assert.equal(clipboard.text, "gtod get 'churn@v3.1.0'");
});

test('what needs files is refused in a bare repository, by its name', () => {
  const { all } = two().tools.repositories;
  for (const each of all) checkFiles(each);
  for (const each of all) Object.assign(each, { isBare: true });
  assert.throws(() => all.forEach(checkFiles), /^Error: a\/reg: This is a bare repository/);
});

test('tags that worktrees share are counted once, and each repository is named', () => {
  const counted = (store: string, place: string, unpushed: number) => ({
    store,
    place,
    unpushed,
    tampering: [],
  });
  assert.equal(badge([counted('/a/.git', '', 0)]), undefined);
  assert.deepEqual(badge([counted('/a/.git', '', 2)]), { value: 2, tooltip: '2 tags not pushed' });
  assert.deepEqual(
    badge([
      counted('/a/.git', 'a', 2),
      counted('/a/.git', 'a-linked', 2),
      counted('/b/.git', 'b', 1),
    ]),
    { value: 3, tooltip: 'a: 2 tags not pushed\nb: 1 tag not pushed' },
  );
});

test('signs of tampering are counted before tags that are not pushed, and told with them', () => {
  const message = "'churn#prod#1' is gone, and gtod did not delete it.";
  const tampering = [{ code: 'vanished-tag', severity: 'error' as const, message, hint: '' }];
  const repository = { store: '/a/.git', place: '', unpushed: 2, tampering };
  assert.deepEqual(badge([repository, { ...repository, unpushed: 0 }]), {
    value: 1,
    tooltip: `1 sign of tampering\n${message}\n2 tags not pushed`,
  });
});

test('a refusal names the repository where there are several', () => {
  for (const place of ['b/reg', '']) showError(new Refusal('No', 'TagExists', 'Fetch.', place));
  assert.deepEqual(told, ['b/reg: No. Fetch.', 'No. Fetch.']);
});
