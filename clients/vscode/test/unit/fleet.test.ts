import assert from 'node:assert/strict';
import * as path from 'node:path';
import test, { afterEach } from 'node:test';
import type { Connection } from '../../src/client/connection';
import { Refusal } from '../../src/client/refusal';
import type { Health } from '../../src/client/serverHealth';
import {
  copyFleetName,
  fleetFile,
  openFleetRepository,
  refreshFleet,
} from '../../src/commands/fleet';
import { FleetTree } from '../../src/features/fleetTree';
import type { FleetArtifact, FleetRepository, FleetShowResult } from '../../src/protocol';
import type { Tools } from '../../src/tools';
import { seenText, type FleetNode } from '../../src/views/fleetItems';
import { clipboard, EventEmitter, ran, workspace, type ThemeIcon } from './vscode';

const HERE: FleetRepository = { name: 'one', path: '/one', seen: 0, health: 'ok', message: '' };
const BROKEN: FleetRepository = {
  name: 'two',
  path: '/two',
  seen: null,
  health: 'error',
  message: "'/two' does not exist. Clone it again.",
};
const REMOTE: FleetRepository = {
  name: 'far',
  url: 'https://example.com/far.git',
  seen: 12,
  health: 'ok',
  message: '',
};

function artifact(told: Partial<FleetArtifact> = {}): FleetArtifact {
  return {
    repository: 'one',
    artifact: 'churn',
    version: 'v2.0.0',
    stage: { dev: 'v2.0.0', prod: 'v1.0.0', staging: null },
    registered: true,
    active: true,
    ...told,
  };
}

interface View {
  visible: boolean;
  readonly message: string;
  readonly visibility: EventEmitter<unknown>;
}

/** A daemon with a fleet, and the view of it. */
function fleet(repositories: readonly FleetRepository[], artifacts: readonly FleetArtifact[]) {
  const state = { repositories, artifacts, problems: [] as FleetShowResult['problems'] };
  const asked: string[] = [];
  const refusals: Record<string, Refusal> = {};
  const changed = new EventEmitter<{ subscription: number }>();
  const health = new EventEmitter<Health>();
  let subscriptions = 0;
  const answers: Record<string, () => unknown> = {
    'gto/fleet/subscribe': () => ({ subscription: ++subscriptions }),
    'gto/fleet/show': () => ({
      ...state,
      artifacts: Object.fromEntries(
        state.artifacts.map((each) => [`${each.repository}/${each.artifact}`, each]),
      ),
    }),
  };
  const connection = {
    has: () => true,
    onDidChangeFleet: changed.event,
    ask: (method: string) => {
      asked.push(method);
      const refusal = refusals[method];
      return refusal ? Promise.reject(refusal) : Promise.resolve(answers[method]?.());
    },
  } as unknown as Connection;
  const tree = new FleetTree(connection, health.event);
  const drawn: (string | undefined)[] = [];
  tree.onDidChangeTreeData((node) => void drawn.push(node?.id));
  const view = tree.view as unknown as View;
  const see = async (visible: boolean): Promise<void> => {
    view.visible = visible;
    view.visibility.fire({});
    await tree.refresh();
  };
  const all = async (parent?: FleetNode): Promise<FleetNode[]> => {
    const nodes = await tree.getChildren(parent);
    return (await Promise.all(nodes.map(async (each) => [each, ...(await all(each))]))).flat();
  };
  return { state, asked, refusals, changed, health, connection, tree, drawn, view, see, all };
}

const text = (tree: FleetTree, node: FleetNode): string => {
  const { label, description } = tree.getTreeItem(node);
  return [typeof label === 'object' ? label.label : label, description].join('  ');
};

afterEach(() => {
  workspace.settings = {};
  ran.length = 0;
});

test('nothing is asked before the view is seen; it is subscribed to while it is, and no longer', async () => {
  const { asked, tree, health, see, changed } = fleet([HERE], [artifact()]);
  health.fire({ state: 'ready' } as Health);
  assert.deepEqual(await tree.getChildren(), []);
  await tree.refresh();
  assert.deepEqual(asked, []);
  assert.deepEqual(ran, [['setContext', 'gto.hasFleet', true]]);
  await see(true);
  assert.equal(asked.filter((each) => each === 'gto/fleet/subscribe').length, 1);
  asked.length = 0;
  changed.fire({ subscription: 99 });
  assert.deepEqual(asked, [], 'it is not ours');
  changed.fire({ subscription: 1 });
  assert.deepEqual(asked, ['gto/fleet/show']);
  await see(false);
  assert.deepEqual(asked.slice(-1), ['gto/unsubscribe']);
  asked.length = 0;
  changed.fire({ subscription: 1 });
  await tree.refresh();
  assert.deepEqual(asked, []);
});

