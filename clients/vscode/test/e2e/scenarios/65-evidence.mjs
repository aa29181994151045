// Metrics, params and plots beside versions: the page that compares two of them, and the page with all of them.
import assert from 'node:assert/strict';
import path from 'node:path';
import { SHOTS } from '../places.mjs';
import { measured, trained } from '../registries.mjs';
import { shots, THEMES } from '../themes.mjs';
import { until } from '../until.mjs';

/** How the workbench itself says which of them it has. */
const WORKBENCH = { dark: 'vs-dark', light: 'vs', 'high-contrast': 'hc-black' };

async function opened({ editor, open }) {
  const registry = measured(editor.folder('measured'));
  const window = await open(registry.folder);
  await window.openSidebar();
  await window.row('Artifacts', 'churn, model').waitFor({ timeout: 30_000 });
  await window.expand(window.row('Artifacts', 'churn, model'));
  await window.row('Artifacts', 'churn, version v3.1.0').waitFor();
  return { registry, window };
}

/** The part of a row behind its name. */
const description = (row) => row.locator('.label-description').innerText();

export const scenarios = [
  {
    name: 'rows and their tooltips have metrics, and the last step of assigning a stage says how they change',
    run: async (tools) => {
      const { registry, window } = await opened(tools);
      const use = (settings) =>
        registry.write({ '.vscode/settings.json': JSON.stringify(settings) });
      const churn = window.row('Artifacts', 'churn, model');
      const latest = window.row('Artifacts', 'churn, version v3.1.0');
      await until('the metrics are there', async () => (await description(churn)).includes('auc'));
      assert.equal(await description(churn), 'v3.0.0 · latest v3.1.0 · auc 0.921 · dev v3.1.0');
      assert.match(await description(latest), /^dev · auc 0\.921 · /);
      assert.match(
        await description(window.row('Artifacts', 'churn, version v1.0.0')),
        /^auc 0\.842 · /,
      );

      // From the artifact to its latest version, and what VS Code has to say about that.
      await window.page.keyboard.press('ArrowDown');
      await window.page.keyboard.press('Control+k');
      await window.page.keyboard.press('Control+i');
      const tooltip = window.page.locator('.monaco-hover:visible', { hasText: 'vs prod' });
      await tooltip.waitFor();
      assert.match(await tooltip.innerText(), /auc\s+0\.921\s+\+0\.012\s/);
      await window.page.screenshot({ path: path.join(SHOTS, '65-tooltip.png') });
      await window.page.keyboard.press('Escape');

      // Tags of others change what the rows say too.
      registry.tag('churn#prod#3', 'By hand', 'churn@v2.1.0');
      await until('it is compared with what is in prod now', async () =>
        (await churn.getAttribute('aria-label')).includes('in prod version v2.1.0'),
      );
      await window.press(latest, 'Assign stage');
      await window.choose('replaces v2.1.0');
      await window.option('prod: v2.1.0 → v3.1.0, auc 0.868 → 0.921').waitFor();
      for (const [kind, theme] of Object.entries(THEMES)) {
        use({ 'workbench.colorTheme': theme });
        await window.page.locator(`.monaco-workbench.${WORKBENCH[kind]}`).waitFor();
        await window.shot(`65-assign-${kind}`);
      }
      await window.choose('Create tag churn#prod#4');
      await until('the tag is there', () => registry.tags().includes('churn#prod#4'));
    },
  },
  {
    name: 'two versions are compared on a page: metrics and params that differ, plots, commits, files',
    run: async (tools) => {
      const { registry, window } = await opened(tools);
      await window.menu(
        window.row('Artifacts', 'churn, version v3.1.0'),
        'Compare Version with Stage',
      );
      const page = await window.webview();
      await window.page.locator('.tab', { hasText: 'churn v3.0.0 ↔ v3.1.0' }).waitFor();
      const metrics = page.getByRole('region', { name: 'Metrics' });
      const row = metrics.getByRole('row', { name: 'metrics.json:auc' });
      assert.match(await row.innerText(), /0\.909\s+0\.921\s+\+0\.012/);
      assert.equal(await metrics.getByRole('row', { name: 'rows' }).count(), 0);
      await page.getByLabel('Show unchanged').check();
      await metrics.getByRole('row', { name: 'rows' }).waitFor();
      await page.getByLabel('Show unchanged').uncheck();
      const params = page.getByRole('region', { name: 'Params' });
      assert.match(await params.innerText(), /train\.epochs\s+30\s+40\s+\+10/);
      await page.getByRole('region', { name: 'Commits' }).getByText('Train v3.1.0').waitFor();
      await shots(window, registry, page, '65-compare');
      await page.locator('figure').last().scrollIntoViewIfNeeded();
      await shots(window, registry, page, '65-plots');

      await page.getByRole('button', { name: 'Show what changed in metrics.json' }).click();
      await window.page.locator('.editor-instance .monaco-diff-editor').waitFor();
      await window.page.locator('.tab', { hasText: 'churn v3.0.0 ↔ v3.1.0' }).first().click();
      const again = await window.webview();
      await again.getByRole('button', { name: 'Swap sides' }).click();
      await window.page.locator('.tab', { hasText: 'churn v3.1.0 ↔ v3.0.0' }).waitFor();
      assert.match(
        await again.getByRole('row', { name: 'metrics.json:auc' }).innerText(),
        /-0\.012/,
      );
    },
  },
  {
    name: 'all versions are on a page: sorted, filtered, chosen by keyboard, live',
    run: async (tools) => {
      const { registry, window } = await opened(tools);
      await window.menu(window.row('Artifacts', 'churn, model'), 'Versions of artifact');
      const page = await window.webview();
      const order = async () =>
        (await page.getByRole('rowheader').allInnerTexts()).map((text) => text.trim());
      assert.deepEqual(await order(), ['v3.1.0', 'v3.0.0', 'v2.1.0', 'v2.0.0', 'v1.0.0']);
      await page.getByRole('button', { name: 'auc' }).click();
      await page.getByRole('columnheader', { name: 'auc' }).waitFor();
      await page.getByRole('button', { name: 'auc' }).click();
      assert.deepEqual(await order(), ['v1.0.0', 'v2.1.0', 'v2.0.0', 'v3.0.0', 'v3.1.0']);
      assert.equal(
        await page.getByRole('columnheader', { name: 'auc' }).getAttribute('aria-sort'),
        'ascending',
      );
      await page.getByRole('button', { name: 'Version' }).click();
      await page.getByPlaceholder('Version, stage, or auc>0.9').fill('auc>0.87');
      await until('the filter holds', async () => (await order()).length === 3);
      await page.getByPlaceholder('Version, stage, or auc>0.9').fill('');
      await shots(window, registry, page, '66-versions');

      const { keyboard } = window.page;
      const press = async (...keys) => {
        for (const key of keys) await keyboard.press(key);
      };
      const grid = page.getByRole('grid');
      const head = page.getByRole('columnheader', { name: 'auc' });
      const sorted = (how) =>
        until(`it is ${how}`, async () => (await head.getAttribute('aria-sort')) === how);
      await grid.focus();
      // Version, Stages, Created, auc
      await press('Tab', 'Tab', 'Tab', 'Tab', 'Enter');
      await sorted('descending');
      await press('Enter');
      await sorted('ascending');
      assert.deepEqual(await order(), ['v1.0.0', 'v2.1.0', 'v2.0.0', 'v3.0.0', 'v3.1.0']);
      await press('Shift+Tab', 'Shift+Tab', 'Shift+Tab', 'Enter', 'Enter', 'Shift+Tab');
      await until('the grid has the focus again', () =>
        grid.evaluate((each) => each === each.ownerDocument.activeElement),
      );
      assert.deepEqual((await order())[0], 'v1.0.0');
      await press('Home', 'Space', 'ArrowDown', 'ArrowDown', 'Space');
      await page.getByText('2 chosen').waitFor();
      assert.deepEqual(
        await page.locator('[role=row][aria-selected=true]').evaluateAll((rows) => rows.length),
        2,
      );

      registry.tag('churn#staging#3', 'By hand', 'churn@v2.1.0');
      await page.getByRole('row', { name: 'v2.1.0' }).getByText('staging').waitFor();
      registry.commit('Train v3.2.0', trained(0.945, 60));
      registry.tag('churn@v3.2.0', 'Registering artifact churn version v3.2.0');
      const fresh = page.getByRole('row', { name: 'v3.2.0' });
      await fresh.waitFor();
      assert.match(await fresh.innerText(), /0\.945\s+\+0\.036/);
      assert.match(await head.innerText(), /From 0\.842 to 0\.945/);
      // What was chosen stays chosen.
      await page.getByText('2 chosen').waitFor();
      await window.shot('66-live');
      await grid.focus();
      await press('Enter');
      await window.page.locator('.tab', { hasText: 'churn v1.0.0 ↔ v2.1.0' }).waitFor();
    },
  },
];
