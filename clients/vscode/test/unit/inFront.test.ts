import assert from 'node:assert/strict';
import test, { afterEach, beforeEach } from 'node:test';
import type { Uri as RealUri } from 'vscode';
import type { Connection } from '../../src/client/connection';
import type { ArtifactFiles, FoundArtifact } from '../../src/features/artifactFiles';
import { actionsOf, ArtifactInFront } from '../../src/features/artifactInFront';
import type { CompareResult } from '../../src/protocol';
import type { RegistryChange } from '../../src/registry/repositories';
import type { Repository } from '../../src/registry/repository';
import { artifactCard } from '../../src/text/artifactCard';
import { distanceText, MAX_COUNTED } from '../../src/text/distance';
import { artifact } from './rows';
import {
  EventEmitter,
  front,
  statusItems,
  TabInputText,
  TabInputTextDiff,
  Uri,
  workspace,
} from './vscode';

const commits = (count: number): CompareResult['commits'] =>
  Array.from({ length: count }, () => ({}) as CompareResult['commits'][number]);

/** The status bar item of a registry whose files are named after their artifacts. */
function shown(rows = [artifact()], compared: Partial<CompareResult> = {}) {
  const [changed, heard] = [new EventEmitter<void>(), new EventEmitter<RegistryChange>()];
  const held: Record<string, string[]> = {};
  const repository = {
    root: '/reg',
    place: '',
    clock: '1',
    row: (name: string) => rows.find((each) => each.name === name),
    heldStages: (name: string) => held[name] ?? ['dev', 'prod'],
  };
  const files = {
    onDidChange: changed.event,
    of: ({ fsPath }: RealUri, line: number): FoundArtifact | undefined => {
      const row = rows.find(({ name }) => fsPath === `/reg/${name}` || name === `line ${line}`);
      return row && { repository: repository as unknown as Repository, row };
    },
  } as unknown as ArtifactFiles;
  const asked: object[] = [];
  const answer = {
    commits: commits(4),
    dropped: [],
    complete: true,
    related: true,
    same_content: true,
  };
  const state = { compared: { ...answer, ...compared }, refusal: undefined as Error | undefined };
  const connection = {
    ask: (_method: string, params: object) => {
      asked.push(params);
      return state.refusal ? Promise.reject(state.refusal) : Promise.resolve(state.compared);
    },
  } as unknown as Connection;
  const inFront = new ArtifactInFront(files, connection, {
    onDidChangeRegistry: heard.event,
  });
  const item = statusItems.get('gto.artifact');
  assert.ok(item);
  return { item, asked, state, repository, held, inFront, changed };
}

const open = async (name: string, line = 0): Promise<void> => {
  front.is(new TabInputText(Uri.file(name)), line);
  await settled();
};
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => front.is(undefined));
afterEach(() => (workspace.isTrusted = true));

test('what of a file is in production, and how far that is from HEAD, is in the status bar', async () => {
  const { item, asked } = shown();
  assert.equal(item.isShown, false);
  await open('/reg/churn');
  assert.ok(item.isShown);
  assert.equal(item.text, '$(package) churn: prod v3.0.0 · 4 commits behind HEAD');
  assert.equal(item.accessibilityInformation?.label, item.text.replace('$(package) ', ''));
  const params = { repo: '/reg', name: 'churn', left: 'v3.0.0', right: 'HEAD', limit: MAX_COUNTED };
  assert.deepEqual(asked, [params]);
  front.changed.fire({});
  await settled();
  assert.equal(asked.length, 1, 'nothing changed');
  await open('/elsewhere');
  assert.equal(item.isShown, false);
});

test('it is asked again where the registry or HEAD moved, and shows what it knows until then', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { item, asked, state, repository, changed } = shown();
  await open('/reg/churn');
  repository.clock = '2';
  state.compared = { ...state.compared, commits: commits(5) };
  for (let change = 0; change < 50; change++) changed.fire();
  await settled();
  assert.match(item.text, /4 commits behind/);
  context.mock.timers.tick(1_000);
  await settled();
  await settled();
  assert.match(item.text, /5 commits behind/);
  assert.equal(asked.length, 2, 'fifty changes are one question');
});

