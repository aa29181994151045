// The keyboard, and several rows at once.
import assert from 'node:assert/strict';
import { demo, Registry, withRemote } from '../registries.mjs';
import { until } from '../until.mjs';

/** Three artifacts with two versions each; one of them has the newer one in prod already. */
function three(folder) {
  const registry = new Registry(folder);
  const names = ['asr', 'churn', 'ranker'];
  registry.commit('Start', { '.gto': 'stages: [dev, staging, prod]\n' });
  for (const name of names) registry.tag(`${name}@v1.0.0`);
  for (const name of names) registry.tag(`${name}#prod#1`);
  registry.commit('Next', { 'model.txt': '2\n' });
  for (const name of names) registry.tag(`${name}@v1.1.0`);
  registry.tag('asr#prod#2');
  return registry;
}

const clipboard = (window) => window.page.evaluate('navigator.clipboard.readText()');

async function select(...rows) {
  for (const row of rows) {
    await row.waitFor();
    await row.click({ modifiers: ['Control'] });
  }
}

/** Clicks until just these rows are selected, whatever is selected now. */
async function selectOnly(wanted, others) {
  for (const row of [...wanted, ...others]) {
    await row.waitFor();
    const isSelected = (await row.getAttribute('aria-selected')) === 'true';
    if (isSelected !== wanted.includes(row)) await row.click({ modifiers: ['Control'] });
  }
  await until('they are selected', async () => {
    const states = await Promise.all(wanted.map((row) => row.getAttribute('aria-selected')));
    return states.every((state) => state === 'true');
  });
}

