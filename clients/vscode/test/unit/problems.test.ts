import assert from 'node:assert/strict';
import test, { beforeEach } from 'node:test';
import type { Connection } from '../../src/client/connection';
import { Problems } from '../../src/features/problems';
import type { Change } from '../../src/registry/repositories';
import { Repository } from '../../src/registry/repository';
import { EventEmitter, problems, Uri, workspace } from './vscode';

const start = { line: 2, character: 4 };
const range = { start, end: { line: 2, character: 9 } };
const about = { code: 'tab', severity: 'error', hint: 'Mend it.' } as const;
const onDisk = { ...about, message: 'On disk.', path: 'sub/dvc.yaml', range };
const inHead = { ...about, message: 'In HEAD.', path: '.gto', commit: 'c'.repeat(40) };
const ofTag = { ...about, severity: 'warning', message: 'Of a tag.', tag: 'churn@v1' } as const;

beforeEach(() => {
  problems.clear();
  workspace.settings = {};
  workspace.textDocuments = [];
});

async function listed() {
  const changed = new EventEmitter<Change>();
  const state = {
    clock: '1',
    problems: [onDisk, inHead] as object[],
    findings: [inHead, ofTag] as object[],
  };
  const asked: string[] = [];
  const connection = {
    ask: (method: string) => {
      asked.push(method);
      const { findings, ...tree } = state;
      return Promise.resolve(method === 'gto/doctor' ? { findings } : { artifacts: [], ...tree });
    },
  } as unknown as Connection;
  const repository = new Repository(connection, '/reg', '/reg', '/reg/.git');
  const repositories = { all: [repository], onDidChange: changed.event };
  const all = new Problems(repositories);
  const change = async (clock: string): Promise<void> => {
    state.clock = clock;
    await repository.refresh();
    changed.fire({ repository });
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  await change('1');
  return { all, state, change, asked, repositories, changed };
}

/** Other tests' features hear of settings too. */
const ofThis = () => [...problems].filter(([uri]) => !uri.startsWith('file:/a/'));

const listing = (): Record<string, string[]> =>
  Object.fromEntries(
    ofThis().map(([uri, found]) => [
      decodeURIComponent(uri).split('?')[0] ?? '',
      found.map(({ message, severity, range: { start } }) =>
        [message, severity, (start as { line: number }).line].join(' '),
      ),
    ]),
  );

test('what is wrong is listed in its file, and of tags and HEAD on the page of the check', async () => {
  await listed();
  assert.deepEqual(listing(), {
    'file:/reg/sub/dvc.yaml': ['On disk. Mend it. 0 2'],
    'gto:/Registry check': ['In HEAD. Mend it. 0 2', 'Of a tag. Mend it. 1 6'],
  });
});

test('a file that is open is left to the language server, and goes with what is mended', async () => {
  const { state, change, repositories, changed } = await listed();
  workspace.textDocuments = [{ uri: Uri.file('/reg/sub/dvc.yaml') }];
  workspace.documents.fire({ uri: Uri.file('/reg/sub/dvc.yaml') });
  assert.deepEqual(Object.keys(listing()), ['gto:/Registry check']);
  workspace.textDocuments = [];
  workspace.documents.fire({ uri: Uri.file('/reg/sub/dvc.yaml') });
  assert.deepEqual(Object.keys(listing()).length, 2);
  [state.problems, state.findings] = [[], []];
  await change('2');
  assert.deepEqual(listing(), {});
  state.problems = [onDisk];
  await change('3');
  assert.equal(Object.keys(listing()).length, 1);
  repositories.all.pop();
  changed.fire({});
  assert.deepEqual(listing(), {}, 'its folder was closed');
});

test('the registry is looked through once for each state', async () => {
  const { change, asked } = await listed();
  const doctors = (): number => asked.filter((each) => each === 'gto/doctor').length;
  await change('1');
  assert.equal(doctors(), 1);
  await change('2');
  assert.equal(doctors(), 2);
});

test('severities are those that are set, and nothing is listed where that is wanted', async () => {
  const { change } = await listed();
  workspace.settings = { 'diagnostics.severity': { tab: 'hint' } };
  workspace.configured.fire({ affectsConfiguration: () => true });
  assert.deepEqual(listing()['file:/reg/sub/dvc.yaml'], ['On disk. Mend it. 3 2']);
  workspace.settings = { 'diagnostics.severity': { tab: 'off' } };
  await change('2');
  assert.deepEqual(listing(), {});
  workspace.settings = { 'diagnostics.enabled': false };
  await change('3');
  assert.deepEqual(listing(), {});
});
