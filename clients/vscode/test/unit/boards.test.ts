import assert from 'node:assert/strict';
import test, { beforeEach } from 'node:test';
import type { Connection } from '../../src/client/connection';
import { Refusal } from '../../src/client/refusal';
import { Panels } from '../../src/features/panels';
import type { BoardAnswer, BoardQuestion, FromPage, ToBoard } from '../../src/panels/messages';
import type { AuditResult, DidVerifySignaturesParams, TreeRow } from '../../src/protocol';
import type { Change, RegistryChange, Repositories } from '../../src/registry/repositories';
import type { Repository } from '../../src/registry/repository';
import { artifact, event } from './rows';
import { EventEmitter, panels, ran, serializers, Uri, WebviewPanel, workspace } from './vscode';

/** Everything that is on its way has arrived. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Boards over two repositories. */
function opened() {
  const [changed, heard] = [new EventEmitter<Change>(), new EventEmitter<RegistryChange>()];
  const verified = new EventEmitter<DidVerifySignaturesParams>();
  const at = (root: string, ...rows: readonly TreeRow[]) => ({
    root,
    label: root.slice(1),
    place: root.slice(1),
    inOrder: rows,
    allowedStages: ['dev', 'prod'],
    stages: ['dev', 'prod'].map((name) => ({ name, isAllowed: true })),
    mainStage: 'prod',
    row(name: string) {
      return this.inOrder.find((row) => row.name === name);
    },
  });
  const a = at('/a', artifact(), artifact({ name: 'described', registered: false, stages: {} }));
  const all = [a, at('/b', artifact({ name: 'other', stages: {} }))];
  const repositories = {
    all,
    at: (root: string) => all.find((each) => each.root === root),
    onDidChange: changed.event,
    onDidChangeRegistry: heard.event,
    settled: (started: Promise<void>) => started,
  };
  const asked: [string, Record<string, unknown>][] = [];
  const state = {
    refuse: (() => undefined) as (params: Record<string, unknown>) => Refusal | undefined,
    audit: (): Promise<unknown> => Promise.resolve({ events: [], rules: null }),
  };
  const connection = {
    isOpen: true,
    onDidVerifySignatures: verified.event,
    ask: (method: string, params: Record<string, unknown>) => {
      asked.push([method, params]);
      const refusal = params['dry_run'] === true ? state.refuse(params) : undefined;
      if (refusal) return Promise.reject(refusal);
      if (method === 'gto/show')
        return Promise.resolve({
          note: 'Tags that were deleted since then are not known any more.',
          artifacts: {
            churn: { version: 'v1.0.0', stage: { dev: 'v1.0.0' }, registered: true, active: true },
          },
        });
      const events = [event({ version: 'v3.0.0', timestamp: '2026-05-31T12:00:00+00:00' })];
      return Promise.resolve({ events, plan: {} });
    },
  };
  const pages = new Panels(
    connection as unknown as Connection,
    repositories as unknown as Repositories,
    () => Promise.resolve(),
    Uri.file('/extension') as never,
    new EventEmitter<unknown>().event,
    { of: () => state.audit() as Promise<AuditResult> },
  );
  const change = (...artifacts: readonly string[]) =>
    heard.fire({ repository: a, notice: { artifacts } } as unknown as RegistryChange);
  return { pages, a, asked, state, changed, change, verified };
}

async function says(panel: WebviewPanel, message: FromPage): Promise<ToBoard | undefined> {
  panel.says.fire(message);
  await settled();
  return (panel.posted as ToBoard[]).at(-1);
}

function answerOf(told: ToBoard | undefined): BoardAnswer {
  assert.equal(told?.tells, 'answer');
  return told.answer;
}

const board = async () => {
  const all = opened();
  all.pages.board(all.a as unknown as Repository);
  const panel = panels.at(-1);
  assert.ok(panel);
  return { ...all, panel, answer: answerOf(await says(panel, { asks: 'answer' })) };
};

beforeEach(() => {
  panels.length = 0;
  ran.length = 0;
  workspace.isTrusted = true;
});

test('a board has the rows of the sidebar that are registered, and one question more', async () => {
  const { asked, answer, panel, pages, a } = await board();
  assert.deepEqual(
    answer.cards.map(({ name, stage, version, author }) => [name, stage, version, author]),
    [
      ['churn', 'prod', 'v3.0.0', 'Ann'],
      ['churn', 'dev', 'v3.1.0', null],
    ],
  );
  assert.deepEqual(asked, [['gto/history', { repo: '/a', signatures: true, name: 'churn' }]]);
  assert.deepEqual([answer.shown, answer.total], [1, 1]);
  assert.deepEqual(
    answer.repositories.map(({ label }) => label),
    ['a', 'b'],
  );
  assert.equal(panel.title, 'a: Board');
  pages.board(a as unknown as Repository);
  assert.deepEqual([panels.length, panel.reveals], [1, 1]);
});

test('a filter leaves those artifacts that the sidebar would, and another repository has its own', async () => {
  const { panel } = await board();
  const filtered = answerOf(await says(panel, { asks: 'filter', filter: 'no-such-word' }));
  assert.deepEqual([filtered.shown, filtered.total, filtered.cards], [0, 1, []]);
  assert.equal(answerOf(await says(panel, { asks: 'filter', filter: 'stage:prod' })).shown, 1);
  await says(panel, { asks: 'filter', filter: '' });
  const other = answerOf(await says(panel, { asks: 'repository', repo: '/b' }));
  assert.deepEqual(
    other.cards.map(({ name, stage }) => [name, stage]),
    [['other', null]],
  );
  assert.equal(panel.title, 'b: Board');
});

