import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import test from 'node:test';

interface Entry {
  readonly command?: string;
  readonly submenu?: string;
  readonly when?: string;
  readonly title?: string;
  readonly category?: string;
  readonly enablement?: string;
}

interface Manifest {
  readonly contributes: {
    readonly commands: readonly (Entry & { readonly command: string })[];
    readonly menus: Readonly<Record<string, readonly Entry[]>>;
    readonly viewsWelcome: readonly { readonly contents: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, object>> };
  };
}

const read = (file: string): string => readFileSync(file, 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;
const texts = JSON.parse(read('package.nls.json')) as Record<string, string>;
const { commands, menus, viewsWelcome, configuration } = manifest.contributes;
const ids = commands.map((each) => each.command);

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('protocol.ts'))
    .map((name) => read(path.join(folder, name)));
}
const code = sources('src').join('\n');

test('every command is registered, and every registered one is in the manifest', () => {
  const table =
    /COMMANDS[^=]*= \{([\s\S]*?)\n\};/.exec(read('src/features/commands.ts'))?.[1] ?? '';
  const registered = [...table.matchAll(/^ {2}(\w+)[,:]/gm)].map(
    (match) => `gto.${match[1] ?? ''}`,
  );
  assert.ok(registered.length > 30);
  assert.deepEqual([...registered].sort(), [...ids].sort());
});

test('every text of the manifest is in package.nls.json, and nothing else is', () => {
  const named = [...read('package.json').matchAll(/"%([^%"]+)%"/g)].map((match) => match[1] ?? '');
  assert.deepEqual([...new Set(named)].sort(), Object.keys(texts).sort());
});

test('every command belongs to the category GTO and says when the palette has it', () => {
  const palette = new Map(menus['commandPalette']?.map((entry) => [entry.command, entry.when]));
  const always = new Set([
    'gto.installServer',
    'gto.chooseInterpreter',
    'gto.restartServer',
    'gto.showLog',
    'gto.copyDebugInformation',
  ]);
  for (const each of commands) {
    assert.equal(each.category, 'GTO', each.command);
    assert.ok(palette.has(each.command) || always.has(each.command), each.command);
  }
});

test('what writes is not there in an untrusted folder, in any menu', () => {
  const writing = commands.filter((each) => each.enablement?.includes('isWorkspaceTrusted'));
  assert.ok(writing.length >= 12);
  const names = new Set(writing.map((each) => each.command));
  for (const [menu, entries] of Object.entries(menus)) {
    for (const { command, when } of entries) {
      if (command && names.has(command))
        assert.match(when ?? '', /isWorkspaceTrusted/, `${menu}: ${command}`);
    }
  }
});

test('menus, welcome texts and walkthroughs name commands that exist', () => {
  const known = new Set(ids);
  const linked = [...JSON.stringify([viewsWelcome, texts]).matchAll(/command:(gto\.[\w.]+)/g)].map(
    (match) => match[1] ?? '',
  );
  const listed = Object.values(menus)
    .flat()
    .flatMap((entry) => entry.command ?? []);
  for (const name of [...linked, ...listed].filter((each) => !each.endsWith('.focus'))) {
    assert.ok(known.has(name), name);
  }
});

test('a view has one button for each empty state', () => {
  for (const { contents } of viewsWelcome) {
    const text = texts[contents.replaceAll('%', '')] ?? '';
    const buttons = text.split('\n').filter((line) => /^\[[^\]]+\]\([^)]+\)$/.test(line));
    assert.ok(buttons.length <= 1, text);
  }
});

test('every setting is read, here or by the server', () => {
  const server = new Set([
    'gto.codeLens.enabled',
    'gto.inlayHints.enabled',
    'gto.refs.enabled',
    'gto.diagnostics.enabled',
    'gto.diagnostics.severity',
  ]);
  for (const name of Object.keys(configuration.properties)) {
    // The language client reads this one by itself.
    if (server.has(name) || name === 'gto.trace.server') continue;
    assert.ok(code.includes(`'${name.replace(/^gto\./, '')}'`), name);
  }
});

test('no command of ours has the name of one that the server registers', () => {
  const openrpc = JSON.parse(read('../../gto_daemon/protocol/openrpc.json')) as {
    methods: { name: string }[];
  };
  const mirrored = new Set(openrpc.methods.map((method) => method.name.replace('/', '.')));
  for (const name of ids) assert.ok(!mirrored.has(name), name);
});

test('the workflows are those of the documentation', () => {
  const page = read('../../docs/ci.md');
  for (const name of readdirSync('media/workflows')) {
    assert.ok(page.includes(read(`media/workflows/${name}`).trim()), name);
  }
});

test('no lock file or manifest names the host of a package registry', () => {
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
    assert.doesNotMatch(read(file), /"resolved"|registry\.[a-z]+\.(org|com)/, file);
  }
});

test('titles are in title case, and those that only show or copy something end without dots', () => {
  const small = /^(?:a|an|the|of|for|to|from|with|in|as|are|HEAD|CI)$/;
  for (const { command, title } of commands) {
    const words = (texts[title?.replaceAll('%', '') ?? ''] ?? '').replace(/…$/, '').split(' ');
    for (const word of words) assert.ok(/^[A-Z]/.test(word) || small.test(word), command);
  }
  // A moment and a link are asked for.
  const asking = new Set(['gto.showAsOf', 'gto.openLink']);
  for (const { command, title } of commands) {
    const words = texts[title?.replaceAll('%', '') ?? ''] ?? '';
    const shows = /^(?:Show|Hide|Open|Explain|Copy|Refresh|Restart|Clear)\b/.test(words);
    if (shows) assert.equal(words.endsWith('…'), asking.has(command), words);
  }
});
