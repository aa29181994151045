import assert from 'node:assert/strict';
import test, { afterEach } from 'node:test';
import { ArtifactsTree } from '../../src/features/artifactsTree';
import { StagesTree } from '../../src/features/stagesTree';
import type { TreeRow } from '../../src/protocol';
import { parseFilter } from '../../src/registry/filter';
import { Repositories } from '../../src/registry/repositories';
import { daemon, openFolders, type Checkouts } from './daemon';
import { Host } from './host';
import { artifact, version } from './rows';
import { workspace } from './vscode';

const FOLDERS = 12;
const PROBLEM = { code: 'missing-path', severity: 'warning', message: 'm', hint: 'h' } as const;

/** Three hundred artifacts in twelve folders, one of which is in another; most are in prod, and some have problems. */
function many(): TreeRow[] {
  const folders = Array.from({ length: FOLDERS }, (_, at) =>
    at === FOLDERS - 1 ? 'team-00/deep/er' : `team-${String(at).padStart(2, '0')}`,
  ).sort();
  return folders.flatMap((dir, folder) =>
    Array.from({ length: 25 }, (_, at) => {
      const label = `model-${String(at).padStart(2, '0')}`;
      return artifact({
        name: `${dir}:${label}`,
        dir,
        label,
        latest: 'v2.0.0',
        type: at % 5 === 0 ? 'dataset' : 'model',
        stages: at < 20 ? { prod: [at < 10 ? 'v2.0.0' : 'v1.0.0'] } : {},
        since: {},
        problems: folder === 2 && at === 7 ? [PROBLEM] : [],
      });
    }),
  );
}

async function opened(checkouts: Checkouts = { '/repo': { repo: '/repo', common: '/repo/.git' } }) {
  workspace.settings = { ...NAMES_FIRST };
  const server = daemon(checkouts);
  server.state.rows = many();
  server.answers['gto/artifact'] = () => ({ versions: [version()], deprecations: [], next: [] });
  openFolders(...Object.keys(checkouts));
  const repositories = new Repositories(server.connection);
  await repositories.reload();
  const started = (): Promise<void> => Promise.resolve();
  const trees = [
    new ArtifactsTree(repositories, started),
    new StagesTree(repositories, started),
  ] as const;
  const [artifacts, stages] = trees.map((tree) => new Host(tree)) as [Host, Host];
  const [repository] = repositories.all;
  assert.ok(repository);
  await artifacts.look();
  await stages.look();
  artifacts.redrawn.length = stages.redrawn.length = 0;
  const change = async (name: string, told: Partial<TreeRow>): Promise<void> => {
    server.change(name, told);
    await repositories.refresh(repository, [name]);
  };
  return { server, repositories, repository, tree: trees[0], artifacts, stages, change };
}

const NAMES_FIRST = { 'views.stageFirst': false };

afterEach(() => {
  workspace.settings = {};
});

test('folders are nested, say what is in them, and say it in a sentence', async () => {
  const { artifacts } = await opened();
  const rows = await artifacts.look();
  assert.equal(rows.length, FOLDERS - 1);
  assert.deepEqual(rows.slice(0, 3), [
    'team-00/  50 · prod 40',
    'team-01/  25 · prod 20 · ⚠ 1',
    'team-02/  25 · prod 20',
  ]);
  assert.equal(
    artifacts.heard('team-01/'),
    'team-01, folder, 25 artifacts, 20 in prod, 1 with problems',
  );
  await artifacts.toggle('team-00/');
  const open = await artifacts.look();
  assert.deepEqual(open.slice(1, 3), ['  deep/er/  25 · prod 20', '  model-00  prod v2.0.0']);
});

test('a change of one artifact draws it and the folders that count it, and keeps what is open', async () => {
  const { artifacts, change } = await opened();
  await artifacts.toggle('team-03/');
  await artifacts.toggle('team-05/');
  await change('team-03:model-02', { latest: 'v3.0.0' });
  await artifacts.look();
  assert.deepEqual(artifacts.redrawn.splice(0), ['model-02']);
  await change('team-03:model-02', { stages: {} });
  const rows = await artifacts.look();
  assert.deepEqual(artifacts.redrawn.splice(0), ['team-03/']);
  assert.equal(
    rows.find((row) => row.startsWith('team-03/')),
    'team-03/  25 · prod 19',
  );
  assert.ok(rows.includes('  model-02  v3.0.0'));
  await change('team-00/deep/er:model-00', { latest: 'v3.0.0' });
  await artifacts.look();
  assert.deepEqual(artifacts.redrawn, [], 'it is in a folder that was never opened');
});

test('an artifact that comes draws its folder, and one in a new folder the list of folders', async () => {
  const { server, repository, repositories, artifacts } = await opened();
  await artifacts.toggle('team-03/');
  const come = async (dir: string): Promise<string[]> => {
    const row = artifact({ name: `${dir}:new`, dir, label: 'new' });
    server.state.rows = [...server.state.rows, row].sort((one, other) =>
      one.dir < other.dir ? -1 : one.dir > other.dir ? 1 : 0,
    );
    server.state.clock += 1;
    await repositories.refresh(repository, [row.name]);
    return artifacts.look();
  };
  const rows = await come('team-03');
  assert.deepEqual(artifacts.redrawn.splice(0), ['team-03/']);
  assert.ok(rows.includes('  new  prod v3.0.0 · latest v3.1.0 · dev v3.1.0'));
  await come('team-99');
  assert.deepEqual(artifacts.redrawn, ['(all)']);
});

