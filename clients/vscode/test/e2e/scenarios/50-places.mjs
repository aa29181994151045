import assert from 'node:assert/strict';
import fs from 'node:fs';
import { demo, foreign, monorepo, Registry } from '../registries.mjs';
import { until } from '../until.mjs';

export const scenarios = [
  {
    name: 'a monorepo is shown by folders, and its artifacts are registered by their full names',
    run: async ({ editor, open }) => {
      const registry = monorepo(editor.folder('mono'));
      const window = await open(registry.folder);
      await window.openSidebar();
      await window.row('Artifacts', 'search, folder').waitFor({ timeout: 30_000 });
      await window.row('Artifacts', 'shared, dataset, not registered').waitFor();
      await window.expand(window.row('Artifacts', 'search, folder'));
      await window.expand(window.row('Artifacts', 'audio, folder'));
      await window
        .row('Artifacts', 'search:ranker, model, latest version v1.0.0, in prod version v1.0.0')
        .waitFor();
      await window.shot('50-monorepo');
      await window.press(
        window.row('Artifacts', 'audio:asr, model, not registered'),
        'Register version',
      );
      await window.asked('Register version of audio:asr');
      await window.choose('HEAD — Start');
      await window.choose('v0.0.1');
      await window.choose('Create tag audio=asr@v0.0.1');
      await until('the tag', () => registry.tags().includes('audio=asr@v0.0.1'));
      await window.row('Artifacts', 'audio:asr, model, latest version v0.0.1').waitFor();
    },
  },
  {
    name: 'an empty repository says how to begin, and the first artifact is registered from there',
    run: async ({ editor, open }) => {
      const registry = new Registry(editor.folder('empty'));
      registry.commit('Start', { 'README.md': '#\n' });
      const window = await open(registry.folder);
      await window.settled();
      assert.doesNotMatch(editor.log(), /starting /, 'nothing is started that nobody wants');
      await window.openSidebar();
      await window
        .section('Artifacts')
        .locator('text=No artifacts yet.')
        .waitFor({ timeout: 30_000 });
      await window.shot('51-empty');
      await window
        .section('Artifacts')
        .getByRole('button', { name: 'Register version…' })
        .last()
        .click();
      await window.asked('Register version');
      await window.choose('Enter a new name');
      await window.write('Name of the artifact', 'churn');
      await window.accept();
      await window.choose('HEAD — Start');
      await window.choose('First version');
      await window.choose('Create tag churn@v0.0.1');
      await until('the tag', () => registry.tags().includes('churn@v0.0.1'));
      await window.row('Artifacts', 'churn, latest version v0.0.1').waitFor();
      await window.shot('52-first');
    },
  },
  {
    name: 'a folder without Git says so, and shows the registry once there is one',
    run: async ({ editor, open }) => {
      const folder = editor.folder('plain');
      fs.mkdirSync(folder, { recursive: true });
      const window = await open(folder);
      await window.openSidebar({ isWritable: false });
      await window
        .section('Artifacts')
        .locator('text=This folder is not a Git repository.')
        .waitFor({ timeout: 30_000 });
      await window.shot('53-no-repository');
      await window
        .section('Artifacts')
        .getByRole('button', { name: 'Initialize repository' })
        .click();
      await window.choose('plain');
      await window.section('Artifacts').locator('text=No artifacts yet.').waitFor();
    },
  },
  {
    name: "another tool's artifacts.yaml is left alone",
    run: async ({ editor, open }) => {
      const registry = foreign(editor.folder('foreign'));
      const window = await open(registry.folder);
      await window.openSidebar();
      // It is told that the file is none of GTO's, beside nothing else.
      await window.section('Artifacts').locator('text=1 problem').waitFor({ timeout: 30_000 });
      await window.openFile('artifacts.yaml');
      await window.shot('54-foreign');
      assert.equal(await window.page.locator('.squiggly-error, .squiggly-warning').count(), 0);
      assert.equal(await window.page.locator('.notification-toast').count(), 0);
      assert.deepEqual(registry.tags(), []);
      assert.equal(registry.git('status', '--porcelain'), '', 'its file is as it was');
    },
  },
  {
    name: 'several folders are several repositories',
    run: async ({ editor, open }) => {
      const one = demo(editor.folder('one'));
      const other = monorepo(editor.folder('other'));
      const file = `${editor.folder('both')}.code-workspace`;
      fs.writeFileSync(
        file,
        JSON.stringify({ folders: [{ path: one.folder }, { path: other.folder }] }),
      );
      const window = await open(file, 'workspace');
      await window.showsFolders();
      await window.openSidebar();
      await window.row('Artifacts', 'one, repository').waitFor({ timeout: 30_000 });
      await window.row('Artifacts', 'other, repository').waitFor();
      await window.row('Artifacts', 'churn, model').waitFor();
      await window.row('Artifacts', 'shared, dataset').waitFor();
      await window.shot('55-two');
      other.tag('shared@v1.0.0');
      await window.row('Artifacts', 'shared, dataset, latest version v1.0.0').waitFor();
      await window.palette('GTO: Check registry');
      await window.choose('other');
      await window.page.locator('.tab', { hasText: 'Registry check' }).waitFor();
    },
  },
];
