// Bundles the extension; with --tests the unit tests, with a stand-in for VS Code, and the tests for its extension host.
import { readdirSync, readFileSync } from 'node:fs';
import { build } from 'esbuild';

const common = { bundle: true, platform: 'node', format: 'cjs', target: 'node20', sourcemap: true };

if (process.argv.includes('--tests')) {
  const units = readdirSync('test/unit').filter((name) => name.endsWith('.test.ts'));
  await build({
    ...common,
    stdin: {
      contents: units.map((name) => `import './${name}';`).join('\n'),
      resolveDir: 'test/unit',
    },
    outfile: 'dist/test/unit.cjs',
    alias: {
      vscode: './test/unit/vscode.ts',
      // The client wants VS Code to be there; the protocol below it has the errors.
      'vscode-languageclient/node': 'vscode-languageserver-protocol/node',
    },
  });
} else if (process.argv.includes('--host-tests')) {
  await build({
    ...common,
    entryPoints: ['test/host/index.ts'],
    outfile: 'dist/test/host.cjs',
    external: ['vscode'],
  });
} else {
  await build({
    ...common,
    entryPoints: ['src/extension.ts'],
    outfile: 'dist/extension.js',
    external: ['vscode'],
    minify: true,
    sourcemap: false,
    legalComments: 'linked',
  });
  // The pages run in a browser, and load nothing but these.
  await build({
    bundle: true,
    platform: 'browser',
    format: 'iife',
    target: 'chrome120',
    entryPoints: ['compare', 'versions', 'board'].map((page) => `src/webview/${page}.ts`),
    outdir: 'dist/webview',
    minify: true,
    banner: { js: `/*! With uPlot:\n${readFileSync('node_modules/uplot/LICENSE', 'utf8')}*/` },
  });
}
