import assert from 'node:assert/strict';
import test, { beforeEach } from 'node:test';
import type { CancellationToken, TextDocument, Uri } from 'vscode';
import { NotConnected, Refusal } from '../../src/client/refusal';
import type { AuditResult } from '../../src/protocol';
import { EVERYTHING_ODD, RULES, VERDICTS } from '../../src/text/audit';
import type { Connection } from '../../src/client/connection';
import type { Audits } from '../../src/features/audits';
import { Pages, type Question } from '../../src/features/pages';
import type { Change, RegistryChange, Repositories } from '../../src/registry/repositories';
import type { Repository } from '../../src/registry/repository';
import { EventEmitter, workspace } from './vscode';

const NEVER = {} as CancellationToken;

/** Pages about two repositories; what the daemon says is counted, so that an old answer is told from a new one. */
function pages() {
  const health = new EventEmitter<unknown>();
  const [changed, heard] = [new EventEmitter<Change>(), new EventEmitter<RegistryChange>()];
  const [one, other] = ['a', 'b'].map(
    (name) => ({ root: `/${name}/reg`, place: `${name}/reg` }) as unknown as Repository,
  );
  assert.ok(one && other);
  const state = {
    open: [one, other],
    answers: 0,
    findings: [] as object[],
    chain: [] as object[],
    refusal: undefined as Error | undefined,
  };
  const repositories = {
    isLoaded: true,
    settled: () => Promise.resolve(),
    at: (root: string) => state.open.find((each) => each.root === root),
    onDidChange: changed.event,
    onDidChangeRegistry: heard.event,
  } as unknown as Repositories;
  const connection = {
    isOpen: true,
    ask: (method: string, { name }: { name: string }) => {
      if (state.refusal) return Promise.reject(state.refusal);
      if (method === 'gto/doctor') return Promise.resolve({ findings: state.findings });
      const reason = `answer ${(state.answers += 1)}`;
      return Promise.resolve({ name, stage: 'prod', reason, chain: state.chain });
    },
  } as unknown as Connection;
  const audits = {
    of: (repo: string, name?: string) => Promise.resolve(audited(`${repo} ${name ?? 'all'}`)),
  } as unknown as Audits;
  const all = new Pages(connection, repositories, audits, () => Promise.resolve(), health.event);
  const renewed: string[] = [];
  all.onDidChange((uri) => renewed.push(uri.toString()));
  return {
    all,
    one,
    other,
    state,
    renewed,
    changed,
    health,
    tell: (repository: Repository) => heard.fire({ repository } as unknown as RegistryChange),
    read: (uri: Uri) => all.provideTextDocumentContent(uri, NEVER),
  };
}

/** An audit of two events, of which one breaks two rules, and a sign of tampering. */
function audited(ref: string): AuditResult {
  const start = { line: 6, character: 4 };
  return {
    events: [
      {
        ref: 'churn#prod#3',
        verdict: 'violating',
        override: 'the site is down',
        rules: [
          {
            rule: 'who',
            kind: 'NotAllowed',
            message: 'Eve may not.',
            remedy: 'Ask Uma.',
            range: { start, end: start },
          },
          { rule: 'from', kind: 'TransitionNotAllowed', message: 'Not in dev.', remedy: 'Wait.' },
        ],
      },
      { ref: 'churn@v1.0.0', verdict: 'allowed', override: null, rules: [] },
    ],
    tampering: [
      {
        kind: 'vanished-tag',
        ref: 'churn#dev#2',
        severity: 'warning',
        message: 'It is gone.',
        remedy: 'Ask who deleted it.',
      },
    ],
    counts: { allowed: 1, violating: 1, overridden: 0, unknown: 0, not_judged: 0, tampering: 1 },
    rules: { commit: 'c'.repeat(40), ref },
    clock: '',
    problems: [],
  };
}

const why: Question = { about: 'why', name: 'churn', stage: 'prod' };
const show = (...uris: Uri[]): void =>
  void (workspace.textDocuments = uris.map((uri) => ({ uri }) as never));

