import assert from 'node:assert/strict';
import { demo } from '../registries.mjs';
import { until } from '../until.mjs';

export const scenarios = [
  {
    name: 'without any gtod, the extension installs its own when told to, and shows the registry',
    options: { hasServer: false },
    run: async ({ editor, open, say }) => {
      const registry = demo(editor.folder('demo'));
      const window = await open(registry.folder);
      await window.openSidebar({ isWritable: false });
      await window
        .section('Artifacts')
        .locator('text=The GTO server is not installed here.')
        .waitFor({ timeout: 60_000 });
      assert.match(editor.log(), /no server: gtod on the PATH: not there/);
      await window.shot('70-first-run');
      await window.section('Artifacts').getByRole('button', { name: 'Install server…' }).click();
      await window.dialog().waitFor({ timeout: 60_000 });
      assert.match(
        await window.dialog().innerText(),
        /It is installed into an environment of its own/,
      );
      await window.shot('71-consent');
      const start = Date.now();
      await window.dialog().locator('.monaco-button', { hasText: 'Install' }).click();
      await window.notification('Installing the GTO server').waitFor();
      await window.shot('72-installing');
      await window
        .row('Artifacts', 'churn, model, latest version v3.1.0')
        .waitFor({ timeout: 180_000 });
      say(`installed and shown in ${((Date.now() - start) / 1000).toFixed(1)} s`);
      await window.shot('73-installed');
      const row = window.row('Artifacts', 'churn, model');
      await window.expand(row);
      await window.press(window.row('Artifacts', 'churn, version v3.1.0'), 'Assign stage');
      await window.choose('replaces v3.0.0');
      await window.choose('Create tag churn#prod#4');
      await until('the tag is made', () => registry.tags().includes('churn#prod#4'));
      assert.match(editor.log(), /starting \S+globalStorage\S+gtod lsp \(bundled\)/);
    },
  },
];
