import assert from 'node:assert/strict';
import os from 'node:os';
import { large } from '../registries.mjs';
import { until } from '../until.mjs';

const TREE = 'Artifacts';
const GTO = '.activitybar .action-label[aria-label^="GTO"]';
const GIT = '.activitybar .action-label[aria-label^="Source Control"]';
const treeRow = (window) => window.row(TREE, 'art-00, latest');
const gitRow = (window) =>
  window.page.locator('.scm-view [role=treeitem]', { hasText: 'new-file.txt' });

/** From a click on an icon to the row, in milliseconds. */
async function click(window, icon, row) {
  const button = window.page.locator(icon);
  await button.waitFor();
  const clicked = Date.now();
  await button.click({ force: true });
  await row(window).waitFor({ timeout: 30_000 });
  return { clicked, ms: Date.now() - clicked };
}

/** What the extension wrote down on its way, in milliseconds since a moment. */
function steps(log, since) {
  const named = [
    ['extension active', /^(\S+ \S+) \[info\] active/m],
    ['server found', /^(\S+ \S+) \[info\] starting /m],
    ['server answers', /^(\S+ \S+) \[info\] gtod \S+ answers/m],
    ['registry read', /^(\S+ \S+) \[info\] \d+ repositories read/m],
  ];
  return named.map(([name, line]) => {
    const stamp = line.exec(log)?.[1];
    return `${name} ${stamp === undefined ? '?' : new Date(stamp).getTime() - since}`;
  });
}

export const scenarios = [
  {
    name: 'ten thousand tags are there at once, and versions come in pages',
    isAlone: true,
    run: async ({ editor, open, say }) => {
      const registry = large(editor.folder('large'));
      const { folder } = registry;
      /** Opens the folder in a window and clicks, once all is quiet or as soon as there is something to click. */
      const measured = async (what, icon, row, isPatient) => {
        const before = editor.logs().length;
        const opened = Date.now();
        const window = await open(folder);
        if (isPatient) await window.settled();
        const { clicked, ms } = await click(window, icon, row);
        say(`${String(ms).padStart(5)} ms from the click: ${what}`);
        if (icon === GTO) {
          const log = await until('the log', () =>
            editor.logs()[before]?.includes('repositories read')
              ? editor.logs()[before]
              : undefined,
          );
          const way = [...steps(log, opened), `clicked ${clicked - opened}`];
          say(`         since the folder was opened: ${way.join(', ')}`);
        }
        return { window, ms };
      };
      say(`load of the machine: ${os.loadavg()[0].toFixed(1)} on ${os.availableParallelism()}`);
      const { window: first, ms: cold } = await measured('tree, cold daemon', GTO, treeRow, true);
      const { ms: git } = await click(first, GIT, gitRow);
      say(`${String(git).padStart(5)} ms from the click: VS Code's own Git view`);
      say(`${(cold / git).toFixed(1).padStart(5)} times the Git view: tree, cold daemon`);
      await first.openSidebar();

      const big = treeRow(first);
      const start = Date.now();
      await first.expand(big);
      await first.row(TREE, 'art-00, version').waitFor();
      say(`${String(Date.now() - start).padStart(5)} ms: ${registry.versions} versions opened`);
      await first.shot('80-large');
      await first.press(big, 'Register version');
      await first.choose('HEAD — ');
      await first.choose(`v0.${registry.versions - 1}.1`);
      const tag = `art-00@v0.${registry.versions - 1}.1`;
      await first.choose(`Create tag ${tag}`);
      const created = Date.now();
      await first.row(TREE, `art-00, latest version v0.${registry.versions - 1}.1`).waitFor();
      say(`${String(Date.now() - created).padStart(5)} ms: a version registered and shown`);
      assert.equal(registry.tagged(tag).commit, registry.git('rev-parse', 'HEAD'));
      const more = first.row(TREE, 'Load more versions of art-00');
      await first.scrollTo(more);
      await more.click();
      // What comes takes the place of the row that was clicked. Scrolling on before it is there would pass it by.
      await first.row(TREE, `art-00, version v0.${registry.versions - 201}.0`).waitFor();
      await first.shot('81-more');
      await first.scrollTo(first.row('History', 'Load more…'), 'History');
      await first.row('History', 'Load more…').click();
      await first.page.close();

      const { window: second } = await measured('tree, warm', GTO, treeRow, true);
      assert.equal(await second.page.locator('.notification-toast').count(), 0);
      await second.page.close();
      for (const [what, icon, row] of [
        ['tree, warm, clicked as soon as there is an icon', GTO, treeRow],
        ['Git view, clicked as soon as there is an icon', GIT, gitRow],
      ]) {
        const { window } = await measured(what, icon, row, false);
        await window.page.close();
      }
    },
  },
];
