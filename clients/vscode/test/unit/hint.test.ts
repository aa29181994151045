import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import test, { after } from 'node:test';
import { looksRegistered } from '../../src/registry/hint';

const place = mkdtempSync(path.join(tmpdir(), 'gto-hint-'));
after(() => rmSync(place, { recursive: true, force: true }));
let count = 0;

function git(folder: string, ...args: string[]): void {
  const who = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com'];
  execFileSync('git', [...who, ...args], { cwd: folder, stdio: 'ignore' });
}

function repository(...tags: string[]): string {
  const folder = path.join(place, String((count += 1)));
  mkdirSync(path.join(folder, 'below'), { recursive: true });
  git(folder, 'init', '-q', '-b', 'main');
  git(folder, 'commit', '-q', '--allow-empty', '-m', 'Start');
  for (const tag of tags) git(folder, 'tag', tag);
  return folder;
}

test('tags with the look of GTO are a hint, loose and packed', async () => {
  const folder = repository('v1.0', 'churn@v1.0.0');
  assert.ok(await looksRegistered(folder));
  git(folder, 'pack-refs', '--all');
  assert.ok(await looksRegistered(folder));
});

test('they are one in a worktree too', async () => {
  const folder = repository('churn#prod#1');
  git(folder, 'worktree', 'add', '-q', `${folder}-tree`);
  assert.ok(await looksRegistered(`${folder}-tree`));
});

test('files with annotations are one without any tag', async () => {
  for (const name of ['artifacts.yaml', '.gto', 'dvc.yaml', 'below/dvc.yaml']) {
    const folder = repository();
    writeFileSync(path.join(folder, name), '');
    assert.ok(await looksRegistered(folder), name);
  }
});

test('a repository of anything else is none, nor a folder without one', async () => {
  const folder = repository('v1.0', 'release/2024');
  assert.ok(!(await looksRegistered(folder)));
  git(folder, 'pack-refs', '--all');
  git(folder, 'branch', 'fix#12');
  assert.ok(!(await looksRegistered(folder)), 'a branch is no tag');
  const plain = path.join(place, 'plain');
  mkdirSync(plain);
  assert.ok(!(await looksRegistered(plain)));
  assert.ok(!(await looksRegistered(path.join(place, 'not there'))));
});
