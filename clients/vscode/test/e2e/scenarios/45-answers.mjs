import assert from 'node:assert/strict';
import { demo } from '../registries.mjs';
import { until } from '../until.mjs';

async function opened({ editor, open }) {
  const registry = demo(editor.folder('demo'));
  const window = await open(registry.folder);
  await window.openSidebar();
  await window.row('Artifacts', 'churn').waitFor({ timeout: 30_000 });
  return { registry, window };
}

const textOf = async (window) => (await window.editorText()).join('\n').replaceAll('\u00a0', ' ');
const shows = (window, words) =>
  until(`the page says ${words}`, async () => (await textOf(window)).includes(words));

/** The file in front is YAML to the editor, is coloured as such, and has what the server finds wrong. */
async function isYaml(window) {
  await window.page.locator('.statusbar-item', { hasText: /^YAML$/ }).waitFor();
  await window.page.locator('.editor-instance .squiggly-error').first().waitFor();
  const parts = window.page.locator('.editor-instance .view-line span[class*=mtk]');
  await until('comments, keys and values have colours of their own', async () => {
    const classes = await parts.evaluateAll((all) => all.map((each) => each.className));
    return new Set(classes).size >= 4;
  });
}

export const scenarios = [
  {
    name: 'pages follow the registry, and are asked anew when they are asked for again',
    run: async (tools) => {
      const { registry, window } = await opened(tools);
      await window.expand(window.row('Stages', 'stage prod'));
      const holder = window.row('Stages', 'churn version');
      await window.menu(holder, 'Explain stage');
      await shows(window, "v3.0.0 holds 'prod'");
      registry.tag('churn#prod#4', 'By hand', 'churn@v3.1.0');
      await shows(window, "v3.1.0 holds 'prod'");
      await window.shot('45-why-followed');
      await window.palette('GTO: Check registry');
      await shows(window, 'Nothing is wrong');
      registry.write({ '.gto': 'stages: [dev]\n' });
      await shows(window, 'prod');
      await window.shot('45-check-followed');
      // While its page is out of sight.
      registry.tag('churn#prod#5', 'By hand', 'churn@v2.9.0');
      await window.menu(window.row('Stages', 'churn version v2.9.0 in prod'), 'Explain stage');
      await shows(window, "v2.9.0 holds 'prod'");
    },
  },
  {
    name: 'who cannot see is told that a version is in a stage only where it is',
    run: async (tools) => {
      const { registry, window } = await opened(tools);
      await window.expand(window.row('Artifacts', 'churn'));
      const held = (version) =>
        window.section('Artifacts').locator(`[role=treeitem][aria-label^="churn ${version} "]`);
      for (const version of ['v3.0.0', 'v2.9.0'])
        await window.expand(window.row('Artifacts', `churn, version ${version}`));
      await held('v3.0.0').waitFor();
      assert.match(await held('v3.0.0').getAttribute('aria-label'), /^churn v3\.0\.0 in prod, /);
      assert.match(
        await held('v2.9.0').getAttribute('aria-label'),
        /^churn v2\.9\.0 no longer in prod: a newer version took its place; /,
      );
      await window.shot('45-held');
      registry.tag('churn#prod#4', 'By hand', 'churn@v2.9.0');
      await until('it is in prod again', async () =>
        (await held('v2.9.0').getAttribute('aria-label')).startsWith('churn v2.9.0 in prod, '),
      );
      assert.match(
        await held('v3.0.0').getAttribute('aria-label'),
        /^churn v3\.0\.0 no longer in prod/,
      );
    },
  },
  {
    name: 'what is wrong is in the sidebar, leads to its place, and keeps from acting',
    run: async (tools) => {
      const { registry, window } = await opened(tools);
      registry.write({ '.gto': '# Stages\nstages: [dev, prod\n' });
      const wrong = window.row('Artifacts', 'problem, .gto:');
      await wrong.waitFor();
      await window.shot('45-wrong-config');
      await wrong.click();
      await window.page.locator('.tab.active', { hasText: '.gto' }).waitFor();
      await isYaml(window);
      await window.shot('45-gto-is-yaml');
      await window.press(window.row('Artifacts', 'churn'), 'Assign stage');
      await window.notification('The file is not YAML').waitFor();
      await window.shot('45-refused');
      assert.equal(await window.title().isVisible(), false, 'no wizard begins');
      registry.write({ '.gto': 'stages: [dev, staging, prod]\n' });
      await wrong.waitFor({ state: 'detached' });
      registry.write({ '.gtod.yaml': '# Rules\nversion: 1\nrulez: many\n' });
      await window.openFile('.gtod.yaml');
      await isYaml(window);
      await window.shot('45-rules-are-yaml');
      registry.git('clean', '-fq', '.gtod.yaml');
      registry.write({ 'artifacts.yaml': 'churn:\n  type: model\nchurn:\n  type: model\n' });
      const several = window.row('Artifacts', '1 problem');
      await several.waitFor();
      await window.shot('45-problems');
      await several.click();
      await shows(window, "'churn' is in the file twice");
    },
  },
];