test('a version that cannot be compared is shown without a distance, and another one is not given its', async () => {
  const rows = [artifact(), artifact({ name: 'new', registered: false, latest: null, stages: {} })];
  const { item, held, state } = shown([...rows, artifact({ name: 'other', stages: {} })]);
  [held['new'], held['other']] = [[], []];
  await open('/reg/churn');
  state.refusal = new Error('no HEAD');
  await open('/reg/new');
  assert.equal(item.text, '$(package) new: not registered');
  await open('/reg/other');
  assert.equal(item.text, '$(package) other: v3.1.0');
});

test('the cursor, and the right side of a comparison, say which file is in front', async () => {
  const { inFront } = shown([artifact(), artifact({ name: 'line 7' })]);
  const name = (): string | undefined => inFront.artifact?.row.name;
  await open('/reg/artifacts.yaml', 7);
  assert.equal(name(), 'line 7');
  await open('/reg/artifacts.yaml', 3);
  assert.equal(name(), undefined);
  front.is(new TabInputTextDiff(Uri.file('/other'), Uri.file('/reg/churn')));
  assert.equal(name(), 'churn');
});

test('distances are told rightly', () => {
  const told = (behind: number, ahead: number, complete = true, related: boolean | null = true) =>
    distanceText({ behind, ahead, complete, related: complete ? related : null });
  assert.equal(told(0, 0), 'at HEAD');
  assert.equal(told(1, 0), '1 commit behind HEAD');
  assert.equal(told(12, 0), '12 commits behind HEAD');
  assert.equal(told(0, 1), '1 commit ahead of HEAD');
  assert.equal(told(0, 3), '3 commits ahead of HEAD');
  assert.equal(told(1, 1), '1 behind and 1 ahead of HEAD');
  assert.equal(told(2, 9, true, false), 'no history in common with HEAD');
  assert.equal(told(MAX_COUNTED, 0, false), '200+ commits behind HEAD');
  assert.equal(told(MAX_COUNTED, 3, false), '200+ behind and 3 ahead of HEAD');
  assert.equal(told(3, 0, false), '', 'a shallow clone');
});

test('a card shows the texts of others, and they do nothing', () => {
  const evil = '[run](command:evil) <b>bold</b> ![x](https://x.example) $(error)\n\n# Title';
  const row = artifact({ description: evil + 'x'.repeat(2_000), type: '**bold**', path: 'a`b\nc' });
  const repository = { root: '/a(b)', heldStages: () => ['prod'], row: () => row };
  const actions = actionsOf({ repository: repository as unknown as Repository, row });
  const { value, isTrusted } = artifactCard(row, undefined, undefined, actions) as unknown as {
    value: string;
    isTrusted: { enabledCommands: string[] };
  };
  const links = [...value.matchAll(/(?<!\\)\]\(([^)]*)\)/g)].map((match) => match[1] ?? '');
  assert.deepEqual(
    links.map((each) => each.split('?')[0]),
    actions.map(({ command }) => `command:${command}`),
  );
  assert.deepEqual(
    isTrusted.enabledCommands,
    actions.map(({ command }) => command),
  );
  for (const part of ['<b>', '](https', '\n#', ' $(error)']) assert.ok(!value.includes(part), part);
  assert.ok(value.length < 2_500);
  const argument = decodeURIComponent(links[0]?.split('?')[1] ?? '');
  assert.deepEqual(JSON.parse(argument), [{ repo: '/a(b)', name: 'churn', stage: 'prod' }]);
});

test('what writes is not offered in an untrusted folder', () => {
  const row = artifact();
  const repository = { root: '/reg', heldStages: () => ['prod'], row: () => row };
  const offered = (): string[] =>
    actionsOf({ repository: repository as unknown as Repository, row }).map(
      ({ command }) => command,
    );
  assert.ok(offered().includes('gto.rollBackStage'));
  workspace.isTrusted = false;
  assert.ok(!offered().includes('gto.rollBackStage'));
});
