import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { demo, withRemote } from '../registries.mjs';
import { until } from '../until.mjs';

/** A window of several folders, and how to change which. */
async function workspaceOf({ editor, open }, folders, settings = {}) {
  const file = `${editor.folder('all')}.code-workspace`;
  const write = (wanted) =>
    fs.writeFileSync(
      file,
      JSON.stringify({ folders: wanted.map((each) => ({ path: each })), settings }),
    );
  write(folders);
  const window = await open(file, 'workspace');
  await window.showsFolders();
  await window.openSidebar();
  return { window, write };
}

/** Two repositories of one folder name, each with an artifact `churn` and a remote of its own. */
async function twins(tools, settings) {
  const [one, other] = ['a', 'b'].map((name) => {
    const registry = demo(path.join(tools.editor.folder(name), 'reg'));
    const remote = withRemote(registry, tools.editor.folder(`${name}.git`));
    return { registry, remote };
  });
  const folders = [one, other].map(({ registry }) => registry.folder);
  const { window, write } = await workspaceOf(tools, folders, settings);
  await window.row('Artifacts', 'a/reg, repository').waitFor({ timeout: 30_000 });
  await window.row('Artifacts', 'b/reg, repository').waitFor();
  const churn = (place) =>
    window
      .section('Artifacts')
      .locator('[role=treeitem][aria-label^="churn, model"]')
      .nth(place === 'a' ? 0 : 1);
  await churn('b').waitFor();
  return { one, other, window, write, churn };
}

const textOf = async (window) => (await window.editorText()).join('\n').replaceAll('\u00a0', ' ');

