// Makes the .vsix: the bundle, and inside it the wheel of the server, built from this repository.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('..', import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));
const python = process.env.PYTHON ?? 'python3';
const run = (command, ...args) => execFileSync(command, args, { cwd: here, stdio: 'inherit' });

rmSync(`${here}bundled`, { recursive: true, force: true });
mkdirSync(`${here}bundled`);
run(python, '-m', 'pip', 'wheel', '--quiet', '--no-deps', '--wheel-dir', `${here}bundled`, root);
run(process.execPath, 'esbuild.mjs');
cpSync(`${root}LICENSE`, `${here}LICENSE`);
mkdirSync(`${here}dist`, { recursive: true });
const vsce = fileURLToPath(new URL('../node_modules/@vscode/vsce/vsce', import.meta.url));
run(
  process.execPath,
  vsce,
  'package',
  '--no-dependencies',
  '--allow-missing-repository',
  // There is no address yet that links could be made absolute with.
  '--no-rewrite-relative-links',
  '--out',
  'dist/gto-registry.vsix',
);
