import assert from 'node:assert/strict';
import test, { beforeEach } from 'node:test';
import { clearArtifactsFilter, filterArtifacts } from '../../src/commands/filter';
import { ArtifactsTree } from '../../src/features/artifactsTree';
import { filterText } from '../../src/registry/filter';
import { Repositories } from '../../src/registry/repositories';
import type { Tools } from '../../src/tools';
import { daemon, ONE, openFolders } from './daemon';
import { QuickPick, shown, useInputs } from './inputs';
import { artifact } from './rows';
import { ran } from './vscode';

beforeEach(() => {
  shown.length = ran.length = 0;
});

async function opened() {
  const server = daemon(ONE);
  server.state.rows = [
    artifact({ labels: ['gpu'] }),
    artifact({ name: 'audio:asr', stages: {}, type: 'dataset' }),
    artifact({ name: 'audio:tts', stages: { prod: ['v3.1.0'] } }),
  ];
  openFolders(...Object.keys(ONE));
  const repositories = new Repositories(server.connection);
  await repositories.reload();
  const artifacts = new ArtifactsTree(repositories, () => Promise.resolve());
  const tools = { repositories, artifacts } as unknown as Tools;
  const asked = filterArtifacts(tools);
  await new Promise((resolve) => setImmediate(resolve));
  const pick = shown.at(-1);
  assert.ok(pick instanceof QuickPick);
  const [repository] = repositories.all;
  assert.ok(repository);
  const names = (): string =>
    artifacts
      .rowsOf(repository)
      .map(({ name }) => name)
      .join(' ');
  const choose = (label: string): void => {
    pick.activeItems = pick.items.filter((item) => item.label === label);
    assert.equal(pick.activeItems.length, 1, label);
    pick.accept();
  };
  return { server, repositories, repository, tools, artifacts, asked, pick, names, choose };
}

test('what is typed is looked for at once, and what is offered narrows it', async (t) => {
  useInputs(t);
  const { pick, names, choose, artifacts, asked } = await opened();
  assert.deepEqual(pick.labels, [
    'Show 3 artifacts',
    'State',
    'is:changed',
    'Stage',
    'stage:prod',
    'stage:dev',
    'Type',
    'type:model',
    'type:dataset',
    'Label',
    'label:gpu',
  ]);
  pick.type('audio');
  assert.equal(names(), 'audio:asr audio:tts');
  assert.equal(pick.labels[0], 'Show 2 of 3 artifacts');
  pick.type('audio sta');
  assert.equal(names(), '');
  pick.type('audio stage:pr');
  assert.equal(names(), 'audio:asr audio:tts', 'what is not typed to its end finds no less');
  choose('stage:prod');
  assert.equal(pick.value, 'audio stage:prod ');
  assert.equal(names(), 'audio:tts');
  choose('stage:prod');
  assert.equal(pick.value, 'audio ');
  choose('type:dataset');
  choose('Show 1 of 3 artifacts');
  await asked;
  assert.equal(filterText(artifacts.filter), 'audio type:dataset');
  assert.deepEqual(ran.at(-1), ['setContext', 'gto.artifactsFiltered', true]);
});

test('giving up leaves the view as it was, and clearing shows everything', async (t) => {
  useInputs(t);
  const { tools, pick, names, artifacts, asked } = await opened();
  pick.type('asr');
  pick.hide();
  await asked;
  assert.equal(names(), 'churn audio:asr audio:tts');
  const again = filterArtifacts(tools);
  await new Promise((resolve) => setImmediate(resolve));
  const other = shown.at(-1);
  assert.ok(other instanceof QuickPick);
  other.type('asr');
  other.activeItems = other.items.slice(0, 1);
  other.accept();
  await again;
  assert.equal(names(), 'audio:asr');
  await clearArtifactsFilter(tools);
  assert.deepEqual(artifacts.filter, []);
  assert.deepEqual(ran.at(-1), ['setContext', 'gto.artifactsFiltered', false]);
});

test('what is offered follows the registry, and the item that the user is at stays theirs', async (t) => {
  useInputs(t);
  const { server, repositories, repository, pick, asked } = await opened();
  pick.activeItems = pick.items.filter(({ label }) => label === 'stage:dev');
  server.change('audio:asr', { stages: { staging: ['v1.0.0'] } });
  await repositories.refresh(repository, ['audio:asr']);
  assert.ok(pick.labels.includes('stage:staging'));
  assert.equal(pick.activeItems[0]?.label, 'stage:dev');
  pick.hide();
  await asked;
});
