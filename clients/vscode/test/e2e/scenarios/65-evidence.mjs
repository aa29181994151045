// Metrics, params and plots beside versions: the page that compares two of them, and the page with all of them.
import assert from 'node:assert/strict';
import { measured } from '../registries.mjs';
import { until } from '../until.mjs';

const THEMES = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  'high-contrast': 'Default High Contrast',
};

/** Takes a picture in each theme; the page has to follow it. */
async function shots(window, registry, page, name) {
  for (const [kind, theme] of Object.entries(THEMES)) {
    registry.write({ '.vscode/settings.json': JSON.stringify({ 'workbench.colorTheme': theme }) });
    await page.locator(`body[data-vscode-theme-kind=vscode-${kind}]`).waitFor();
    await window.shot(`${name}-${kind}`);
  }
  registry.write({ '.vscode/settings.json': '{}' });
}

async function opened({ editor, open }) {
  const registry = measured(editor.folder('measured'));
  const window = await open(registry.folder);
  await window.openSidebar();
  await window.row('Artifacts', 'churn, model').waitFor({ timeout: 30_000 });
  await window.expand(window.row('Artifacts', 'churn, model'));
  await window.row('Artifacts', 'churn, version v3.1.0').waitFor();
  return { registry, window };
}

export const scenarios = [
  {
    name: 'two versions are compared on a page: metrics and params that differ, plots, commits, files',
    run: async (tools) => {
      const { registry, window } = await opened(tools);
      await window.menu(window.row('Artifacts', 'churn, version v3.1.0'), 'Compare with stage');
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

      const grid = page.getByRole('grid');
      await grid.focus();
      await window.page.keyboard.press('Home');
      await window.page.keyboard.press('Space');
      await window.page.keyboard.press('ArrowDown');
      await window.page.keyboard.press('ArrowDown');
      await window.page.keyboard.press('Space');
      await page.getByText('2 chosen').waitFor();

      registry.tag('churn#staging#3', 'By hand', 'churn@v2.1.0');
      await page.getByRole('row', { name: 'v2.1.0' }).getByText('staging').waitFor();
      await grid.focus();
      await window.page.keyboard.press('Enter');
      await window.page.locator('.tab', { hasText: 'churn v2.1.0 ↔ v3.1.0' }).waitFor();
    },
  },
];
