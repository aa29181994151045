import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { inEnvironment, isProgram, onPath, run } from './programs';

export type Source = 'socket' | 'setting' | 'bundled' | 'interpreter' | 'path';

/** A server that can be started or, with the source `socket`, attached to; its command is then the address. */
export interface Server {
  readonly command: string;
  readonly args: readonly string[];
  readonly source: Source;
  /** Undefined until it was asked; see `versionOf`. */
  readonly version: string | undefined;
}

/** A place without a server, and why. */
export interface Miss {
  readonly place: string;
  readonly reason: string;
}

export interface Found {
  readonly server: Server | undefined;
  readonly misses: readonly Miss[];
}

/** The options that decide where to look. */
export interface SearchOptions {
  readonly trusted: boolean;
  /** `gto.socket`; empty where none is to be attached to. */
  readonly socket: string;
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
 * The first place that has a server: the setting, the extension's own where that is preferred, the project's
 * interpreter, PATH, the extension's own. An untrusted folder's interpreter is not run.
 *
 * @param unfit programs that turned out to be no server, and why
 */
export async function findServer(
  options: SearchOptions,
  known?: VersionMemory,
  unfit: ReadonlyMap<string, string> = new Map(),
): Promise<Found> {
  const misses: Miss[] = [];
  if (options.socket !== '') {
    const server = {
      command: options.socket,
      args: [],
      source: 'socket',
      version: undefined,
    } as const;
    return { server, misses };
  }
  for (const { command, args, source, label } of places(options)) {
    if (command === undefined || !isProgram(command)) {
      misses.push({ place: label, reason: 'not there' });
      continue;
    }
    const reason = unfit.get(command);
    if (reason !== undefined) {
      misses.push({ place: label, reason });
      continue;
    }
    const server = { command, args, source, version: rememberedVersion(command, args, known) };
    // A program called gtod is taken to be it until it fails to start. An interpreter is asked whether it has the package.
    if (args.length === 0 || isVersion(server.version)) return { server, misses };
    try {
      return { server: { ...server, version: await versionOf(server, known) }, misses };
    } catch (error) {
      misses.push({ place: label, reason: lastLine(error) });
    }
  }
  return { server: undefined, misses };
}

/** The versions of programs, kept from start to start: asking for one takes up to a third of a second. */
export interface VersionMemory {
  get(program: string): string | undefined;
  set(program: string, version: string): void;
}

/** Remembered for an interpreter without the package. */
const NONE = 'none';

function rememberedVersion(
  command: string,
  args: readonly string[],
  known: VersionMemory | undefined,
): string | undefined {
  const key = identity(command, args);
  return key === undefined ? undefined : known?.get(key);
}

const isVersion = (said: string | undefined): boolean => said !== undefined && said !== NONE;

/** The version that a program prints; it is asked once. Rejects, with what it printed, where it is no server. */
export async function versionOf(server: Server, known?: VersionMemory): Promise<string> {
  const { command, args, version: said } = server;
  if (said === NONE) throw new Error('No module named gto_daemon');
  if (said !== undefined) return said;
  const key = identity(command, args);
  const remember = (found: string): void => {
    if (key !== undefined) known?.set(key, found);
  };
  const { stdout } = await run(command, [...args, '--version']).catch((error: unknown) => {
    if (String(error).includes('No module named gto_daemon')) remember(NONE);
    throw error;
  });
  const version = /gtod (\d\S*)/.exec(stdout)?.[1];
  if (version === undefined) throw new Error(`it answered ${JSON.stringify(stdout.trim())}`);
  remember(version);
  return version;
}

/** A key that changes with the program: by its file or, for the interpreter of an environment, by its list of packages. */
function identity(command: string, args: readonly string[]): string | undefined {
  const state = (file: string): string => {
    const { mtimeMs, size } = statSync(file);
    return `${mtimeMs} ${size}`;
  };
  if (args.length === 0) return `${command} ${state(command)}`;
  const environment = path.dirname(path.dirname(command));
  const settings = path.join(environment, 'pyvenv.cfg');
  // Others have their packages in several places, and may share them.
  if (!existsSync(settings)) return undefined;
  if (/system-site-packages\s*=\s*true/i.test(readFileSync(settings, 'utf8'))) return undefined;
  const packages = sitePackages(environment);
  return packages && `${command} ${state(settings)} ${state(packages)}`;
}

function sitePackages(environment: string): string | undefined {
  const windows = path.join(environment, 'Lib', 'site-packages');
  if (existsSync(windows)) return windows;
  const libraries = path.join(environment, 'lib');
  const names = existsSync(libraries) ? readdirSync(libraries) : [];
  const [only, ...others] = names
    .filter((name) => name.startsWith('python'))
    .map((name) => path.join(libraries, name, 'site-packages'))
    .filter((place) => existsSync(place));
  return others.length === 0 ? only : undefined;
}

function* places(options: SearchOptions): Generator<Place> {
  const bundled = inEnvironment(options.bundled, 'gtod');
  const own: Place = { source: 'bundled', command: bundled, args: [], label: bundled };
  if (options.path) {
    // A name without a folder is looked up as a shell would.
    const command = /[\\/]/.test(options.path) ? options.path : onPath(options.path);
    yield { source: 'setting', command, args: [], label: `gto.path: ${options.path}` };
  }
  if (options.useBundled) yield own;
  // -P: the server starts in the workspace, and a folder `gto_daemon` there is not the package.
  for (const command of options.trusted ? options.interpreters : []) {
    yield { source: 'interpreter', command, args: ['-P', '-m', 'gto_daemon'], label: command };
  }
  yield { source: 'path', command: onPath('gtod'), args: [], label: 'gtod on the PATH' };
  if (!options.useBundled) yield own;
}

export function lastLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split('\n').at(-1) ?? '';
}

/** Whether two choices are the same server, so that a restart would change nothing. */
export function sameServer(one: Server | undefined, other: Server | undefined): boolean {
  // The version of a daemon at an address is known only when it is attached to.
  if (one?.source === 'socket' && other?.source === 'socket') return one.command === other.command;
  return JSON.stringify(one) === JSON.stringify(other);
}
