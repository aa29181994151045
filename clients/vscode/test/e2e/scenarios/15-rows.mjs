// What a row shows, and how much of it is left in a narrow sidebar.
import assert from 'node:assert/strict';
import { demo, Registry } from '../registries.mjs';
import { until } from '../until.mjs';

const LONG = 'a-name-that-no-sidebar-has-room-for-'.repeat(5).slice(0, 170);
/** How much of a name has to be seen. */
const RECOGNISED = 6;
const NAMES = ['churn', 'recommendation-ranker-two-tower-eu', LONG];

/** Artifacts with names as people give them, in production and not; one in a folder that something is wrong with. */
export function named(folder) {
  const registry = new Registry(folder);
  registry.commit('Start', {
    '.gto': 'stages: [dev, staging, prod]\n',
    'search/dvc.yaml': 'artifacts:\n  query-rewriter-multilingual:\n    type: model\n',
  });
  const both = [...NAMES, 'search=query-rewriter-multilingual'];
  for (const name of [...both, 'fraud-detector-card-present']) registry.tag(`${name}@v12.4.1`);
  for (const name of both) registry.tag(`${name}#prod#1`);
  registry.commit('Next', { 'model.txt': '2\n' });
  for (const name of both) registry.tag(`${name}@v12.5.0`);
  for (const name of both) registry.tag(`${name}#dev#2`);
  registry.tag('fraud-detector-card-present@v12.5.0');
  registry.tag('fraud-detector-card-present#staging#1');
  return registry;
}

/** How much of a text of a row is to be seen: its right end, and where the row's text is cut, in pixels. */
function measure(row, text) {
  return row.evaluate((element, wanted) => {
    const box = element.querySelector('.monaco-icon-label-container');
    const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.data.indexOf(wanted);
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + wanted.length);
      const isCut = box.scrollWidth > box.clientWidth;
      const view = element.closest('.pane-body').getBoundingClientRect();
      // The dots that stand for what is cut off are before the end.
      const end = Math.min(box.getBoundingClientRect().right, view.right) - (isCut ? 14 : 0);
      const { left, right } = range.getBoundingClientRect();
      return { left, right, end, isCut };
    }
    return undefined;
  }, text);
}

/** The shape and the colour of the icon of a row. */
async function look(row) {
  await row.waitFor();
  return row
    .locator('.custom-view-tree-node-item-icon')
    .evaluate((icon) => [
      [...icon.classList].filter((name) => name.startsWith('codicon-')).join(),
      getComputedStyle(icon).color,
    ]);
}

export const scenarios = [
  {
    name: 'what is in prod is readable in a narrow sidebar, whatever the artifact is called',
    run: async ({ editor, open, say }) => {
      const registry = named(editor.folder('named'));
      const window = await open(registry.folder);
      await window.openSidebar();
      const row = (name) => window.row('Artifacts', `${name}, `);
      await row(LONG).waitFor({ timeout: 30_000 });
      await window.expand(window.row('Artifacts', 'search, folder'));
      for (const width of [300, 200]) {
        await window.resizeSidebar(width);
        for (const name of [...NAMES, 'search:query-rewriter-multilingual']) {
          const shown = name.slice(name.indexOf(':') + 1, name.indexOf(':') + 1 + RECOGNISED);
          for (const text of ['prod', shown]) {
            const seen = await measure(row(name), text);
            assert.ok(seen, `the row of ${name} has ${text}`);
            const { left, right, end } = seen;
            const told = `${text} at ${width}: ${left} to ${right}, cut at ${end}`;
            assert.ok(left > 0 && right <= end, told);
            say(told);
          }
        }
        const event = window.row('History', `${LONG} version v12.5.0 assigned to dev`);
        for (const text of ['→ dev', LONG.slice(0, RECOGNISED)]) {
          const { right, end } = await measure(event, text);
          assert.ok(right <= end, `${text} of an event at ${width}: to ${right}, cut at ${end}`);
        }
        await window.shot(`15-rows-${width}`);
      }
      const marked = row('search:query-rewriter-multilingual');
      const badge = await marked.evaluate((element) => {
        const label = element.querySelector('.monaco-icon-label');
        const { content, color } = getComputedStyle(label, '::after');
        return { content, color };
      });
      assert.equal(badge.content, '"!"', 'a warning is at the end of the row');
      assert.match(await marked.getAttribute('aria-label'), /has warnings/);
    },
  },
  {
    name: 'stages are told apart by shape and colour in all views, as the settings say, live',
    run: async ({ editor, open }) => {
      const registry = demo(editor.folder('demo'));
      const window = await open(registry.folder);
      await window.openSidebar();
      const rows = (stage) => {
        const version = stage === 'prod' ? 'v3.0.0' : 'v3.1.0';
        return [
          window.row('Stages', `stage ${stage}`),
          window.row('History', `churn version ${version} assigned to ${stage}`),
          window.row('Artifacts', `churn, version ${version}`),
        ];
      };
      await window.row('Artifacts', 'churn').waitFor({ timeout: 30_000 });
      const own = await look(window.row('Artifacts', 'churn'));
      await window.expand(window.row('Artifacts', 'churn'));
      const looks = async (stage) => {
        const found = [];
        for (const row of rows(stage)) found.push((await look(row)).join(' '));
        return found;
      };
      const [prod, dev] = [await looks('prod'), await looks('dev')];
      assert.equal(new Set(prod).size, 1, prod.join());
      assert.equal(new Set(dev).size, 1, dev.join());
      assert.equal(own.join(' '), prod[0]);
      const [[prodShape, prodColor], [devShape, devColor]] = [prod[0], dev[0]].map((each) =>
        each.split(/ (.*)/),
      );
      assert.notEqual(prodShape, devShape);
      assert.notEqual(prodColor, devColor);
      await window.shot('15-looks');

      registry.write({
        '.vscode/settings.json': JSON.stringify({
          'gto.mainStage': 'dev',
          'gto.stages.icons': { dev: 'flame' },
          'gto.stages.colors': { dev: 'charts.red' },
        }),
      });
      await until('dev is the main stage', async () => {
        const [shape] = await look(window.row('Artifacts', 'churn'));
        return shape === 'codicon-flame';
      });
      assert.ok(await measure(window.row('Artifacts', 'churn, '), 'dev'));
      const again = await looks('dev');
      assert.equal(new Set(again).size, 1, again.join());
      registry.write({
        '.vscode/settings.json': JSON.stringify({ 'gto.views.stageFirst': false }),
      });
      const label = window.row('Artifacts', 'churn, ').locator('.label-name');
      await until('the name is first', async () => (await label.innerText()) === 'churn');
    },
  },
];
