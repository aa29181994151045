import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { extensions, workspace, type Uri } from 'vscode';
import { inEnvironment, isProgram, onPath, run } from './programs';
import { settings } from './settings';

/** The oldest Python that the server runs on. */
const MIN_PYTHON = [3, 11] as const;

/** The part of the Python extension's API that is used here. */
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(resource?: Uri): { readonly path: string };
    resolveEnvironment(environment: {
      readonly path: string;
    }): Promise<{ readonly executable: { readonly uri?: Uri } } | undefined>;
  };
}

/** The interpreters of the user's projects, the chosen one first. */
export async function projectInterpreters(): Promise<string[]> {
  const found = new Set<string>();
  if (settings.interpreter) found.add(absolute(settings.interpreter));
  const chosen = await chosenInPythonExtension();
  if (chosen) found.add(chosen);
  for (const folder of workspace.workspaceFolders ?? []) {
    for (const name of ['.venv', 'venv']) {
      const python = inEnvironment(path.join(folder.uri.fsPath, name), 'python');
      if (existsSync(python)) found.add(python);
    }
  }
  return [...found];
}

function absolute(interpreter: string): string {
  const folder = workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const written = interpreter.replaceAll('${workspaceFolder}', folder);
  return path.isAbsolute(written) ? written : path.resolve(folder, written);
}

async function chosenInPythonExtension(): Promise<string | undefined> {
  const extension = extensions.getExtension<PythonApi>('ms-python.python');
  if (!extension) return undefined;
  const { environments } = await extension.activate();
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const environment = await environments.resolveEnvironment(
    environments.getActiveEnvironmentPath(folder),
  );
  return environment?.executable.uri?.fsPath;
}

/** A Python that is new enough to create the server's environment with. */
export async function findPython(): Promise<string | undefined> {
  const named = ['python3.13', 'python3.12', 'python3.11', 'python3', 'python'].map((name) =>
    onPath(name),
  );
  // The chosen one first; a project's own only after the system's, because projects come and go.
  const chosen = settings.interpreter ? [absolute(settings.interpreter)] : [];
  const projects = workspace.isTrusted ? await projectInterpreters() : [];
  for (const python of new Set([...chosen, ...named, ...projects])) {
    if (python !== undefined && (await isNewEnough(python))) return python;
  }
  return undefined;
}

async function isNewEnough(python: string): Promise<boolean> {
  if (!isProgram(python)) return false;
  const asked = 'import sys, ensurepip, venv; print(*sys.version_info[:2])';
  try {
    const { stdout } = await run(python, ['-c', asked]);
    const [major = 0, minor = 0] = stdout.trim().split(' ').map(Number);
    return major > MIN_PYTHON[0] || (major === MIN_PYTHON[0] && minor >= MIN_PYTHON[1]);
  } catch {
    // A name that leads to no working Python, as a pyenv shim without a version: the next one is tried.
    return false;
  }
}
