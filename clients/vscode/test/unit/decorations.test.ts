import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import test, { after, afterEach } from 'node:test';
import type { Uri } from 'vscode';
import type { TreeRow } from '../../src/protocol';
import type { Change, Repositories } from '../../src/registry/repositories';
import { ArtifactFiles } from '../../src/features/artifactFiles';
import { FileDecorations } from '../../src/features/fileDecorations';
import { artifact } from './rows';
import { EventEmitter, ran, workspace } from './vscode';

const place = realpathSync(mkdtempSync(path.join(tmpdir(), 'gto-marks-')));
const [root, link] = [path.join(place, 'repo'), path.join(place, 'link')];
mkdirSync(path.join(root, 'search'), { recursive: true });
symlinkSync(path.join(root, 'search'), link);
after(() => rmSync(place, { recursive: true, force: true }));
afterEach(() => (workspace.settings = {}));

/** Where each artifact is described, and what path it has from the root. */
type Described = Record<string, readonly [file: string, line: number, path?: string]>;

const rowOf = (name: string, [file, line, where]: Described[string]): TreeRow => {
  const start = { line, character: 0 };
  const location = { path: file, range: { start, end: start } };
  const known = where === undefined ? {} : { path: where };
  return artifact({ name, latest: 'v1.0.0', stages: {}, location, ...known });
};

/** What knows the files of a repository whose artifacts are described so. */
async function files(described: Described, folder = root) {
  const changed = new EventEmitter<Change>();
  const rows = [
    ...Object.entries(described).map(([name, each]) => rowOf(name, each)),
    artifact({ name: 'tags-only', annotated_in: [] }),
  ];
  const repository = { root, folder, all: rows };
  const repositories = { all: [repository], onDidChange: changed.event };
  const all = new ArtifactFiles(repositories as unknown as Repositories);
  const marks = new FileDecorations(all);
  const change = (): Promise<void> =>
    new Promise((resolve) => {
      const listening = all.onDidChange(() => {
        listening.dispose();
        resolve();
      });
      changed.fire({});
    });
  await change();
  const uriOf = (parts: string[], scheme = 'file'): Uri =>
    ({ scheme, fsPath: path.join(...parts) }) as unknown as Uri;
  const on = (...parts: string[]) => {
    const mark = marks.provideFileDecoration(uriOf(parts));
    return mark && `${mark.badge as string} ${mark.tooltip ?? ''}`;
  };
  const of = (file: string, line?: number): string | undefined =>
    all.of(uriOf([file]), line)?.row.name;
  return { all, marks, on, of, change, repository, uriOf };
}

test('the files and folders that paths name are marked', async () => {
  workspace.settings = { 'decorations.enabled': true };
  const { on, change, repository } = await files({
    churn: ['artifacts.yaml', 0, 'models/churn.pkl'],
    'search:ranker': ['search/dvc.yaml', 1, 'search/ranker'],
    'search:other': ['search/dvc.yaml', 3, 'models/churn.pkl'],
    remote: ['artifacts.yaml', 3, 's3://bucket/models/churn.pkl'],
    outside: ['artifacts.yaml', 6, '../other'],
    everything: ['artifacts.yaml', 9, '.'],
    nowhere: ['artifacts.yaml', 12],
  });
  repository.all[0] = {
    ...repository.all[0],
    stages: { prod: ['v3.0.0'], dev: ['v3.1.0'] },
  } as never;
  await change();
  assert.equal(
    on(root, 'models/churn.pkl'),
    'G Registered: churn v1.0.0 (prod v3.0.0, dev v3.1.0); search:other v1.0.0',
  );
  assert.equal(on(root, 'search', 'ranker'), 'G Registered: search:ranker v1.0.0');
  for (const file of ['.', '../other', 'artifacts.yaml', 'models', 'search', 'ranker'])
    assert.equal(on(root, file), undefined, file);
});

test('what is described and not registered, or deprecated, is not marked', async () => {
  workspace.settings = { 'decorations.enabled': true };
  const { on, change, repository } = await files({
    a: ['dvc.yaml', 1, 'a'],
    b: ['dvc.yaml', 2, 'b'],
    c: ['dvc.yaml', 3, 'c'],
  });
  repository.all[0] = artifact({ name: 'a', path: 'a', registered: false, latest: null });
  repository.all[1] = artifact({ name: 'b', path: 'b', deprecated: true });
  await change();
  assert.deepEqual([on(root, 'a'), on(root, 'b')], [undefined, undefined]);
  assert.ok(on(root, 'c'));
});

test('a folder that was opened through a link has its files there too', async () => {
  workspace.settings = { 'decorations.enabled': true };
  const { on, of } = await files(
    { 'search:ranker': ['search/dvc.yaml', 1, 'search/ranker'] },
    link,
  );
  assert.ok(on(link, 'ranker'));
  assert.ok(on(root, 'search', 'ranker'));
  assert.equal(of(path.join(link, 'dvc.yaml')), 'search:ranker');
});

test('nothing is marked unless it is wanted', async () => {
  const { on, marks } = await files({ churn: ['artifacts.yaml', 0, 'a'] });
  let drawn = 0;
  marks.onDidChangeFileDecorations(() => (drawn += 1));
  assert.equal(on(root, 'a'), undefined);
  workspace.settings = { 'decorations.enabled': true };
  workspace.configured.fire({ affectsConfiguration: () => true });
  assert.ok(on(root, 'a'));
  assert.equal(drawn, 1);
});

test('a file belongs to the artifact that it is, lies in, or describes', async () => {
  const { all, of, uriOf } = await files({
    inner: ['artifacts.yaml', 8, 'data/raw/2026'],
    outer: ['artifacts.yaml', 2, 'data'],
    churn: ['artifacts.yaml', 5, 'churn.pkl'],
  });
  const at = (...parts: string[]) => path.join(root, ...parts);
  assert.equal(of(at('churn.pkl')), 'churn');
  assert.equal(of(at('data')), 'outer');
  assert.equal(of(at('data/raw/2025/x.csv')), 'outer');
  assert.equal(of(at('data/raw/2026/deep/x.csv')), 'inner');
  assert.equal(of(at('data.csv')), undefined);
  assert.equal(of(path.join(place, 'churn.pkl')), undefined);
  const named = [0, 2, 4, 5, 7, 8, 99].map((line) => of(at('artifacts.yaml'), line));
  assert.deepEqual(named, ['outer', 'outer', 'outer', 'churn', 'churn', 'inner', 'inner']);
  assert.equal(all.of(uriOf([root, 'churn.pkl'], 'git')), undefined, 'an old one');
});

test('menus know the paths, and are told of them only when they change', async () => {
  ran.length = 0;
  const { change } = await files({ churn: ['artifacts.yaml', 0, 'a'] });
  await change();
  const paths = [path.join(root, 'a'), path.join(root, 'artifacts.yaml')];
  assert.deepEqual(ran, [['setContext', 'gto.artifactPaths', paths]]);
});
