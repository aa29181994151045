import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import test, { after } from 'node:test';
import {
  findServer,
  lastLine,
  sameServer,
  versionOf,
  type SearchOptions,
} from '../../src/client/findServer';
import { onPath } from '../../src/client/programs';
import { RestartBudget, SingleFlight } from '../../src/client/restarts';
import { viewState } from '../../src/features/contextKeys';

const place = mkdtempSync(path.join(tmpdir(), 'gto-unit-'));
after(() => rmSync(place, { recursive: true, force: true }));

/** A program that says something when it is asked for its version. */
function program(name: string, script: string): string {
  const file = path.join(place, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

const good = program('good/gtod', 'echo "gtod 0.1.0"');
const other = program('other/gtod', 'echo "🪴  gtod 0.2.0"');
const python = program('venv/bin/python', 'test "$3" = gto_daemon && echo "gtod 0.3.0"');
const broken = program('broken/gtod', 'echo "no module" >&2; exit 1');
program('bundled/bin/gtod', 'echo "gtod 0.4.0"');

function around(told: Partial<SearchOptions>): SearchOptions {
  return {
    trusted: true,
    socket: '',
    path: '',
    useBundled: false,
    interpreters: [],
    bundled: path.join(place, 'none'),
    ...told,
  };
}

const pathBefore = process.env['PATH'];
async function found(told: Partial<SearchOptions>, searched = ''): Promise<string> {
  // The real one is kept behind it: the programs are shell scripts.
  process.env['PATH'] = searched;
  try {
    const { server } = await findServer(around(told));
    return server === undefined ? 'none' : `${server.source} ${await versionOf(server)}`;
  } finally {
    process.env['PATH'] = pathBefore;
  }
}

test('the setting comes first, then the interpreter, PATH, and the own server', async () => {
  const bundled = path.join(place, 'bundled');
  const everything = { path: good, interpreters: [python], bundled };
  assert.equal(await found(everything), 'setting 0.1.0');
  assert.equal(await found({ ...everything, path: '' }, path.dirname(other)), 'interpreter 0.3.0');
  assert.equal(await found({ bundled }, path.dirname(other)), 'path 0.2.0');
  assert.equal(await found({ bundled }), 'bundled 0.4.0');
  assert.equal(await found({ ...everything, path: '', useBundled: true }), 'bundled 0.4.0');
  assert.equal(await found({}), 'none');
});

test("an untrusted folder's interpreter is not run", async () => {
  assert.equal(
    await found({ interpreters: [python], trusted: false }, path.dirname(other)),
    'path 0.2.0',
  );
});

test('a program that fails is passed over, and what it said is kept', async () => {
  const { server: first } = await findServer(around({ path: broken }));
  assert.ok(first);
  assert.equal(first.version, undefined, 'it is not asked before it is started');
  const reason = await versionOf(first).then(() => '', lastLine);
  const unfit = new Map([[first.command, reason]]);
  const { server, misses } = await findServer(around({ path: broken }), undefined, unfit);
  assert.notEqual(server?.command, broken);
  assert.equal(misses[0]?.reason, 'no module');
});

test('a program is asked once for its version, until its file changes', async () => {
  const kept = new Map<string, string>();
  const counter = path.join(place, 'count');
  const counted = program('counted/gtod', `echo x >> '${counter}'; echo "gtod 0.5.0"`);
  const ask = async (): Promise<string | undefined> => {
    const { server } = await findServer(around({ path: counted }), kept);
    return server && versionOf(server, kept);
  };
  assert.equal(await ask(), '0.5.0');
  assert.equal(await ask(), '0.5.0');
  assert.equal(kept.size, 1);
  utimesSync(counted, 1, 1);
  await ask();
  assert.equal(kept.size, 2);
});

test("an environment's interpreter is asked once, until its packages change", async () => {
  const kept = new Map<string, string>();
  const counter = path.join(place, 'asked');
  const interpreter = program(
    'project/bin/python',
    `echo x >> '${counter}'; echo "No module named gto_daemon" >&2; exit 1`,
  );
  const packages = path.join(place, 'project/lib/python3.11/site-packages');
  mkdirSync(packages, { recursive: true });
  writeFileSync(path.join(place, 'project/pyvenv.cfg'), 'include-system-site-packages = false\n');
  const ask = async (): Promise<string | undefined> => {
    const { misses } = await findServer(around({ interpreters: [interpreter] }), kept);
    return misses.find((miss) => miss.place === interpreter)?.reason;
  };
  const times = (): number => readFileSync(counter, 'utf8').split('x').length - 1;
  assert.equal(await ask(), 'No module named gto_daemon');
  assert.equal(await ask(), 'No module named gto_daemon');
  assert.equal(times(), 1);
  utimesSync(packages, 1, 1);
  await ask();
  assert.equal(times(), 2);
  rmSync(path.join(place, 'project/pyvenv.cfg'));
  await ask();
  await ask();
  assert.equal(times(), 4, 'of any other it is not known where its packages are');
});

test('relative entries of PATH do not count', () => {
  assert.equal(onPath('gtod', ['.', 'good', path.dirname(good)].join(path.delimiter)), good);
  assert.equal(onPath('gtod', `.${path.delimiter}good`), undefined);
});

test('only another choice is another server', () => {
  const server = { command: good, args: ['lsp'], source: 'path', version: '0.1.0' } as const;
  assert.ok(sameServer(server, { ...server }));
  assert.ok(!sameServer(server, { ...server, version: '0.2.0' }));
  assert.ok(!sameServer(server, undefined));
});

test('a server that ends is started again four times in three minutes, and not a fifth time', () => {
  const budget = new RestartBudget();
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((minute) => budget.ended(minute * 10_000)),
    [true, true, true, true, false],
  );
  assert.equal(budget.count, 5);
  assert.equal(budget.ended(10 * 60_000), true);
  budget.reset();
  assert.equal(budget.count, 0);
});

test('of restarts that wait, one is made', async () => {
  let running = 0;
  let runs = 0;
  const gates: (() => void)[] = [];
  const flight = new SingleFlight(async () => {
    running += 1;
    assert.equal(running, 1);
    runs += 1;
    await new Promise<void>((resolve) => gates.push(resolve));
    running -= 1;
  });
  const all = [flight.run(), flight.run(), flight.run()];
  gates.shift()?.();
  await all[0];
  await new Promise((resolve) => setImmediate(resolve));
  gates.shift()?.();
  await Promise.all(all);
  assert.equal(runs, 2);
});

test('each empty state of the views has its reason', () => {
  const empty = { all: [] as unknown[], hidden: 0, isBare: false };
  const state = (repositories: (typeof empty)[], isLoaded = true) =>
    viewState({ health: 'ready', isLoaded, repositories });
  assert.equal(viewState({ health: 'missing', isLoaded: true, repositories: [] }), 'missing');
  assert.equal(state([], false), 'starting');
  assert.equal(state([]), 'noRepository');
  assert.equal(state([empty]), 'empty');
  assert.equal(state([{ ...empty, hidden: 2 }]), 'hidden');
  assert.equal(state([empty, { ...empty, all: [1] }]), 'ready');
  const bare = { ...empty, isBare: true };
  assert.equal(state([bare]), 'bare');
  assert.equal(state([bare, empty]), 'empty');
  assert.equal(state([{ ...bare, all: [1] }]), 'ready');
});
