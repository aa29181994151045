import assert from 'node:assert/strict';
import test, { beforeEach } from 'node:test';
import type { Connection } from '../../src/client/connection';
import { NotConnected, Refusal } from '../../src/client/refusal';
import { Panels } from '../../src/features/panels';
import type { FromPage } from '../../src/panels/messages';
import type { Change, RegistryChange, Repositories } from '../../src/registry/repositories';
import type { Repository } from '../../src/registry/repository';
import { metrics, values } from './rows';
import { EventEmitter, panels, ran, serializers, Uri, WebviewPanel, workspace } from './vscode';

interface Told {
  readonly tells: 'answer' | 'failure';
  readonly question: Record<string, unknown>;
  readonly answer?: Record<string, unknown>;
  readonly words?: string;
}

/** Everything that is on its way has arrived. */
const settled = () => new Promise((resolve) => setImmediate(resolve));
const told = (panel: WebviewPanel): Told[] => panel.posted as Told[];

/** Pages over two repositories, of a daemon that answers, refuses, or takes its time. */
function opened() {
  const [changed, heard] = [new EventEmitter<Change>(), new EventEmitter<RegistryChange>()];
  const health = new EventEmitter<unknown>();
  const at = (root: string) => ({
    root,
    place: '',
    comparedStage: () => 'prod',
    heldStages: () => ['dev', 'prod'],
  });
  const all = new Map([at('/a'), at('/b')].map((each) => [each.root, each]));
  const repositories = {
    at: (root: string) => all.get(root),
    onDidChange: changed.event,
    onDidChangeRegistry: heard.event,
    settled: (started: Promise<void>) => started,
  };
  const asked: [string, Record<string, unknown>][] = [];
  const state = {
    isOpen: true,
    answer: (method: string): Promise<unknown> =>
      Promise.resolve(method === 'gto/plots' ? { plots: [] } : metrics(values())),
  };
  const connection = {
    get isOpen() {
      return state.isOpen;
    },
    onDidVerifySignatures: new EventEmitter<unknown>().event,
    ask: (method: string, params: Record<string, unknown>) => {
      asked.push([method, params]);
      return state.answer(method);
    },
  };
  const pages = new Panels(
    connection as unknown as Connection,
    repositories as unknown as Repositories,
    () => Promise.resolve(),
    Uri.file('/extension') as never,
    health.event,
    { of: () => Promise.reject(new Error('no page of these is judged')) },
  );
  const repository = (root: string) => all.get(root) as unknown as Repository;
  const change = (root: string) =>
    heard.fire({ repository: repository(root) } as unknown as RegistryChange);
  return { pages, all, asked, state, changed, health, change, repository };
}

/** What a page says once it is there. */
async function says(panel: WebviewPanel, message: FromPage): Promise<void> {
  panel.says.fire(message);
  await settled();
}

async function shown(panel = panels.at(-1)): Promise<WebviewPanel> {
  assert.ok(panel);
  await says(panel, { asks: 'answer' });
  return panel;
}

beforeEach(() => {
  panels.length = 0;
  ran.length = 0;
  workspace.isTrusted = true;
});

test('a page is answered when it asks, and opened once', async () => {
  const { pages, asked, repository } = opened();
  pages.versions(repository('/a'), 'churn');
  const panel = await shown();
  assert.match(panel.webview.html, /dist\/webview\/versions\.js/);
  assert.deepEqual(asked, [
    ['gto/metrics', { repo: '/a', name: 'churn', against: 'prod', limit: null }],
  ]);
  assert.deepEqual(told(panel)[0]?.answer?.['stages'], ['dev', 'prod']);
  assert.equal(panel.title, 'Versions of churn');
  pages.versions(repository('/a'), 'churn');
  assert.deepEqual([panels.length, panel.reveals], [1, 1]);
  pages.versions(repository('/b'), 'churn');
  pages.compare(repository('/a'), 'churn', 'v1', 'v2');
  assert.equal(panels.length, 3);
  assert.equal((await shown()).title, 'churn v1 ↔ v2');
});

