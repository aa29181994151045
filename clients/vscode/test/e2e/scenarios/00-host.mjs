// Runs test/host inside the extension host, with the extension that is installed from the .vsix.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { EXTENSION, NODE } from '../places.mjs';
import { demo } from '../registries.mjs';
import { until } from '../until.mjs';
import { goTo } from '../workbench.mjs';

export const scenarios = [
  {
    name: 'the tests inside the extension host',
    // Without the flag the built product ignores the payload.
    options: { options: ['--vscode-option', 'enable-smoke-test-driver'] },
    run: async ({ editor, page: newPage, say }) => {
      const registry = demo(editor.folder('demo'));
      const tests = path.join(editor.folder('tests'), 'host.cjs');
      execFileSync(NODE, ['esbuild.mjs', '--host-tests'], { cwd: EXTENSION, stdio: 'ignore' });
      fs.mkdirSync(path.dirname(tests));
      fs.copyFileSync(path.join(EXTENSION, 'dist/test/host.cjs'), tests);
      const page = await newPage();
      let code;
      await page.exposeFunction('codeAutomationExit', (ended) => (code = ended));
      await page.exposeFunction('codeAutomationLog', (_type, [text]) => {
        // The extension host has much else to say.
        if (/^ {2}[✓✗]|^\d+ tests/.test(text)) say(text);
      });
      const remote = (place) => `vscode-remote://${new URL(editor.origin).host}${place}`;
      const payload = JSON.stringify([
        ['extensionDevelopmentPath', remote(editor.extension)],
        ['extensionTestsPath', remote(tests)],
        ['skipWelcome', 'true'],
      ]);
      const query = new URLSearchParams({ folder: registry.folder, payload });
      await goTo(page, `${editor.origin}/?${query}`);
      await until('the extension host has ended', () => code !== undefined, 180_000);
      assert.equal(code, 0, 'what the extension host ended with');
    },
  },
];