test('the board of another day is read-only and says what it cannot know', async () => {
  const { panel, asked } = await board();
  const asOf = '2026-05-31T23:59:59Z';
  const then = answerOf(await says(panel, { asks: 'moment', asOf }));
  assert.deepEqual(
    then.cards.map(({ name, stage, version }) => [name, stage, version]),
    [['churn', 'dev', 'v1.0.0']],
  );
  assert.equal(then.isWritable, false);
  assert.match(then.notes[0] ?? '', /deleted since then/);
  assert.equal(asked.at(-1)?.[1]['as_of'], asOf);
  assert.equal(answerOf(await says(panel, { asks: 'moment', asOf: null })).isWritable, true);
});

test('the rules judge what is on a board when somebody wants it, and are told where there are none', async () => {
  const { panel, state, answer } = await board();
  assert.deepEqual(answer.notes, []);
  const told = async () => answerOf(await says(panel, { asks: 'judged', isJudged: true }));
  assert.match((await told()).notes[0] ?? '', /has no rules/);
  state.audit = () => Promise.reject(new Refusal('The rules cannot be read', undefined, 'Mend.'));
  assert.match((await told()).notes[0] ?? '', /cannot be read\. Mend\./);
  const verdict = { ref: 'churn#prod#4', verdict: 'overridden', rules: [], override: 'why' };
  state.audit = () => Promise.resolve({ events: [verdict], rules: {} });
  assert.equal((await told()).cards[0]?.verdict, 'overridden');
});

test('a card that is picked up is told where the rules do not let it go', async () => {
  const { panel, state, asked } = await board();
  state.refuse = ({ stage }) =>
    stage === 'prod' ? new Refusal('Too early', 'TooEarly', 'Wait.') : undefined;
  const told = await says(panel, { asks: 'refusals', name: 'churn', version: 'v3.1.0' });
  assert.deepEqual(told, {
    tells: 'refusals',
    name: 'churn',
    version: 'v3.1.0',
    refusals: { prod: 'Too early. Wait.' },
  });
  const acts = asked.filter(([method]) => method === 'gto/assign');
  assert.ok(acts.length === 2 && acts.every(([, { dry_run }]) => dry_run === true));
});

test('a move opens the last step of its wizard, writes nothing itself, and says when it was given up', async () => {
  const { panel, asked, a } = await board();
  const move = { asks: 'move', name: 'churn', version: 'v3.1.0', from: 'dev', to: 'prod' } as const;
  assert.deepEqual(await says(panel, move), { tells: 'unmoved', name: 'churn' });
  const target = { repo: '/a', name: 'churn', version: 'v3.1.0', stage: 'prod' };
  assert.deepEqual(ran, [['gto.assignStage', target]]);
  a.inOrder = [artifact({ stages: { prod: ['v3.1.0'] } })];
  const before = panel.posted.length;
  await says(panel, move);
  assert.equal(panel.posted.length, before, 'the change itself says that it moved');
  await says(panel, { ...move, from: 'prod', to: null });
  assert.deepEqual(ran.at(-1), ['gto.removeFromStage', target]);
  const writes = asked.filter(([method]) => /assign/.test(method));
  assert.ok(writes.length === 3 && writes.every(([, { dry_run }]) => dry_run === true));
});

test('a move that is refused says why; one that may be done all the same goes on to the wizard', async () => {
  const { panel, state } = await board();
  const move = { asks: 'move', name: 'churn', version: 'v3.1.0', from: 'dev', to: 'prod' } as const;
  state.refuse = () => new Refusal('Not in staging', 'TransitionNotAllowed', 'Assign it there.');
  assert.deepEqual(await says(panel, move), {
    tells: 'refused',
    words: 'Not in staging. Assign it there.',
  });
  assert.deepEqual(ran, []);
  state.refuse = () =>
    new Refusal('Not in staging', 'TransitionNotAllowed', '', '', '', { override: '' });
  await says(panel, move);
  assert.equal(ran.length, 1);
});

test('in a folder that is not trusted a board runs nothing and moves nothing', async () => {
  workspace.isTrusted = false;
  const { panel, asked, answer } = await board();
  assert.deepEqual([answer.isWritable, answer.isJudgeable], [false, false]);
  assert.equal(asked[0]?.[1]['signatures'], false);
  await says(panel, { asks: 'move', name: 'churn', version: 'v3.1.0', from: 'dev', to: 'prod' });
  await says(panel, { asks: 'judged', isJudged: true });
  assert.deepEqual([ran, asked.filter(([method]) => method !== 'gto/history')], [[], []]);
});

test('changes that come together are answered together, and what changed is asked for again', async () => {
  const { panel, asked, change, changed, a, verified } = await board();
  const before = panel.posted.length;
  for (let at = 0; at < 20; at++) change('churn');
  await settled();
  assert.equal(panel.posted.length, before + 1);
  assert.equal(asked.length, 2);
  // Those that came while it was answered are answered once more.
  await new Promise((resolve) => {
    const listening = setInterval(() => {
      if (panel.posted.length < before + 2) return;
      clearInterval(listening);
      resolve(undefined);
    }, 5);
  });
  changed.fire({ repository: a as unknown as Repository });
  verified.fire({ repo: '/a', verified: 1 });
  panel.visible = false;
  change('churn');
  panel.dispose();
});

test('a board from before a reload shows what it showed', async () => {
  opened();
  const question: BoardQuestion = {
    page: 'board',
    repo: '/a',
    asOf: '2026-05-31T23:59:59Z',
    isJudged: false,
    filter: 'churn',
  };
  const kept = new WebviewPanel();
  await serializers.get('gto.board')?.deserializeWebviewPanel(kept, { question });
  const told = await says(kept, { asks: 'answer' });
  assert.deepEqual([told?.tells === 'answer' && told.question], [question]);
  assert.equal(answerOf(told).cards[0]?.version, 'v1.0.0');
});