beforeEach(() => void (workspace.textDocuments = []));

test('a page that is open is asked for anew when its registry changes, and no other page is', async () => {
  const { all, one, other, renewed, tell, read, changed } = pages();
  const [mine, yours] = [one, other].map((each) => all.ask(each, 'churn #prod', why));
  assert.ok(mine && yours);
  assert.notEqual(mine.toString(), yours.toString());
  assert.match(await read(mine), /answer 1/);
  tell(one);
  assert.deepEqual(renewed, [], 'nobody has it open');
  show(mine, yours);
  tell(one);
  assert.deepEqual(renewed, [mine.toString()]);
  assert.match(await read(mine), /answer 2/);
  changed.fire({ repository: one, artifacts: ['churn'] });
  assert.equal(renewed.length, 1, 'that is told by what was heard');
  changed.fire({});
  assert.equal(renewed.length, 3, 'all may have changed');
});

test('a page that is asked for again gets a new answer, in the same document', () => {
  const { all, one, other, renewed } = pages();
  const first = all.ask(one, 'churn #prod', why);
  show(first, all.ask(other, 'churn #prod', why));
  assert.deepEqual(renewed, []);
  assert.equal(all.ask(one, 'churn #prod', why).toString(), first.toString());
  assert.deepEqual(renewed, [first.toString()]);
});

test('what is wrong in the files on disk is among the findings, each thing once', async () => {
  const { all, one, state, read } = pages();
  const problem = { code: 'tab', severity: 'error', hint: 'Write a space.', path: '.gto' } as const;
  const [inHead, onDisk] = ['A tab.', 'Another.'].map((message) => ({ ...problem, message }));
  state.findings = [{ ...inHead, commit: 'c'.repeat(40) }];
  Object.assign(one, { problems: [inHead, onDisk] });
  const page = all.ask(one, 'Registry check', { about: 'findings' });
  const text = await read(page);
  assert.match(
    text,
    /^Repository a\/reg\n\nFindings: 2\n\nerror tab: A tab\.\n {2}Write a space\.\n {2}\.gto\n\nerror tab: Another\./,
  );
});

test('a page says that its repository is closed, and what the daemon refuses, in place of an old answer', async () => {
  const { all, one, state, read } = pages();
  const page = all.ask(one, 'churn #prod', why);
  assert.match(await read(page), /answer 1/);
  state.refusal = new Refusal("There is no 'churn'", 'ArtifactNotFound', 'See what there is.');
  assert.equal(await read(page), "There is no 'churn'. See what there is.\n");
  state.open = [];
  assert.match(await read(page), /^\/a\/reg is not open in this window\./);
});

/** The parts of a page that lead somewhere, and where. */
function linksOf(all: Pages, uri: Uri, text: string): (string | undefined)[][] {
  const lines = text.split('\n');
  return all.provideDocumentLinks({ uri } as TextDocument).map(({ range, target }) => {
    const { start, end } = range as unknown as Record<'start' | 'end', Record<string, number>>;
    const words = lines[start.line ?? 0]?.slice(start.character, end.character);
    return [words, target && decodeURIComponent(target.toString())];
  });
}

const showsTag = (ref: string): string =>
  `command:gto.showTag?${JSON.stringify([{ repo: '/a/reg', ref }])}`;

test('findings lead to their files and tags, whatever their words hold', async () => {
  const { all, one, state, read } = pages();
  const [code, severity, hint] = ['x', 'warning', 'Mend it.'];
  const start = { line: 4, character: 2 };
  state.findings = [
    { code, severity, hint, message: 'Two\r\nlines\u2028of it.', tag: 'churn@v1' },
    { code, severity, hint, message: 'A file.', path: 'a/dvc.yaml', range: { start, end: start } },
    { code, severity, hint, message: 'Nowhere.' },
  ];
  const uri = all.ask(one, 'Registry check', { about: 'findings' });
  const text = await read(uri);
  assert.match(text, /\nwarning x: Two lines of it\.\n {2}Mend it\.\n {2}churn@v1\n/);
  assert.deepEqual(linksOf(all, uri, text), [
    ['churn@v1', showsTag('churn@v1')],
    ['a/dvc.yaml:5', 'file:/a/reg/a/dvc.yaml?#L5'],
  ]);
});