export const scenarios = [
  {
    name: 'of two repositories with one artifact name, the one of the file is acted on, shown and pushed',
    run: async (tools) => {
      const { one, other, window, churn } = await twins(tools);
      // The same tag is in the other one too, and nobody wants it pushed from there.
      one.registry.tag('churn#prod#4', 'Not to be pushed', 'churn@v2.9.0');
      await window
        .row(
          'Artifacts',
          'churn, model, latest version v3.1.0, in dev version v3.1.0, in prod version v2.9.0',
        )
        .waitFor();
      await window.menu(churn('b'), 'Open annotation');
      await window.page.locator('.codelens-decoration a').first().waitFor({ timeout: 20_000 });
      await window.page
        .locator('.view-line', { hasText: 'churn:' })
        .first()
        .click({ position: { x: 20, y: 8 } });
      const action = window.page
        .locator('.action-widget [role=option]', { hasText: 'Assign churn v3.1.0 to prod' })
        .first();
      await window.keyUntil('Control+.', action);
      await window.shot('56-twins-action');
      await action.click();
      await window.asked('b/reg: Assign churn v3.1.0 to a stage');
      await window.option('prod: v3.0.0 → v3.1.0').waitFor();
      await window.shot('56-twins-confirm');
      assert.ok(!other.registry.tags().includes('churn#prod#4'), 'nothing is made unasked');
      await window.choose('Create tag churn#prod#4');
      await window.notification('b/reg: Created tag churn#prod#4.').waitFor();
      await until('its own row is selected', async () => {
        const selected = window.section('Artifacts').locator('[role=treeitem][aria-selected=true]');
        const [mine, ours] = await Promise.all([
          churn('b').getAttribute('id'),
          selected.getAttribute('id'),
        ]);
        return mine === ours;
      });
      await window.shot('56-twins-made');
      await window.answer('b/reg: Created tag churn#prod#4.', /^Push$/);
      await until('its remote has the tag', () => other.remote.tags().includes('churn#prod#4'));
      assert.equal(
        other.remote.git('rev-parse', 'churn#prod#4'),
        other.registry.git('rev-parse', 'churn#prod#4'),
      );
      assert.ok(!one.remote.tags().includes('churn#prod#4'), "the other's tag is not pushed");
      assert.equal(one.registry.tagged('churn#prod#4').message, 'Not to be pushed');
    },
  },
  {
    name: 'of two repositories with one artifact name, history, pages and commands are about the one that was meant',
    run: async (tools) => {
      const { other, window, write, one, churn } = await twins(tools);
      other.registry.tag('churn#prod#4', 'By hand', 'churn@v3.1.0');
      await window
        .row(
          'Artifacts',
          'churn, model, latest version v3.1.0, in dev version v3.1.0, in prod version v3.1.0',
        )
        .waitFor();
      await window.menu(churn('b'), 'Show history');
      await window.row('History', 'b/reg, repository').waitFor();
      await window.row('History', 'churn version v3.1.0 assigned to prod').waitFor();
      assert.equal(await window.row('History', 'a/reg, repository').count(), 0);
      await window.expand(churn('b'));
      await window.menu(
        window.row('Artifacts', 'churn, version v3.1.0'),
        'Copy',
        'Copy download command',
      );
      await until('the command names the repository', async () => {
        const copied = await window.page.evaluate('navigator.clipboard.readText()');
        return copied === `gtod get -r '${other.registry.folder}' 'churn@v3.1.0'`;
      });
      await window.palette('GTO: Check registry');
      await window.choose('b/reg');
      await until('it is checked', async () =>
        /Findings|Nothing is wrong/.test(await textOf(window)),
      );
      await window.shot('56-twins-check');
      write([one.registry.folder]);
      await until('the page says that its repository is closed', async () =>
        (await textOf(window)).includes(`${other.registry.folder} is not open in this window.`),
      );
      await window.row('Artifacts', 'churn, model').waitFor();
      assert.equal(await window.row('Artifacts', 'a/reg, repository').count(), 0);
      await window.shot('56-twins-closed');
    },
  },
  {
    name: 'an act in one of two worktrees shows in both, is told once, and is no news',
    run: async (tools) => {
      const registry = demo(tools.editor.folder('main'));
      const remote = withRemote(registry, tools.editor.folder('origin.git'));
      const linked = tools.editor.folder('linked');
      registry.git('worktree', 'add', '-q', linked);
      const settings = { 'gto.notifyStageChanges': 'all' };
      const { window } = await workspaceOf(tools, [registry.folder, linked], settings);
      await window.row('Artifacts', 'linked, repository').waitFor({ timeout: 30_000 });
      const held = window
        .section('Stages')
        .locator('[role=treeitem][aria-label^="churn version v3.1.0 in prod"]');
      await window.expandSection('Stages');
      for (const at of [1, 0])
        await window.expand(
          window.section('Stages').locator('[role=treeitem][aria-label^="stage prod"]').nth(at),
        );
      const churn = window
        .section('Artifacts')
        .locator('[role=treeitem][aria-label^="churn, model"]');
      await window.menu(churn.nth(1), 'Assign stage');
      await window.asked('linked: Assign churn to a stage');
      await window.choose('v3.1.0');
      await window.choose('replaces v3.0.0');
      await window.choose('Create tag churn#prod#4');
      await window.notification('linked: Created tag churn#prod#4.').waitFor();
      await until('both show it', async () => (await held.count()) === 2);
      await window.shot('56-worktrees');
      await window.page.locator('.activitybar .badge-content', { hasText: /^1$/ }).waitFor();
      await window.answer('linked: Created tag churn#prod#4.', /^Push$/);
      await until('the remote has the tag', () => remote.tags().includes('churn#prod#4'));
      await until('no row says that it is not pushed', async () => {
        const rows = await churn.evaluateAll((all) => all.map((row) => row.ariaLabel));
        return rows.length === 2 && rows.every((row) => !row.includes('not pushed'));
      });
      // Somebody else's is news, once, and it is the first: one's own was none.
      registry.tag('churn#staging#5', 'By hand', 'churn@v2.9.0');
      await window.notification('main: staging of churn is now v2.9.0 (by Ann).').waitFor();
      assert.equal(await window.page.locator('.notification-toast').count(), 1);
      const told = await window.notification('staging of churn').innerText();
      assert.equal(told.match(/of churn/g).length, 1, told);
      await window.shot('56-worktrees-news');
    },
  },
];