test('another server is subscribed to again', async () => {
  const { asked, tree, health, see } = fleet([HERE], [artifact()]);
  await see(true);
  asked.length = 0;
  health.fire({ state: 'starting' });
  health.fire({ state: 'ready' } as Health);
  await tree.refresh();
  await tree.refresh();
  assert.equal(asked[0], 'gto/fleet/subscribe');
});

test('rows begin with the main stage, say why a repository is broken, and are heard with their place', async () => {
  const { tree, see, all } = fleet(
    [HERE, BROKEN],
    [artifact(), artifact({ artifact: 'gone', active: false, version: null, stage: {} })],
  );
  await see(true);
  const nodes = await all();
  assert.deepEqual(
    nodes.map((node) => text(tree, node)),
    [
      'one  2 artifacts',
      'prod  churn  v1.0.0 · latest v2.0.0 · dev v2.0.0',
      'gone  deprecated',
      "two  '/two' does not exist. Clone it again.",
    ],
  );
  const items = nodes.map((node) => tree.getTreeItem(node));
  assert.deepEqual(
    items.map(({ iconPath }) => (iconPath as unknown as ThemeIcon).id),
    ['repo', 'rocket', 'archive', 'error'],
  );
  assert.equal(
    items[1]?.accessibilityInformation?.label,
    'churn, latest version v2.0.0, in dev version v2.0.0, in prod version v1.0.0, repository one',
  );
  workspace.settings = { mainStage: 'dev' };
  await tree.refresh();
  assert.match(text(tree, (await all())[1] as FleetNode), /^dev {2}churn/);
});

test('a change draws the repository that it is in, and one that comes the whole view', async () => {
  const { state, tree, drawn, see, all } = fleet([HERE, BROKEN], [artifact()]);
  await see(true);
  drawn.length = 0;
  await tree.refresh();
  assert.deepEqual(drawn, []);
  state.artifacts = [artifact({ version: 'v3.0.0' })];
  await tree.refresh();
  assert.deepEqual(drawn.splice(0), ['one']);
  assert.match(text(tree, (await all())[1] as FleetNode), /latest v3\.0\.0/);
  state.repositories = [HERE];
  await tree.refresh();
  assert.deepEqual(drawn, [undefined]);
});

test('how long ago a remote was looked at goes on counting', async () => {
  assert.equal(seenText(REMOTE, 0, 0), 'seen 12 s ago');
  assert.equal(seenText(REMOTE, 0, 30_000), 'seen 42 s ago');
  assert.equal(seenText(REMOTE, 0, 120_000), 'seen 2 minutes ago');
  assert.equal(seenText(HERE, 0, 0), '');
  const { tree, see, all } = fleet([REMOTE], []);
  await see(true);
  const [row] = await all();
  assert.match(text(tree, row as FleetNode), /^far {2}0 artifacts · seen 1\d s ago$/);
  await see(false);
});

test('what is wrong with the file, and a refusal, are said above the rows', async () => {
  const { state, refusals, tree, view, see } = fleet([], []);
  state.problems = [{ code: 'invalid-yaml', severity: 'error', message: 'No.', hint: 'Mend it.' }];
  await see(true);
  assert.equal(view.message, 'No. Mend it.');
  assert.deepEqual(ran.at(-1), ['setContext', 'gto.fleetIsEmpty', true]);
  refusals['gto/fleet/show'] = new Refusal('Not here', undefined, 'Trust it.');
  await tree.refresh();
  assert.equal(view.message, 'Not here. Trust it.');
  assert.deepEqual(await tree.getChildren(), []);
});

test('a row has its name copied and its folder opened; the file is where gtod looks for it', async () => {
  const { see, all } = fleet([HERE], [artifact()]);
  await see(true);
  const [repository, row] = await all();
  const tools = {} as Tools;
  await copyFleetName(tools, row);
  assert.equal(clipboard.text, 'one/churn');
  await copyFleetName(tools, repository);
  assert.equal(clipboard.text, 'one');
  await openFleetRepository(tools, repository);
  const [command, folder, how] = ran.at(-1) ?? [];
  assert.equal(command, 'vscode.openFolder');
  assert.equal((folder as { path: string }).path, '/one');
  assert.deepEqual(how, { forceNewWindow: true });
  assert.equal(fleetFile({ XDG_CONFIG_HOME: '/c' }), path.join('/c', 'gtod', 'fleet.yaml'));
});

test('to refresh it looks at the remotes first, but not from a folder that is not trusted', async (t) => {
  const { asked, connection, tree, see } = fleet([HERE], []);
  await see(true);
  asked.length = 0;
  const tools = { connection, fleet: tree } as unknown as Tools;
  await refreshFleet(tools);
  assert.deepEqual(asked.splice(0), ['gto/fleet/fetch', 'gto/fleet/show']);
  workspace.isTrusted = false;
  t.after(() => void (workspace.isTrusted = true));
  await refreshFleet(tools);
  assert.deepEqual(asked.splice(0), ['gto/fleet/show']);
});
