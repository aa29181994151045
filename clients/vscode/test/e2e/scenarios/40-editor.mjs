import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
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
const read = (registry, name) => fs.readFileSync(path.join(registry.folder, name), 'utf8');

export const scenarios = [
  {
    name: 'an artifact is described by the wizard, and the editor can undo it',
    run: async (tools) => {
      const { registry, window } = await opened(tools);
      await window.palette('GTO: Add artifact…');
      await window.asked('Add artifact');
      await window.write('Name of the artifact', 'fraud');
      await window.accept();
      await window.choose('model');
      await window.write('Where it is', 'models/churn.pkl');
      await window.page.locator('.quick-input-message', { hasText: 'churn' }).waitFor();
      await window.shot('40-annotate-refused');
      await window.type('models/fraud.pkl');
      await window.accept();
      await window.write('Description', 'Who cheats');
      await window.accept();
      await until('the file has it', () =>
        read(registry, 'artifacts.yaml').includes(
          'fraud:\n  type: model\n  path: models/fraud.pkl\n  description: Who cheats\n',
        ),
      );
      assert.ok(
        read(registry, 'artifacts.yaml').startsWith('churn:\n  type: model\n'),
        'the rest is as it was',
      );
      await window.row('Artifacts', 'fraud, model, not registered').waitFor();
      await window.shot('41-annotated');
      await window.page.locator('.editor-instance .view-lines').first().click();
      await window.page.keyboard.press('Control+z');
      await until('it is undone', async () => !(await textOf(window)).includes('fraud'));
    },
  },
  {
    name: 'lenses open the wizards, and a code action opens the last step of one',
    run: async (tools) => {
      const { registry, window } = await opened(tools);
      await window.menu(window.row('Artifacts', 'churn'), 'Open annotation');
      const lens = window.page
        .locator('.codelens-decoration a', { hasText: 'Assign stage' })
        .first();
      await lens.waitFor({ timeout: 20_000 });
      await window.shot('42-lenses');
      await lens.click();
      await window.asked('Assign churn v3.1.0 to a stage');
      await window.choose('empty');
      await window.choose('Create tag churn#staging#4');
      await until('the tag is made', () => registry.tags().includes('churn#staging#4'));
      await window.page.locator('.codelens-decoration a', { hasText: 'staging v3.1.0' }).waitFor();

      await window.page
        .locator('.view-line', { hasText: 'churn:' })
        .first()
        .click({ position: { x: 20, y: 8 } });
      const action = window.page
        .locator('.action-widget [role=option]', { hasText: 'Assign churn v3.1.0 to prod' })
        .first();
      await window.keyUntil('Control+.', action);
      await window.shot('43-code-action');
      await action.click();
      await window.asked('Assign churn v3.1.0 to a stage');
      await window.option('prod: v3.0.0 → v3.1.0').waitFor();
      await window.shot('43-code-action-confirm');
      assert.ok(!registry.tags().includes('churn#prod#5'), 'nothing is made unasked');
      await window.choose('Create tag churn#prod#5');
      await until('the tag is made', () => registry.tags().includes('churn#prod#5'));
      assert.equal(registry.tagged('churn#prod#5').commit, registry.tagged('churn@v3.1.0').commit);
    },
  },
  {
    name: 'versions are compared, opened, explained, and the past is shown',
    run: async (tools) => {
      const { registry, window } = await opened(tools);
      await window.expand(window.row('Artifacts', 'churn'));
      await window.menu(window.row('Artifacts', 'churn, version v3.1.0'), 'Compare versions');
      await window.asked('Compare churn v3.1.0 with');
      await window.choose('v3.0.0');
      const page = await window.webview();
      await page.getByText('Tune the threshold').waitFor();
      await page.getByRole('button', { name: 'Show what changed in models/churn.pkl' }).click();
      await until('the files are compared', async () => {
        const text = await textOf(window);
        return text.includes('weights 2') && text.includes('weights 3');
      });
      await window.menu(window.row('Artifacts', 'churn, version v2.9.0'), 'Open file of version');
      await until('the old file is open', async () => (await textOf(window)).includes('weights 1'));
      await window.menu(window.row('Artifacts', 'churn, version v3.0.0'), 'Show commit');
      await window.page
        .locator('.tab', {
          hasText: registry.git('rev-parse', '--short', 'churn@v3.0.0^{}'),
        })
        .waitFor();
      await window.page
        .locator('.multiDiffEntry, .monaco-diff-editor', { hasText: 'churn.pkl' })
        .first()
        .waitFor();
      await window.shot('45-commit');

      await window.expand(window.row('Stages', 'stage prod'));
      await window.menu(window.row('Stages', 'churn version v3.0.0 in prod'), 'Explain stage');
      await until('the reason is told', async () =>
        (await textOf(window)).includes("v3.0.0 holds 'prod'"),
      );
      await window.shot('46-why');
      await window.palette('GTO: Check registry');
      await until('findings are listed', async () =>
        /Findings|Nothing is wrong/.test(await textOf(window)),
      );
      await window.palette('GTO: Show registry as of…');
      await window.write('Date, or date and time', 'nonsense');
      await window.page.locator('.quick-input-message', { hasText: 'Enter a date' }).waitFor();
      await window.type(
        registry.git('for-each-ref', 'refs/tags/churn@v3.0.0', '--format=%(taggerdate:iso-strict)'),
      );
      await window.accept();
      await until('the past is shown', async () =>
        (await textOf(window)).includes('churn: v3.0.0 · prod v2.9.0'),
      );
      await window.shot('47-as-of');
      await window.palette('GTO: Check Tag…');
      await window.write('A tag, such as', 'churn#prod#2');
      await window.accept();
      await window.notification('churn#prod#2: churn v3.0.0 → prod').waitFor();
    },
  },
  {
    name: 'names are copied, a workflow is scaffolded, and debug information tells which server it is',
    run: async (tools) => {
      const { registry, window } = await opened(tools);
      const copied = () => window.page.evaluate('navigator.clipboard.readText()');
      await window.expand(window.row('Artifacts', 'churn'));
      for (const [label, text] of [
        ['Copy tag name', 'churn@v3.0.0'],
        ['Copy version', 'v3.0.0'],
        ['Copy commit hash', registry.tagged('churn@v3.0.0').commit],
        ['Copy download command', "gtod get 'churn@v3.0.0'"],
      ]) {
        await window.menu(window.row('Artifacts', 'churn, version v3.0.0'), 'Copy', label);
        await until(label, async () => (await copied()) === text);
      }
      await window.palette('GTO: Copy debug information');
      await until('debug information', async () =>
        /server gtod \S+ from the PATH, daemon/.test(await copied()),
      );
      await window.palette('GTO: Create CI workflow…');
      await window.choose('GitHub Actions');
      await until('the workflow is open', async () =>
        (await textOf(window)).includes('fail-on: broken'),
      );
      await window.shot('48-workflow');
    },
  },
  {
    name: 'two versions that are selected are compared, the greater one on the right; the walkthrough opens',
    run: async (tools) => {
      const { window } = await opened(tools);
      await window.expand(window.row('Artifacts', 'churn'));
      await window.row('Artifacts', 'churn, version v3.1.0').click();
      await window.row('Artifacts', 'churn, version v2.9.0').click({ modifiers: ['Control'] });
      await window.menu(window.row('Artifacts', 'churn, version v2.9.0'), 'Compare selected');
      await window.page.locator('.tab', { hasText: 'churn v2.9.0 ↔ v3.1.0' }).waitFor();
      await window.palette('Welcome: Open Walkthrough...');
      await window.choose('Your model registry');
      await window.page
        .locator('.getting-started-step', { hasText: 'Push the tag, and let CI act' })
        .waitFor();
      await window.page
        .locator('.getting-started-step', { hasText: 'Register a version' })
        .first()
        .click();
      await window.shot('49-walkthrough');
    },
  },
  {
    name: 'the files of registered artifacts are marked in the Explorer, if that is wanted',
    run: async ({ editor, open }) => {
      const registry = demo(editor.folder('demo'));
      registry.commit('Keep another', { 'models/next.pkl': 'weights\n' });
      const window = await open(registry.folder);
      const file = (name) =>
        window.page.locator(`.explorer-folders-view [role=treeitem][aria-label*="${name}"]`);
      await file('models').click();
      await file('churn.pkl').waitFor();
      await window.openSidebar();
      await window.row('Artifacts', 'churn, model').waitFor({ timeout: 30_000 });
      await window.palette('View: Show Explorer');
      await file('churn.pkl').waitFor();
      const mark = (name, said) =>
        file(name).locator(`.monaco-icon-label[aria-label$="${said}"]`).waitFor();
      await mark('churn.pkl', 'models/churn.pkl');
      registry.write({
        '.vscode/settings.json': JSON.stringify({ 'gto.decorations.enabled': true }),
      });
      await mark('churn.pkl', '• Registered: churn v3.1.0 (dev v3.1.0, prod v3.0.0)');
      await mark('next.pkl', 'models/next.pkl');
      await window.shot('46-marked');

      registry.tag('churn#prod#4', 'By hand', 'churn@v3.1.0');
      await mark('churn.pkl', '• Registered: churn v3.1.0 (dev v3.1.0, prod v3.1.0)');
      registry.write({
        'artifacts.yaml': 'churn:\n  type: model\n  path: models/next.pkl\n',
      });
      await mark('next.pkl', '• Registered: churn v3.1.0 (dev v3.1.0, prod v3.1.0)');
      await mark('churn.pkl', 'models/churn.pkl');
      registry.write({ '.vscode/settings.json': '{}' });
      await mark('next.pkl', 'models/next.pkl');
    },
  },
];
