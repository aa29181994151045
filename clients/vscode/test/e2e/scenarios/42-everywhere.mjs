import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { SHOTS } from '../places.mjs';
import { demo } from '../registries.mjs';
import { until } from '../until.mjs';

const textOf = async (window) => (await window.editorText()).join('\n').replaceAll('\u00a0', ' ');

async function opened({ editor, open }, prepare = () => undefined) {
  const registry = demo(editor.folder('demo'));
  prepare(registry);
  const window = await open(registry.folder);
  await window.openSidebar();
  await window.row('Artifacts', 'churn').waitFor({ timeout: 60_000 });
  return { registry, window };
}

/** The status bar item of the file in front. */
const inFront = (window, text) => window.page.locator('.statusbar-item', { hasText: text });

/** Puts the cursor into a word of the text that is open. */
async function into(window, word) {
  await window.page.locator('.view-line span', { hasText: word }).last().click();
}

export const scenarios = [
  {
    name: 'the file in front says what of it is in production, and how far that is from HEAD',
    run: async (tools) => {
      // The rig has hovers wait for a minute, so that none is in front of what is looked at.
      const settings = { '.vscode/settings.json': '{"workbench.hover.delay": 200}' };
      const { registry, window } = await opened(tools, (made) => made.write(settings));
      await window.openFile('churn.pkl');
      await inFront(window, 'churn: prod v3.0.0 · 2 commits behind HEAD').waitFor();
      registry.commit('Retrain', { 'models/churn.pkl': 'weights 5\n' });
      await inFront(window, 'churn: prod v3.0.0 · 3 commits behind HEAD').waitFor();
      registry.git('checkout', '-q', '--detach', 'churn@v2.9.0');
      await inFront(window, 'churn: prod v3.0.0 · 1 commit ahead of HEAD').waitFor();
      registry.git('checkout', '-q', 'main');
      const item = inFront(window, 'churn: prod v3.0.0 · 3 commits behind HEAD');
      await item.waitFor();

      await item.hover();
      const card = window.page.locator('.monaco-hover', { hasText: 'Compare with HEAD' });
      await card.waitFor();
      await window.page.screenshot({ path: path.join(SHOTS, '42-card.png') });
      await card.locator('a', { hasText: 'Explain prod' }).click();
      await until('it is explained', async () =>
        (await textOf(window)).includes("v3.0.0 holds 'prod'"),
      );

      await window.openFile('churn.pkl');
      await item.locator('a').first().click();
      await window.asked('churn: prod v3.0.0 · 3 commits behind HEAD');
      await window.shot('42-actions');
      await window.choose('Compare with HEAD');
      const page = await window.webview();
      await page.getByText('Retrain').waitFor();
      await window.shot('42-compared');

      await window.openFile('artifacts.yaml');
      await inFront(window, 'churn: prod v3.0.0').waitFor();
      await into(window, 'train-set');
      await inFront(window, 'train-set: not registered').waitFor();

      await window.page
        .locator('.tab', { hasText: 'churn.pkl' })
        .first()
        .click({ button: 'right' });
      await window.page
        .locator('.context-view .action-label', { hasText: 'History of This Artifact' })
        .click();
      await window.row('History', 'churn version v3.1.0 assigned to dev').waitFor();
      await window.shot('42-history');
    },
  },
  {
    name: 'references in any YAML, Dockerfile and Python string are hovered, and lead to what describes them',
    run: async (tools) => {
      const { window } = await opened(tools, (registry) =>
        registry.write({
          'deploy/run.py': "MODEL = 'churn@v3.0.0'\nchurn#prod is a comment here\n",
          'deploy/values.yaml': 'model: churn#prod\n',
          Dockerfile: 'FROM scratch\nENV MODEL=churn@v3.1.0\n',
        }),
      );
      const hovers = async (name, word, said) => {
        await window.openFile(name);
        await into(window, word);
        const hover = window.page.locator('.monaco-hover', { hasText: said });
        await window.palette('Show or Focus Hover');
        await hover.first().waitFor();
        return hover.first();
      };
      const hover = await hovers('run.py', 'churn@v3.0.0', 'v3.0.0 on commit');
      await window.page.locator('.detected-link', { hasText: 'churn@v3.0.0' }).waitFor();
      assert.equal(
        await window.page.locator('.detected-link', { hasText: 'churn#prod' }).count(),
        0,
      );
      await window.page.screenshot({ path: path.join(SHOTS, '43-reference.png') });
      await hover.locator('a', { hasText: 'Show in sidebar' }).click();
      await window
        .section('Artifacts')
        .locator('[role=treeitem].selected', { hasText: 'churn' })
        .waitFor();

      await hovers('Dockerfile', 'churn@v3.1.0', 'v3.1.0 on commit');
      await hovers('values.yaml', 'churn#prod', 'prod of churn is v3.0.0');
      await window.page
        .locator('.detected-link', { hasText: 'churn#prod' })
        .first()
        .click({ modifiers: ['ControlOrMeta'] });
      await until('the description is open', async () =>
        (await textOf(window)).includes('description: Who is about to leave'),
      );
    },
  },
  {
    name: 'a link is copied and opened; a proposal shows what it would change, and does nothing by itself',
    run: async (tools) => {
      const { registry, window } = await opened(tools, (made) =>
        made.git('remote', 'add', 'origin', 'https://ann:s3cret@git.example.test/ann/models.git'),
      );
      const copied = () => window.page.evaluate('navigator.clipboard.readText()');
      const copies = async (row, what, ending) => {
        await window.menu(row, what);
        await until(what, async () => (await copied()).endsWith(ending));
        const text = await copied();
        assert.match(text, /^[\w-]+:\/\/gtod\.gto-registry\//);
        assert.doesNotMatch(text, /s3cret/);
        return text;
      };
      const repo = 'repo=git.example.test%2Fann%2Fmodels';
      await copies(window.row('Artifacts', 'churn'), 'Copy Link', `/open/churn?${repo}`);
      await window.expandSection('Stages');
      await window.expand(window.row('Stages', 'stage prod'));
      const holder = window.row('Stages', 'churn version v3.0.0 in prod');
      await copies(holder, 'Copy Link', `/open/churn%23prod?${repo}`);
      await window.expand(window.row('Artifacts', 'churn'));
      const row = window.row('Artifacts', 'churn, version v2.9.0');
      const link = await copies(row, 'Copy Link', `/open/churn@v2.9.0?${repo}`);

      const opens = async (text) => {
        await window.palette('GTO: Open Link…');
        await window.write('A link that Copy Link', text);
        await window.accept();
      };
      await window.row('Artifacts', 'churn, model').click();
      await opens(link);
      await window
        .section('Artifacts')
        .locator('[role=treeitem].selected[aria-label^="churn, version v2.9.0"]')
        .waitFor();
      await window.shot('44-opened');

      await window.menu(
        window.row('Artifacts', 'churn, version v3.1.0'),
        'Propose Version for Stage',
      );
      await window.asked('Propose churn v3.1.0');
      await window.choose('prod');
      const proposed = `/propose/churn@v3.1.0?stage=prod&${repo}`;
      await until('it is copied', async () => (await copied()).endsWith(proposed));
      await opens(await copied());
      await window.asked('Assign churn v3.1.0 to a stage');
      await window.option('Create tag churn#prod#4').waitFor();
      await window.page.locator('.tab', { hasText: 'churn v3.0.0 ↔ v3.1.0' }).waitFor();
      await window.shot('44-proposed');
      assert.equal(
        await window.page.locator('.quick-input-list .monaco-list-row.focused').count(),
        0,
      );
      await window.accept();
      await window.option('Create tag churn#prod#4').waitFor();
      assert.ok(!registry.tags().includes('churn#prod#4'), 'Enter alone does nothing');
      await window.choose('Create tag churn#prod#4');
      await until('the tag', () => registry.tags().includes('churn#prod#4'));

      await opens((await copied()).replace('git.example.test', 'evil.example.test'));
      const dialog = window.dialog();
      await dialog.getByText('evil.example.test/ann/models').first().waitFor();
      await window.shot('44-elsewhere');
      await dialog.getByRole('button', { name: 'Clone from evil.example.test' }).waitFor();
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await window.palette('GTO: Open Link…');
      await window.write('A link that Copy Link', link.replace('open/churn', 'open/..%2F'));
      await window.page.locator('.quick-input-message', { hasText: 'no link' }).waitFor();
    },
  },
  {
    name: 'what is wrong is in Problems without a file being opened, and the check of the registry leads to it',
    run: async (tools) => {
      const { registry, window } = await opened(tools, (made) => {
        made.write({
          'dvc.yaml': 'artifacts:\n  set:\n    path: set.csv\n    type: [1]\n',
          'set.csv': '1\n',
        });
        made.git('tag', 'churn@v4.0.0');
      });
      const panel = window.page.locator('.markers-panel');
      await window.page.keyboard.press('ControlOrMeta+Shift+m');
      await panel.locator('[role=treeitem]', { hasText: 'dvc.yaml' }).first().waitFor();
      await panel.locator('[role=treeitem]', { hasText: 'Registry check' }).first().waitFor();
      await window.shot('45-problems');
      await window.page.keyboard.press('ControlOrMeta+Shift+m');

      await window.palette('GTO: Check registry');
      const link = window.page.locator('.detected-link', { hasText: 'dvc.yaml:4' }).first();
      await link.waitFor();
      await window.shot('45-check');
      await link.click({ modifiers: ['ControlOrMeta'] });
      await until('the file is open', async () => (await textOf(window)).includes('type: [1]'));
      await window.page.keyboard.press('ControlOrMeta+Shift+m');
      const file = panel.locator('[role=treeitem]', { hasText: 'dvc.yaml' }).first();
      await file.waitFor();
      await window.shot('45-opened');
      fs.writeFileSync(
        path.join(registry.folder, 'dvc.yaml'),
        'artifacts:\n  set:\n    path: set.csv\n    type: data\n',
      );
      await file.waitFor({ state: 'detached' });
    },
  },
];