export const scenarios = [
  {
    name: 'several selected rows are assigned, pushed and removed as one act with one plan',
    run: async ({ editor, open }) => {
      const registry = three(editor.folder('three'));
      const remote = withRemote(registry, editor.folder('three.git'));
      const window = await open(registry.folder);
      await window.openSidebar();
      const row = (name) => window.row('Artifacts', `${name}, latest`);
      await row('asr').waitFor({ timeout: 30_000 });
      await select(row('asr'), row('churn'), row('ranker'));
      await window.menu(row('churn'), 'Assign Stage');
      await window.asked('Assign 3 artifacts to a stage');
      await window.option('What is in prod').waitFor();
      await window.shot('25-several-versions');
      await window.choose('Latest versions');
      await window.option('replaces 2, leaves out 1').waitFor();
      await window.shot('25-several-stage');
      await window.choose('prod');
      await window.asked('Assign 3 artifacts to prod');
      await window.option('Create 2 Tags').waitFor();
      await window.option('prod: v1.0.0 → v1.1.0').waitFor();
      await window.option('asr: v1.1.0 is already in prod').waitFor();
      await window.shot('25-several-confirm');
      const before = registry.tags();
      await window.choose('Create 2 Tags');
      await until('both tags', () => registry.tags().length === before.length + 2);
      assert.deepEqual(
        registry.tags().filter((tag) => !before.includes(tag)),
        ['churn#prod#2', 'ranker#prod#2'],
      );
      await window
        .row('Artifacts', 'churn, latest version v1.1.0, in prod version v1.1.0')
        .waitFor();
      // VS Code may let go of a row that is selected while it is drawn anew.
      await window
        .row('Artifacts', 'ranker, latest version v1.1.0, in prod version v1.1.0')
        .waitFor();
      await selectOnly([row('churn'), row('ranker')], [row('asr')]);
      await window.menu(row('ranker'), 'Push Tags');
      await window.asked('Push tags to origin');
      const listed = window.page.locator('.quick-input-list .monaco-list-row');
      await listed.filter({ hasText: 'churn#prod#2' }).waitFor();
      await listed.filter({ hasText: 'ranker#prod#2' }).waitFor();
      await window.shot('25-several-push');
      await window.page.keyboard.press('Enter');
      await until('both are there', () =>
        ['churn#prod#2', 'ranker#prod#2'].every((tag) => remote.tags().includes(tag)),
      );

      await window.expand(window.row('Stages', 'stage prod'));
      const held = (name) => window.row('Stages', `${name} version v1.1.0 in prod`);
      await select(held('asr'), held('churn'));
      await window.page.keyboard.press('Delete');
      await window.asked('Remove 2 artifacts from prod');
      await window.option('prod: v1.1.0 → v1.0.0').first().waitFor();
      await window.shot('25-several-remove');
      await window.page.keyboard.press('Escape');
      await window.title().waitFor({ state: 'hidden' });
      assert.equal(
        registry.tags().length,
        before.length + 2,
        'nothing is done before the last step',
      );
      // A menu of several rows has what all of them have; the stage was selected by being opened.
      await window.row('Stages', 'stage prod').click({ modifiers: ['Control'] });
      await window.menu(held('asr'), 'Remove from Stage');
      await window.choose('Create 2 Tags');
      await until('they are taken out', () =>
        ['asr#prod!#3', 'churn#prod!#3'].every((tag) => registry.tags().includes(tag)),
      );
      // As in GTO, what was there before is there again.
      await window.row('Stages', 'asr version v1.0.0 in prod').waitFor();
      await window.row('Stages', 'churn version v1.0.0 in prod').waitFor();
    },
  },
  {
    name: 'keys in the views do what a person expects, and no act without its last step',
    run: async ({ editor, open }) => {
      const registry = demo(editor.folder('demo'));
      const window = await open(registry.folder);
      const { keyboard } = window.page;
      await window.openSidebar();
      await window.row('Artifacts', 'churn').waitFor({ timeout: 30_000 });
      const tags = registry.tags().length;
      await window.expand(window.row('Artifacts', 'churn'));
      await window.row('Artifacts', 'churn, version v3.0.0').waitFor();
      await keyboard.press('Control+c');
      await until('the name is copied', async () => (await clipboard(window)) === 'churn');
      // The row with the focus, which is not the one that is selected.
      await keyboard.press('ArrowDown');
      await keyboard.press('Control+c');
      await until('the tag is copied', async () => (await clipboard(window)) === 'churn@v3.1.0');
      await keyboard.press('Delete');
      await window.asked('Deregister churn v3.1.0');
      await window.option('its history stays').waitFor();
      await window.shot('25-delete-key');
      await keyboard.press('Escape');
      await window.title().waitFor({ state: 'hidden' });
      await keyboard.press('ArrowUp');
      await keyboard.press('F2');
      await window.notification('tags cannot be renamed').waitFor();
      await window.shot('25-rename-key');
      await window.dismissAll();
      await window.row('Artifacts', 'churn').click({ modifiers: ['Control'] });
      await keyboard.press('Delete');
      await window.asked('Deprecate churn');
      await keyboard.press('Escape');
      await window.title().waitFor({ state: 'hidden' });

      // Nothing is below it, so that it opens.
      await window.row('Artifacts', 'train-set').click();
      await window.page.locator('.tab', { hasText: 'artifacts.yaml' }).waitFor();
      await window.expand(window.row('Stages', 'stage prod'));
      await window.row('Stages', 'churn version v3.0.0 in prod').click();
      await window.page.locator('.tab', { hasText: 'churn #prod' }).waitFor();
      assert.equal(registry.tags().length, tags, 'no key has done anything');
    },
  },
  {
    name: 'where a version is already is not what Enter takes',
    run: async ({ editor, open }) => {
      const registry = demo(editor.folder('demo'));
      const window = await open(registry.folder);
      await window.openSidebar();
      await window.row('Artifacts', 'churn').waitFor({ timeout: 30_000 });
      await window.expand(window.row('Artifacts', 'churn'));
      await window.press(window.row('Artifacts', 'churn, version v3.1.0'), 'Assign Stage');
      await window.option('already here').waitFor();
      const active = window.page.locator('.quick-input-list .monaco-list-row.focused');
      await until('another one is active', async () => {
        const text = await active.innerText();
        return text.includes('staging') && !text.includes('already here');
      });
      await window.shot('25-already-here');
      await window.accept();
      await window.choose('Create tag churn#staging#4');
      await until('the tag', () => registry.tags().includes('churn#staging#4'));

      // Without a remote nothing is offered that pushes.
      await window.searchPalette('GTO: Register Version');
      const other = window.option('GTO: Register Version…');
      await other.waitFor();
      await window.page.locator('.quick-input-widget input.input').fill('>GTO: Push Tags');
      await other.waitFor({ state: 'detached' });
      assert.equal(await window.option('GTO: Push Tags…').count(), 0);
    },
  },
];