test('pages follow their own registry while they are in sight', async () => {
  const { pages, asked, repository, change, changed } = opened();
  pages.versions(repository('/a'), 'churn');
  const panel = await shown();
  const renewed = async (act: () => void): Promise<number> => {
    const before = asked.length;
    act();
    await settled();
    assert.equal(told(panel).length, asked.length);
    return asked.length - before;
  };
  assert.equal(await renewed(() => change('/a')), 1);
  assert.equal(await renewed(() => change('/b')), 0);
  // Folders were opened or closed; that artifacts are drawn again is no news to a page.
  assert.equal(await renewed(() => changed.fire({})), 1);
  assert.equal(await renewed(() => changed.fire({ repository: repository('/a') })), 0);
  panel.visible = false;
  assert.equal(await renewed(() => change('/a')), 0);
  panel.visible = true;
  panel.dispose();
  assert.equal(await renewed(() => change('/a')), 0);
});

test('an answer that another one has overtaken is not shown', async () => {
  const { pages, repository, state, change } = opened();
  pages.versions(repository('/a'), 'churn');
  const panel = await shown();
  let arrive: (answer: unknown) => void = () => undefined;
  const late = new Promise<unknown>((resolve) => {
    arrive = resolve;
  });
  state.answer = () => late;
  change('/a');
  await settled();
  state.answer = () => Promise.resolve(metrics(values(), values({ version: 'v3.2.0' })));
  change('/a');
  await settled();
  arrive(metrics());
  await settled();
  const counts = told(panel).map(({ answer }) => (answer?.['metrics'] as { total: number }).total);
  assert.deepEqual(counts, [1, 2]);
});

test('a page from before a reload is about what it was about, and one that VS Code knows nothing of closes', async () => {
  const { asked } = opened();
  const question = { page: 'compare', repo: '/a', name: 'churn', left: 'v1', right: 'v2' };
  const kept = new WebviewPanel();
  await serializers.get('gto.compare')?.deserializeWebviewPanel(kept, { question });
  await shown(kept);
  assert.deepEqual(
    asked.map(([method]) => method),
    ['gto/compare', 'gto/plots'],
  );
  assert.deepEqual(told(kept)[0]?.question, question);
  assert.equal(kept.title, 'churn v1 ↔ v2');
  const lost = new WebviewPanel();
  await serializers.get('gto.versions')?.deserializeWebviewPanel(lost, undefined);
  assert.ok(lost.isDisposed);
});

test('a page says why it has no answer, and has one when the server is there again', async () => {
  const { pages, all, asked, repository, state, health } = opened();
  pages.versions(repository('/a'), 'churn');
  state.answer = () => Promise.reject(new Refusal('No such artifact.', undefined, 'Look.'));
  const panel = await shown();
  assert.match(told(panel).at(-1)?.words ?? '', /No such artifact\./);
  state.answer = () => Promise.reject(new NotConnected('no server'));
  await shown(panel);
  assert.match(told(panel).at(-1)?.words ?? '', /no server/);
  state.answer = () => Promise.resolve(metrics(values()));
  health.fire(undefined);
  await settled();
  assert.equal(told(panel).at(-1)?.tells, 'answer');
  const before = asked.length;
  health.fire(undefined);
  await settled();
  assert.equal(asked.length, before, 'it has its answer');
  all.delete('/a');
  await shown(panel);
  assert.match(told(panel).at(-1)?.words ?? '', /\/a is not open in this window/);
});

test('a page becomes what is asked of it', async () => {
  const { pages, asked, repository } = opened();
  pages.compare(repository('/a'), 'churn', 'v1', 'v2');
  const panel = await shown();
  await says(panel, { asks: 'swap' });
  assert.equal(panel.title, 'churn v2 ↔ v1');
  assert.equal(asked.at(-2)?.[1]['left'], 'v2');
  await says(panel, { asks: 'versions' });
  const all = await shown();
  await says(all, { asks: 'against', stage: null });
  assert.equal(asked.at(-1)?.[1]['against'], null);
  await says(all, { asks: 'compare', left: 'v1', right: 'v3' });
  assert.equal((await shown()).title, 'churn v1 ↔ v3');
});

test('where the folder is not trusted pages only read; once it is, they know', async () => {
  const { pages, repository } = opened();
  workspace.isTrusted = false;
  pages.versions(repository('/a'), 'churn');
  const panel = await shown();
  assert.equal(told(panel)[0]?.answer?.['isWritable'], false);
  await says(panel, { asks: 'assign', version: 'v3.1.0' });
  assert.deepEqual(ran, []);
  workspace.isTrusted = true;
  workspace.trustGranted.fire();
  await settled();
  assert.equal(told(panel)[1]?.answer?.['isWritable'], true);
  await says(panel, { asks: 'assign', version: 'v3.1.0' });
  assert.deepEqual(ran, [['gto.assignStage', { repo: '/a', name: 'churn', version: 'v3.1.0' }]]);
});
