import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import test, { after, afterEach } from 'node:test';
import type { Uri } from 'vscode';
import type { Connection } from '../../src/client/connection';
import { Refusal } from '../../src/client/refusal';
import type { Change, Repositories } from '../../src/registry/repositories';
import { FileDecorations } from '../../src/features/fileDecorations';
import { artifact } from './rows';
import { EventEmitter, workspace } from './vscode';

const place = realpathSync(mkdtempSync(path.join(tmpdir(), 'gto-marks-')));
const [root, link] = [path.join(place, 'repo'), path.join(place, 'link')];
mkdirSync(path.join(root, 'search'), { recursive: true });
symlinkSync(path.join(root, 'search'), link);
after(() => rmSync(place, { recursive: true, force: true }));
afterEach(() => (workspace.settings = {}));

/** Where each artifact is described, and what path it has there. */
type Described = Record<string, readonly [file: string, path: string | null]>;

/** What decorates a repository whose artifacts are described so. */
function decorated(described: Described, folder = root) {
  const changed = new EventEmitter<Change>();
  const names = Object.keys(described);
  const rows = [
    ...names.map((name) => artifact({ name, latest: 'v1.0.0', stages: {} })),
    artifact({ name: 'tags-only', annotated_in: [] }),
  ];
  const repository = { root, folder, all: rows };
  const asked: string[] = [];
  const connection = {
    ask: (_method: string, { name }: { name: string }) => {
      asked.push(name);
      const there = described[name];
      if (there === undefined) return Promise.reject(new Refusal('no', 'ArtifactNotFound', ''));
      return Promise.resolve({ annotation: { path: there[1] }, location: { path: there[0] } });
    },
  } as unknown as Connection;
  const repositories = { all: [repository], onDidChange: changed.event };
  const marks = new FileDecorations(repositories as unknown as Repositories, connection);
  const marked = () =>
    new Promise<void>((resolve) => {
      const listening = marks.onDidChangeFileDecorations(() => {
        listening.dispose();
        resolve();
      });
    });
  const change = async (told: Change): Promise<void> => {
    const done = marked();
    changed.fire(told);
    await done;
  };
  const on = (...parts: string[]) => {
    const uri = { scheme: 'file', fsPath: path.join(...parts) } as unknown as Uri;
    const mark = marks.provideFileDecoration(uri);
    return mark && `${mark.badge as string} ${mark.tooltip ?? ''}`;
  };
  return { on, change, asked, described, repository, fire: changed.fire.bind(changed) };
}

test('the files and folders that paths name are marked, from the folder of the annotation', async () => {
  workspace.settings = { 'decorations.enabled': true };
  const { on, change, asked, repository } = decorated({
    churn: ['artifacts.yaml', 'models/churn.pkl'],
    'search:ranker': ['search/dvc.yaml', 'ranker'],
    'search:other': ['search/dvc.yaml', '../models/churn.pkl'],
    remote: ['artifacts.yaml', 's3://bucket/models/churn.pkl'],
    nowhere: ['artifacts.yaml', null],
  });
  const stages = { prod: ['v3.0.0'], dev: ['v3.1.0'] };
  repository.all[0] = artifact({ stages });
  await change({});
  assert.equal(
    on(root, 'models/churn.pkl'),
    'G Registered: churn v3.1.0 (prod v3.0.0, dev v3.1.0); search:other v1.0.0',
  );
  assert.equal(on(root, 'search', 'ranker'), 'G Registered: search:ranker v1.0.0');
  for (const file of ['artifacts.yaml', 'models', 'search', 'ranker'])
    assert.equal(on(root, file), undefined, file);
  assert.ok(!asked.includes('tags-only'));
});

test('what is described and not registered, or deprecated, is not marked', async () => {
  workspace.settings = { 'decorations.enabled': true };
  const described: Described = { a: ['dvc.yaml', 'a'], b: ['dvc.yaml', 'b'], c: ['dvc.yaml', 'c'] };
  const { on, change, repository } = decorated(described);
  repository.all[0] = artifact({ name: 'a', registered: false, latest: null });
  repository.all[1] = artifact({ name: 'b', deprecated: true });
  await change({});
  assert.deepEqual([on(root, 'a'), on(root, 'b')], [undefined, undefined]);
  assert.ok(on(root, 'c'));
});

test('a folder that was opened through a link has its files there too', async () => {
  workspace.settings = { 'decorations.enabled': true };
  const described: Described = { 'search:ranker': ['search/dvc.yaml', 'ranker'] };
  const { on, change } = decorated(described, link);
  await change({});
  assert.ok(on(link, 'ranker'));
  assert.ok(on(root, 'search', 'ranker'));
});

test('nothing is marked or asked for unless it is wanted; marks go when it is not any more', async () => {
  const { on, change, asked, fire } = decorated({ churn: ['artifacts.yaml', 'a'] });
  fire({});
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(asked, []);
  workspace.settings = { 'decorations.enabled': true };
  await change({});
  assert.ok(on(root, 'a'));
  workspace.settings = {};
  await change({});
  assert.equal(on(root, 'a'), undefined);
});

test('of what changed, and of nothing else, it is asked again where it lies', async () => {
  workspace.settings = { 'decorations.enabled': true };
  const { on, change, asked, described, repository } = decorated({
    a: ['artifacts.yaml', 'a'],
    b: ['artifacts.yaml', 'b'],
  });
  await change({});
  described['a'] = ['artifacts.yaml', 'moved'];
  asked.length = 0;
  await change({ repository: repository as never, artifacts: ['a'] });
  assert.deepEqual(asked, ['a']);
  assert.deepEqual([on(root, 'a'), on(root, 'moved') !== undefined], [undefined, true]);
  delete described['a'];
  await change({ repository: repository as never, artifacts: ['a'] });
  assert.deepEqual([on(root, 'moved'), on(root, 'b') !== undefined], [undefined, true]);
});