test('a filter shows what it finds in open folders, live, and gives back what was there', async () => {
  const { tree, artifacts, change } = await opened();
  await artifacts.toggle('team-03/');
  const before = await artifacts.look();
  await tree.show(parseFilter('model-03 is:changed'));
  assert.deepEqual(await artifacts.look(), []);
  await change('team-03:model-03', { latest: 'v3.0.0' });
  assert.deepEqual(await artifacts.look(), [
    'team-03/  1 · prod 1',
    '  model-03  prod v2.0.0 · latest v3.0.0',
  ]);
  await tree.show(parseFilter('model-03 stage:prod'));
  assert.equal((await artifacts.look()).length, (FOLDERS - 2) * 2 + 4);
  await artifacts.toggle('team-05/', false);
  await change('team-03:model-03', { latest: 'v2.0.0', stages: {} });
  const rows = await artifacts.look();
  assert.ok(!rows.some((row) => row.startsWith('team-03/')));
  assert.equal(
    rows[rows.findIndex((row) => row.startsWith('team-05/')) + 1],
    'team-06/  1 · prod 1',
  );
  await change('team-03:model-03', { stages: { prod: ['v2.0.0'] } });
  await tree.show([]);
  assert.deepEqual(await artifacts.look(), before);
});

test('an artifact is found by its way through the folders that are shown', async () => {
  const { tree, repository, repositories } = await opened();
  const way = (name: string): string[] => {
    const found: string[] = [];
    for (let at = tree.getParent(tree.rowOf(repository, name) ?? assert.fail(name)); at;) {
      found.unshift(at.kind === 'folder' ? at.dir : at.kind);
      at = tree.getParent(at);
    }
    return found;
  };
  assert.deepEqual(way('team-00/deep/er:model-00'), ['team-00', 'team-00/deep/er']);
  await tree.show(parseFilter('deep'));
  assert.deepEqual(way('team-00/deep/er:model-00'), ['team-00/deep/er']);
  assert.equal(tree.rowOf(repository, 'team-01:model-00'), undefined);
  await tree.show([]);
  workspace.settings = { ...NAMES_FIRST, 'views.groupByFolder': false };
  assert.deepEqual(way('team-00/deep/er:model-00'), []);
  assert.equal(repositories.all.length, 1);
});

test('what is in a stage is shown by folder too', async () => {
  const { stages, change } = await opened();
  assert.deepEqual(await stages.look(), ['prod  240 artifacts']);
  await stages.toggle('prod');
  await stages.toggle('team-00/');
  const rows = await stages.look();
  assert.equal(rows.length, FOLDERS + 1 + 20);
  assert.deepEqual(rows.slice(1, 4), [
    '  team-00/  40',
    '    deep/er/  20',
    '    model-00  v2.0.0',
  ]);
  assert.equal(stages.heard('team-00/'), 'team-00, folder, 40 artifacts');
  await change('team-00:model-00', { stages: {} });
  assert.deepEqual((await stages.look()).slice(0, 4), [
    'prod  239 artifacts',
    '  team-00/  39',
    '    deep/er/  20',
    '    model-01  v2.0.0',
  ]);
});

test('repositories in which nothing is found have no row while the filter is on', async () => {
  const own = (repo: string) => ({ repo, common: `${repo}/.git` });
  const { server, tree, artifacts, repositories } = await opened({
    '/w/a': own('/w/a'),
    '/w/b': own('/w/b'),
  });
  const tops = async () => (await artifacts.look()).filter((row) => !row.startsWith(' '));
  assert.deepEqual(await tops(), ['a', 'b']);
  const others = server.state.rows;
  server.state.rows = [artifact({ name: 'solo' })];
  server.state.clock += 1;
  const b = repositories.at('/w/b');
  assert.ok(b);
  await repositories.refresh(b);
  server.state.rows = others;
  await tree.show(parseFilter('solo'));
  assert.deepEqual(await artifacts.look(), [
    'b',
    '  solo  prod v3.0.0 · latest v3.1.0 · dev v3.1.0',
  ]);
  await tree.show(parseFilter('nothing'));
  assert.deepEqual(await artifacts.look(), []);
  await tree.show([]);
  assert.deepEqual(await tops(), ['a', 'b']);
});

test('whatever changes, the view is as if it were drawn for the first time', async () => {
  const { repositories, tree, artifacts, change, server } = await opened();
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  await artifacts.toggle('team-00/');
  await artifacts.toggle('team-04/');
  for (let turn = 0; turn < 60; turn++) {
    const { name } = server.state.rows[random(300)] ?? assert.fail();
    const told: Partial<TreeRow>[] = [
      { latest: `v${random(9)}.0.0` },
      { stages: {} },
      { stages: { prod: ['v1.0.0'], dev: ['v2.0.0'] } },
      { problems: [PROBLEM] },
      { type: 'dataset' },
    ];
    await change(name, told[random(told.length)] ?? {});
    if (turn % 7 === 0)
      await tree.show(
        parseFilter(['', 'model-1', 'stage:dev', 'is:changed team-04'][random(4)] ?? ''),
      );
    const seen = await artifacts.look();
    const fresh = new ArtifactsTree(repositories, () => Promise.resolve());
    await fresh.show(tree.filter);
    const anew = new Host(fresh);
    await anew.look();
    for (const label of ['team-00/', 'team-04/'])
      if (tree.filter.length === 0) await anew.toggle(label);
    assert.deepEqual(seen, await anew.look());
    fresh.dispose();
  }
});
