import { statSync } from 'node:fs';
import { inEnvironment, isProgram, onPath, run } from './programs';

export type Source = 'setting' | 'bundled' | 'interpreter' | 'path';

/** A server that can be started. */
export interface Server {
  readonly command: string;
  readonly args: readonly string[];
  readonly source: Source;
  readonly version: string;
}

/** A place where the server was looked for in vain, and why. */
export interface Miss {
  readonly place: string;
  readonly reason: string;
}

export interface Found {
  readonly server: Server | undefined;
  readonly misses: readonly Miss[];
}

/** What decides where to look. */
export interface Surroundings {
  readonly trusted: boolean;
  /** `gto.path`; VS Code itself leaves out a workspace's value while that is not trusted. */
  readonly path: string;
  readonly useBundled: boolean;
  /** Interpreters of the user's projects, the chosen one first. */
  readonly interpreters: readonly string[];
  /** The environment that this extension installed its own server into. */
  readonly bundled: string;
}

interface Place {
  readonly source: Source;
  readonly command: string | undefined;
  readonly args: readonly string[];
  readonly label: string;
}

/**
 * The first place that has a working server: the setting, the extension's own where that is preferred, the project's
 * interpreter, PATH, the extension's own. An untrusted folder's interpreter is not run.
 */
export async function findServer(around: Surroundings, known?: VersionMemory): Promise<Found> {
  const misses: Miss[] = [];
  for (const place of places(around)) {
    if (place.command === undefined || !isProgram(place.command)) {
      misses.push({ place: place.label, reason: 'not there' });
      continue;
    }
    try {
      const { command, args, source } = place;
      const version = await versionOf(command, args, known);
      return { server: { command, args: [...args, 'lsp'], source, version }, misses };
    } catch (error) {
      misses.push({ place: place.label, reason: lastLine(error) });
    }
  }
  return { server: undefined, misses };
}

/** Versions that programs said of themselves, kept from start to start: asking takes a third of a second. */
export interface VersionMemory {
  get(program: string): string | undefined;
  set(program: string, version: string): void;
}

async function versionOf(
  command: string,
  args: readonly string[],
  known: VersionMemory | undefined,
): Promise<string> {
  // A program is the same while its file is. An interpreter's file says nothing of the packages it has.
  const { mtimeMs, size } = statSync(command);
  const key = args.length === 0 ? `${command} ${mtimeMs} ${size}` : undefined;
  const remembered = key === undefined ? undefined : known?.get(key);
  if (remembered !== undefined) return remembered;
  const { stdout } = await run(command, [...args, '--version']);
  const version = /gtod (\d\S*)/.exec(stdout)?.[1];
  if (version === undefined) throw new Error(`it answered ${JSON.stringify(stdout.trim())}`);
  if (key !== undefined) known?.set(key, version);
  return version;
}

function* places(around: Surroundings): Generator<Place> {
  const bundled = inEnvironment(around.bundled, 'gtod');
  const own: Place = { source: 'bundled', command: bundled, args: [], label: bundled };
  if (around.path) {
    // A name without a folder is looked up as a shell would.
    const command = /[\\/]/.test(around.path) ? around.path : onPath(around.path);
    yield { source: 'setting', command, args: [], label: `gto.path: ${around.path}` };
  }
  if (around.useBundled) yield own;
  // -P: the server starts in the workspace, and a folder `gto_daemon` there is not the package.
  for (const command of around.trusted ? around.interpreters : []) {
    yield { source: 'interpreter', command, args: ['-P', '-m', 'gto_daemon'], label: command };
  }
  yield { source: 'path', command: onPath('gtod'), args: [], label: 'gtod on the PATH' };
  if (!around.useBundled) yield own;
}

function lastLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split('\n').at(-1) ?? '';
}

/** Whether two choices are the same server, so that a restart would change nothing. */
export function sameServer(one: Server | undefined, other: Server | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
