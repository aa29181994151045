import type { TreeRow } from '../protocol';
import { hasProblem, isIn } from './filter';

/** What is directly in a folder. */
export interface Level {
  /** The paths of the folders in it. One that has nothing but another folder is one with that. */
  readonly folders: readonly string[];
  readonly rows: readonly TreeRow[];
}

/** How many artifacts there are, in all and of each kind that counts. */
export interface RollUp {
  readonly artifacts: number;
  readonly inMain: number;
  readonly problems: number;
}

/** What is directly in a folder, in the order of the rows; the root is the empty path. */
export function levelOf(rows: readonly TreeRow[], dir: string): Level {
  const own: TreeRow[] = [];
  const folders = new Map<string, string>();
  for (const row of rows) {
    if (row.dir === dir) own.push(row);
    else if (isWithin(row.dir, dir)) {
      const [first = ''] = row.dir.slice(dir === '' ? 0 : dir.length + 1).split('/', 1);
      folders.set(first, commonFolder(folders.get(first) ?? row.dir, row.dir));
    }
  }
  return { folders: [...folders.values()], rows: own };
}

/** The folders that lead to another one, the outermost first, itself included. */
export function pathTo(rows: readonly TreeRow[], dir: string): readonly string[] {
  const path: string[] = [];
  for (let at = ''; at !== dir;) {
    const next = levelOf(rows, at).folders.find((folder) => isWithin(dir, folder));
    if (next === undefined) break;
    path.push(next);
    at = next;
  }
  return path;
}

/** Whether a folder is another one, or somewhere in it. */
export function isWithin(dir: string, folder: string): boolean {
  return folder === '' || dir === folder || dir.startsWith(`${folder}/`);
}

export function rollUp(rows: readonly TreeRow[], mainStage: string): RollUp {
  return {
    artifacts: rows.length,
    inMain: rows.filter((row) => isIn(row, mainStage)).length,
    problems: rows.filter(hasProblem).length,
  };
}

function commonFolder(one: string, other: string): string {
  const [left, right] = [one.split('/'), other.split('/')];
  const end = left.findIndex((part, at) => part !== right[at]);
  return left.slice(0, end < 0 ? left.length : end).join('/');
}
