import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import * as path from 'node:path';

/** How long a program may take to print its version (milliseconds). A Python on a cold disk takes seconds. */
const VERSION_TIMEOUT = 20_000;
const WINDOWS = process.platform === 'win32';

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; rejects with its stderr when it fails. */
export function run(command: string, args: readonly string[]): Promise<Output> {
  return new Promise((resolve, reject) => {
    execFile(
      command,
      args,
      { timeout: VERSION_TIMEOUT, windowsHide: true },
      (error, stdout, stderr) => {
        if (error) reject(new Error(stderr.trim() || error.message));
        else resolve({ stdout, stderr });
      },
    );
  });
}

/** Where PATH has a program; relative entries do not count, because a repository could bring them. */
export function onPath(
  name: string,
  searched: string = process.env['PATH'] ?? '',
): string | undefined {
  const names = WINDOWS ? [`${name}.exe`, `${name}.cmd`] : [name];
  for (const folder of searched.split(path.delimiter).filter((each) => path.isAbsolute(each))) {
    for (const each of names) {
      const found = path.join(folder, each);
      if (isProgram(found)) return found;
    }
  }
  return undefined;
}

/** Whether there is something to run at an absolute path. */
export function isProgram(file: string): boolean {
  if (!existsSync(file)) return false;
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // No right to run it: then it is no program to us, and the next place is looked at.
    return false;
  }
}

/** The program of that name in a virtual environment. */
export function inEnvironment(environment: string, name: string): string {
  return WINDOWS
    ? path.join(environment, 'Scripts', `${name}.exe`)
    : path.join(environment, 'bin', name);
}
