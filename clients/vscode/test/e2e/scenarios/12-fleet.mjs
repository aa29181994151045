import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { demo } from '../registries.mjs';

export const scenarios = [
  {
    name: 'the fleet shows two repositories as one, and a tag that is made in one of them',
    run: async ({ editor, open }) => {
      const [first, second] = ['first', 'second'].map((name) => demo(editor.folder(name)));
      second.git('tag', '-d', 'churn#prod#2');
      const { HOME, XDG_CONFIG_HOME = path.join(HOME, '.config') } = editor.environment;
      const file = path.join(XDG_CONFIG_HOME, 'gtod', 'fleet.yaml');
      fs.mkdirSync(path.dirname(file), { recursive: true });
      try {
        const window = await open(first.folder);
        await window.openSidebar();
        await window.row('Artifacts', 'churn').waitFor({ timeout: 30_000 });
        await window.expandSection('Fleet');
        await window.section('Fleet').locator('text=No fleet yet.').waitFor();
        await window.shot('12-no-fleet');
        const gone = path.join(path.dirname(second.folder), 'gone');
        const lines = [gone, second.folder, first.folder].map((each) => `  - path: ${each}\n`);
        fs.writeFileSync(file, `repositories:\n${lines.join('')}`);
        await window.row('Fleet', 'second, repository, 2 artifacts').waitFor();
        await window.row('Fleet', `gone, repository, '${gone}' does not exist`).waitFor();
        await window.expandSection('Fleet');
        second.tag('churn#prod#9', 'By hand', 'churn@v3.1.0');
        const row = '[aria-label*="in prod version v3.1.0, repository second"]';
        await window.section('Fleet').locator(row).waitFor();
        await window.shot('12-fleet');
        assert.equal(await window.section('Fleet').locator('.message:visible').count(), 0);
      } finally {
        fs.rmSync(file);
      }
    },
  },
];
