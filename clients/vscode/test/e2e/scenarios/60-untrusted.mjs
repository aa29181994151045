import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { demo } from '../registries.mjs';
import { until } from '../until.mjs';

export const scenarios = [
  {
    name: 'an untrusted folder is shown read-only, runs nothing of its own, and can be trusted later',
    options: {
      usesTrust: true,
      settings: {
        'security.workspace.trust.startupPrompt': 'never',
        'security.workspace.trust.banner': 'never',
      },
    },
    run: async ({ editor, open }) => {
      const registry = demo(editor.folder('demo'));
      const trap = path.join(registry.folder, 'trapped');
      fs.writeFileSync(path.join(registry.folder, 'trap.sh'), `#!/bin/sh\ntouch '${trap}'\n`, {
        mode: 0o755,
      });
      // A repository can name a program that Git runs, and a folder can bring a Python.
      registry.git('config', 'core.fsmonitor', './trap.sh');
      fs.mkdirSync(path.join(registry.folder, '.venv/bin'), { recursive: true });
      fs.copyFileSync(
        path.join(registry.folder, 'trap.sh'),
        path.join(registry.folder, '.venv/bin/python'),
      );
      const window = await open(registry.folder);
      await window.openSidebar({ isWritable: false });
      const churn = window.row('Artifacts', 'churn, model, latest version v3.1.0');
      await churn.waitFor({ timeout: 30_000 });
      await window
        .section('Artifacts')
        .locator('text=Read-only: this folder is not trusted.')
        .waitFor();
      await window.expand(churn);
      await window.row('Artifacts', 'churn, version v3.1.0').waitFor();
      await window.row('Artifacts', 'churn, version v3.1.0').hover();
      await window.shot('60-untrusted');
      assert.equal(
        await window
          .section('Artifacts')
          .locator('.action-label[aria-label^="Assign stage"]')
          .count(),
        0,
      );
      await window.searchPalette('GTO: Register version');
      await window.option('GTO: Copy version').waitFor();
      assert.equal(await window.option('GTO: Register version').count(), 0);
      await window.page.keyboard.press('Escape');
      assert.ok(!fs.existsSync(trap), 'nothing of the folder was run');

      await window.palette('Workspaces: Manage Workspace Trust');
      await window.page
        .locator('.workspace-trust-editor .monaco-button', { hasText: 'Trust' })
        .first()
        .click();
      await window.page
        .locator('.monaco-modal-editor-block .action-label[aria-label^="Close"]')
        .last()
        .click();
      await window.page.locator('.monaco-modal-editor-block').waitFor({ state: 'hidden' });
      await window.press(churn, 'Assign stage');
      await window.asked('Assign churn to a stage');
      await window.choose('v3.1.0');
      await window.choose('empty');
      await window.choose('Create tag churn#staging#4');
      await until('the tag is made', () => registry.tags().includes('churn#staging#4'));
      await window.shot('61-trusted');
    },
  },
];
