import assert from 'node:assert/strict';
import test from 'node:test';
import type { DidChangeParams, Problem } from '../../src/protocol';
import { Repositories, type Change, type RegistryChange } from '../../src/registry/repositories';
import { daemon, ONE, openFolders, type Checkouts } from './daemon';
import { workspace } from './vscode';

async function opened(checkouts = ONE) {
  openFolders(...Object.keys(checkouts));
  const server = daemon(checkouts);
  const repositories = new Repositories(server.connection);
  const changes: Change[] = [];
  repositories.onDidChange((change) => changes.push(change));
  await repositories.reload();
  const [repository] = repositories.all;
  assert.ok(repository);
  changes.length = 0;
  return { server, repositories, repository, changes };
}

const namesOf = (changes: readonly Change[]) => changes.map((change) => change.artifacts);

test('what is as it was is not drawn again', async () => {
  const { repositories, repository, changes } = await opened();
  await repositories.reload();
  await repositories.refresh(repository, ['churn']);
  assert.deepEqual(changes, []);
  await repositories.reload({ redraw: true });
  assert.equal(changes.length, 1);
});

test('a change of one artifact draws that one, once, however often it is told', async () => {
  const { server, repositories, repository, changes } = await opened();
  server.change('churn', { latest: 'v4.0.0' });
  await Promise.all([
    repositories.refresh(repository, ['churn']),
    repositories.refresh(repository, ['churn']),
  ]);
  assert.deepEqual(namesOf(changes), [['churn']]);
});

test('of two changes that come at once, both are drawn', async () => {
  const { server, repositories, repository, changes } = await opened();
  server.change('churn', { latest: 'v4.0.0' });
  server.hold();
  const first = repositories.refresh(repository, ['churn']);
  server.change('other', { latest: 'v5.0.0' });
  const second = repositories.refresh(repository, ['other']);
  server.release();
  await Promise.all([first, second]);
  assert.deepEqual(new Set(namesOf(changes).flat()), new Set(['churn', 'other']));
});

test('versions that are shown are there before they are drawn again', async () => {
  const { server, repositories, repository } = await opened();
  await repository.artifact('churn');
  const seen: (string | undefined)[] = [];
  repositories.onDidChange(() => {
    const count = server.asked.length;
    void repository.artifact('churn');
    seen.push(server.asked.length === count ? 'known' : 'asked');
  });
  server.change('churn', { latest: 'v4.0.0' });
  const before = server.asked.filter((method) => method === 'gto/artifact').length;
  await repositories.refresh(repository, ['churn']);
  assert.deepEqual(seen, ['known']);
  assert.equal(server.asked.filter((method) => method === 'gto/artifact').length, before + 1);
});

test('once signatures are verified, the versions that are shown are asked for again and drawn', async () => {
  const { server, repositories, repository, changes } = await opened();
  const count = (): number => server.asked.filter((method) => method === 'gto/artifact').length;
  server.verified.fire({ repo: '/elsewhere', verified: 1 });
  server.verified.fire({ repo: '/repo', verified: 1 });
  assert.deepEqual([count(), changes.length], [0, 0]);
  await repository.artifact('churn');
  const drawn = new Promise((resolve) => repositories.onDidChange(resolve));
  server.verified.fire({ repo: '/repo', verified: 1 });
  await drawn;
  assert.deepEqual(namesOf(changes), [['churn']]);
  assert.equal(count(), 2);
});

test('signatures are asked for in trusted workspaces only, for no program runs in others', async () => {
  for (const isTrusted of [true, false]) {
    workspace.isTrusted = isTrusted;
    const { server, repository } = await opened();
    await repository.artifact('churn');
    assert.deepEqual(server.signed, [isTrusted]);
  }
});

test('an artifact that came is a matter of the whole list', async () => {
  const { server, repositories, repository, changes } = await opened();
  server.change('other', { name: 'renamed' });
  await repositories.refresh(repository, ['other', 'renamed']);
  assert.deepEqual(namesOf(changes), [undefined]);
});

test('a repository is subscribed to once for each connection', async () => {
  const { server, repositories } = await opened();
  const count = (): number => server.asked.filter((method) => method === 'gto/subscribe').length;
  await repositories.reload();
  assert.equal(count(), 1);
  await repositories.reconnected();
  assert.equal(count(), 2);
});

test('what changes before the subscription begins is asked for again', async () => {
  const { server, repositories, repository } = await opened();
  server.answers['gto/subscribe'] = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    server.change('churn', { latest: 'v4.0.0' });
    return { clock: String(server.state.clock) };
  };
  await repositories.reconnected();
  assert.equal(repository.row('churn')?.latest, 'v4.0.0');
});

test('repositories of one name are told apart, and messages name them; a single one is not named', async () => {
  const own = (repo: string) => ({ repo, common: `${repo}/.git` });
  const [one, other] = [own('/w/a/reg'), own('/w/b/reg')];
  const { server, repositories } = await opened({ '/w/a/reg': one, '/w/b/reg': other });
  const names = () => repositories.all.map(({ label, place }) => [label, place]);
  assert.deepEqual(names(), [
    ['a/reg', 'a/reg'],
    ['b/reg', 'b/reg'],
  ]);
  assert.equal(server.connection.placeOf('/w/b/reg'), 'b/reg');
  openFolders('/w/b/reg');
  await repositories.reload();
  assert.deepEqual(names(), [['reg', '']]);
  assert.equal(server.connection.placeOf('/w/b/reg'), '');
});