test('an explanation leads to the tags that it names', async () => {
  const { all, one, state, read } = pages();
  const [timestamp, author] = ['2026-05-31T12:00:00+00:00', 'Ann\nEve'];
  state.chain = [{ timestamp, ref: 'churn#prod#2', author, effect: 'v3.0.0 enters' }];
  const uri = all.ask(one, 'churn #prod', why);
  const text = await read(uri);
  assert.match(text, /2026.* {2}churn#prod#2 {2}Ann Eve\n {4}v3\.0\.0 enters\n/);
  assert.deepEqual(linksOf(all, uri, text), [['churn#prod#2', showsTag('churn#prod#2')]]);
});

test('a page says that it is of the past while nobody answers, and is renewed when somebody does', async () => {
  const { all, one, state, read, renewed, health } = pages();
  const uri = all.ask(one, 'churn #prod', why);
  show(uri);
  await read(uri);
  state.refusal = new NotConnected('The GTO server is not connected.');
  health.fire({});
  assert.deepEqual(renewed, [uri.toString()]);
  for (let again = 0; again < 2; again++) {
    const text = await read(uri);
    assert.match(
      text,
      /^The GTO server is not connected\.\n\nThis is what was known at .*2026|20\d\d/,
    );
    assert.match(text, /\n\nchurn #prod\n\nanswer 1\n$/);
    assert.equal(text.match(/not connected/g)?.length, 1);
  }
  state.refusal = undefined;
  assert.match(await read(uri), /^Repository a\/reg\n\nchurn #prod\n\nanswer 2/);
});

test('an audit lists what is odd, and leads to the tags and the rules', async () => {
  const { all, one, read } = pages();
  const uri = all.ask(one, 'Registry audit', { about: 'audit', ...EVERYTHING_ODD });
  const text = await read(uri);
  assert.equal(
    text,
    `Repository a/reg

Rules: .gtod.yaml at ccccccc, /a/reg all
violating 1 · overridden 0 · unknown 0 · allowed 1 · not judged 0 · signs of tampering 1
Filter: violating, overridden, unknown · tampering error, warning, info

violating churn#prod#3 · override: the site is down
    who: Eve may not.
      Ask Uma.
    from: Not in dev.
      Wait.

Signs of tampering

warning vanished-tag: churn#dev#2
    It is gone.
      Ask who deleted it.
`,
  );
  const links = linksOf(all, uri, text);
  const [filter, tag, rule, sign] = links;
  assert.match(filter?.join(' ') ?? '', /^Filter: .* command:gto\.filterAudit/);
  assert.deepEqual(
    [tag, sign],
    ['churn#prod#3', 'churn#dev#2'].map((ref) => [ref, showsTag(ref)]),
  );
  assert.deepEqual(rule, ['who', 'file:/a/reg/.gtod.yaml?#L7']);
  assert.equal(links.length, 4);
});

test('an audit is filtered by verdict, rule, severity and artifact', async () => {
  const { all, one, read } = pages();
  const filtered = (filter: object): Promise<string> =>
    read(all.ask(one, 'Registry audit', { about: 'audit', ...EVERYTHING_ODD, ...filter }));
  const both = await filtered({ verdicts: VERDICTS, severities: [], name: 'churn' });
  assert.match(both, /at ccccccc, \/a\/reg churn\n/);
  assert.match(both, /\nallowed churn@v1\.0\.0\n\nviolating churn#prod#3/);
  assert.doesNotMatch(both, /vanished/);
  const soak = await filtered({ verdicts: VERDICTS, rules: ['soak'] });
  assert.match(soak, /No event is listed with this filter\./);
  assert.match(soak, /vanished/);
  assert.match(await filtered({ rules: [...RULES].slice(2) }), /violating churn#prod#3/);
});
