import { open, readdir, readFile, stat } from 'node:fs/promises';
import * as path from 'node:path';

/** A pattern that GTO's tags match and most others do not. */
const MARK = /[@#]/;
/** So much of `packed-refs` is looked at, from its end: it is sorted, and tags come last. */
const ENOUGH = 1024 * 1024;

/**
 * Whether a folder looks as if it had a registry, so that the server is started before somebody asks for it. A hint:
 * nothing depends on it, it covers the most common layouts only, and it reads a few files and runs nothing.
 */
export async function looksRegistered(folder: string): Promise<boolean> {
  return (await hasAnnotations(folder)) || (await hasTags(folder));
}

async function hasAnnotations(folder: string): Promise<boolean> {
  const below = (await entries(folder)).map((name) => path.join(name, 'dvc.yaml'));
  for (const name of ['artifacts.yaml', '.gto', 'dvc.yaml', ...below]) {
    if (await isThere(path.join(folder, name))) return true;
  }
  return false;
}

async function hasTags(folder: string): Promise<boolean> {
  const git = await gitDirectory(folder);
  if (git === undefined) return false;
  const loose = await entries(path.join(git, 'refs', 'tags'));
  if (loose.some((name) => MARK.test(name))) return true;
  return /^\S+ refs\/tags\/.*[@#]/m.test(await end(path.join(git, 'packed-refs')));
}

/** Where the refs of the repository are whose checkout a folder is; in a worktree that is its repository's. */
async function gitDirectory(folder: string): Promise<string | undefined> {
  const git = path.join(folder, '.git');
  const found = await stat(git).catch(missing);
  if (found === undefined || found.isDirectory()) return found && git;
  const named = /^gitdir: (.*)$/m.exec((await readFile(git, 'utf8').catch(missing)) ?? '')?.[1];
  const own = path.resolve(folder, named ?? '');
  const common = await readFile(path.join(own, 'commondir'), 'utf8').catch(missing);
  return path.resolve(own, common?.trim() ?? '');
}

async function end(file: string): Promise<string> {
  const opened = await open(file).catch(missing);
  if (opened === undefined) return '';
  try {
    const { size } = await opened.stat();
    const length = Math.min(size, ENOUGH);
    const { buffer } = await opened.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8');
  } finally {
    await opened.close();
  }
}

const isThere = async (file: string): Promise<boolean> =>
  (await stat(file).catch(missing)) !== undefined;

const entries = async (folder: string): Promise<string[]> =>
  (await readdir(folder).catch(missing)) ?? [];

/** A file that does not exist, or may not be read, gives no hint. */
const missing = (): undefined => undefined;