test('one repository that is opened twice is one, and a folder that becomes another is another', async () => {
  const whole = { repo: '/w/reg', common: '/w/reg/.git' };
  const checkouts: Checkouts = { '/w/reg/sub': whole, '/w/link': whole };
  const { repositories } = await opened(checkouts);
  const [only, ...others] = repositories.all;
  assert.deepEqual([only?.root, only?.folder, others.length], ['/w/reg', '/w/reg/sub', 0]);
  assert.equal(repositories.at('/w/reg/sub'), undefined);
  checkouts['/w/reg/sub'] = { repo: '/w/reg/sub', common: '/w/reg/sub/.git' };
  await repositories.reload();
  assert.deepEqual(
    repositories.all.map(({ root }) => root),
    ['/w/reg/sub', '/w/reg'],
  );
  assert.equal(repositories.at('/w/reg'), only);
});

test('what is done in one worktree is asked for in all of its repository, and in no other', async () => {
  const { server, repositories } = await opened({
    '/w/main': { repo: '/w/main', common: '/w/main/.git' },
    '/w/linked': { repo: '/w/linked', common: '/w/main/.git' },
    '/w/other': { repo: '/w/other', common: '/w/other/.git' },
  });
  const linked = repositories.at('/w/linked');
  assert.ok(linked);
  const trees = (): string[] => server.about.filter((each) => each.startsWith('gto/tree'));
  server.about.length = 0;
  await repositories.refresh(linked, ['churn']);
  assert.deepEqual(trees().sort(), ['gto/tree /w/linked', 'gto/tree /w/main']);
  server.about.length = 0;
  const changes: RegistryChange[] = [];
  for (const clock of ['1', '2']) {
    const notice = { repo: '/w/linked', artifacts: ['churn'], clock } as unknown as DidChangeParams;
    const changed = new Promise<RegistryChange>((resolve) =>
      repositories.onDidChangeRegistry(resolve),
    );
    server.told.fire(notice);
    changes.push(await changed);
  }
  assert.deepEqual(
    trees(),
    ['gto/tree /w/linked', 'gto/tree /w/linked'],
    'the other worktree hears of it itself',
  );
  assert.deepEqual(
    changes.map(({ since, notice }) => [since, notice.clock]),
    [
      ['1', '1'],
      ['1', '2'],
    ],
  );
});

test('what is wrong is shown when it comes and when it goes, each thing once', async () => {
  const { server, repositories, repository, changes } = await opened();
  const problem = (told: Partial<Problem> = {}): Problem => ({
    code: 'duplicate-artifact',
    severity: 'error',
    message: "'churn' is in the file twice.",
    hint: 'Delete one of them.',
    path: 'artifacts.yaml',
    ...told,
  });
  server.state.problems = [problem(), problem({ commit: 'c'.repeat(40) }), problem({ path: 'x' })];
  await repositories.refresh(repository);
  assert.equal(changes.length, 1);
  assert.deepEqual(
    repository.problems.map(({ path }) => path),
    ['artifacts.yaml', 'x'],
  );
  server.state.problems = [];
  await repositories.refresh(repository);
  assert.equal(changes.length, 2);
});

test('each repository is asked about the remote that is set for its folder', async () => {
  workspace.folderSettings = { '/w/b': { 'push.remote': 'upstream' } };
  const own = (repo: string) => ({ repo, common: `${repo}/.git` });
  const { server, repositories } = await opened({ '/w/a': own('/w/a'), '/w/b': own('/w/b') });
  const remotes = server.about.filter((each) => each.startsWith('gto/tree'));
  assert.deepEqual(remotes.sort(), ['gto/tree /w/a', 'gto/tree /w/b upstream']);
  assert.deepEqual(
    repositories.all.map(({ remote, hasRemote }) => [remote, hasRemote]),
    [
      ['origin', true],
      ['upstream', false],
    ],
  );
  workspace.folderSettings = {};
});

test('changes that come fifty times a second are looked at a few times, and each is told with what came with it', async () => {
  const { server, repositories, repository, changes } = await opened();
  const told: RegistryChange[] = [];
  repositories.onDidChangeRegistry((change) => told.push(change));
  const trees = (): number => server.asked.filter((method) => method === 'gto/tree').length;
  const before = trees();
  for (let count = 1; count <= 50; count++) {
    const name = count % 2 === 0 ? 'churn' : 'other';
    server.change(name, { latest: `v4.0.${count}` });
    const origin = count === 25 ? 'self' : 'other';
    const clock = String(server.state.clock);
    server.told.fire({ subscription: 1, repo: '/repo', clock, artifacts: [name], origin });
  }
  const isSeen = (): boolean => told.at(-1)?.notice.clock === String(server.state.clock);
  for (let turn = 0; !isSeen() && turn < 1000; turn++)
    await new Promise((resolve) => setTimeout(resolve, 1));
  assert.equal(repository.row('churn')?.latest, 'v4.0.50');
  assert.ok(trees() - before <= 3, String(trees() - before));
  assert.ok(changes.length <= 2);
  assert.deepEqual(
    told.map(({ notice, since }) => [since, notice.clock, notice.origin, notice.artifacts.join()]),
    [
      ['1', '2', 'other', 'other'],
      ['2', '25', 'other', 'churn,other'],
      ['25', '26', 'self', 'other'],
      ['26', '51', 'other', 'churn,other'],
    ],
  );
});
