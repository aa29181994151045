// Collects what the extension says into l10n/bundle.l10n.json; with --check it only tells whether that is up to date.
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('..', import.meta.url));
const tool = fileURLToPath(
  new URL('../node_modules/@vscode/l10n-dev/dist/cli.js', import.meta.url),
);
execFileSync(process.execPath, [tool, 'export', '--outDir', 'dist/l10n', 'src'], {
  cwd: here,
  stdio: 'ignore',
});
const [made, kept] = ['dist/l10n', 'l10n'].map((folder) => `${here}${folder}/bundle.l10n.json`);
if (!process.argv.includes('--check')) cpSync(made, kept);
else if (readFileSync(made, 'utf8') !== readFileSync(kept, 'utf8')) {
  console.error('l10n/bundle.l10n.json is not what the extension says; run: npm run l10n');
  process.exitCode = 1;
}
