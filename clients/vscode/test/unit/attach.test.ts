import assert from 'node:assert/strict';
import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import test, { after } from 'node:test';
import { attach, clientEnvironment } from '../../src/client/attach';
import { findServer, sameServer } from '../../src/client/findServer';

const place = mkdtempSync(path.join(tmpdir(), 'gto-socket-'));
after(() => rmSync(place, { recursive: true, force: true }));

function listening(file: string): Promise<Server> {
  return new Promise((resolve) => {
    const server: Server = createServer((socket) => socket.end('hello')).listen(file, () =>
      resolve(server),
    );
  });
}

test('what listens at the address is read from and written to', async () => {
  const file = path.join(place, 'a.sock');
  const server = await listening(file);
  const { reader, writer, detached } = await attach(`unix:${file}`);
  assert.equal(reader, writer);
  assert.equal(detached, true, 'what we did not start is not ended by us');
  const chunks: Buffer[] = [];
  for await (const chunk of reader) chunks.push(chunk as Buffer);
  assert.equal(Buffer.concat(chunks).toString(), 'hello');
  await new Promise((resolve) => server.close(resolve));
});

test('a daemon that is about to listen is waited for', async () => {
  const file = path.join(place, 'late.sock');
  const attached = attach(`unix:${file}`, 20_000);
  const server = await listening(file);
  (await attached).writer.end();
  await new Promise((resolve) => server.close(resolve));
});

test('where nobody listens, or nobody can, is said', async () => {
  const stale = path.join(place, 'file');
  writeFileSync(stale, '');
  for (const file of [path.join(place, 'none.sock'), stale])
    await assert.rejects(attach(`unix:${file}`, 0), /^Error: No GTO daemon is listening at \//);
  for (const address of ['unix:run/gtod.sock', '/run/gtod.sock', 'tcp:127.0.0.1:1'])
    await assert.rejects(attach(address), /^Error: gto\.socket is .*It has to be unix:/);
});

test('a socket of another user is not spoken to', async () => {
  let others = '/';
  if (process.getuid?.() === 0) {
    // All that is here is ours.
    others = path.join(place, 'given away');
    writeFileSync(others, '');
    chownSync(others, 65534, 65534);
  }
  await assert.rejects(attach(`unix:${others}`, 0), /^Error: \/.* belongs to another user\./);
});

test('the address comes before every program, and is the same server whatever its version', async () => {
  const around = {
    trusted: false,
    socket: 'unix:/run/gtod.sock',
    path: process.execPath,
    useBundled: true,
    interpreters: [],
    bundled: place,
  };
  const { server } = await findServer(around);
  assert.ok(server);
  assert.deepEqual([server.source, server.command], ['socket', 'unix:/run/gtod.sock']);
  assert.ok(sameServer({ ...server, version: '0.1.0' }, server));
  const other = await findServer({ ...around, socket: 'unix:/else' });
  assert.ok(!sameServer(other.server, server));
  const own = await findServer({ ...around, socket: '' });
  assert.ok(!sameServer(own.server, server));
});

test('a daemon is clientEnvironment the whole environment, but for what names a repository', () => {
  const environment = {
    GIT_AUTHOR_NAME: 'Ann',
    GIT_DIR: '/elsewhere',
    AWS_SECRET_ACCESS_KEY: 'secret',
    HUSKY: '0',
    EMAIL: undefined,
  };
  assert.deepEqual(clientEnvironment(environment), {
    GIT_AUTHOR_NAME: 'Ann',
    AWS_SECRET_ACCESS_KEY: 'secret',
    HUSKY: '0',
  });
});

test('what the daemon takes for the name of a repository it is not clientEnvironment', () => {
  const list = readFileSync('../../gto_daemon/environment.py', 'utf8').split('_LOCAL')[1] ?? '';
  const names = [...(list.split('_BASIC')[0] ?? '').matchAll(/"(\w+)"/g)].map(
    ([, name = '']) => name,
  );
  assert.ok(names.length >= 14, names.join());
  assert.deepEqual(clientEnvironment(Object.fromEntries(names.map((name) => [name, '']))), {});
});
