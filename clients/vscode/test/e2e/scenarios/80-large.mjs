import assert from 'node:assert/strict';
import { large } from '../registries.mjs';

/** From a click to the row, in milliseconds. */
async function timed(act, row) {
  const start = Date.now();
  await act();
  await row.waitFor({ timeout: 30_000 });
  return Date.now() - start;
}

export const scenarios = [
  {
    isAlone: true,
    name: 'ten thousand tags are there at once, and versions come in pages',
    run: async ({ editor, open, say }) => {
      const registry = large(editor.folder('large'));
      const openSidebar = (window) => () =>
        window.page.locator('.activitybar .action-label[aria-label^="GTO"]').click();
      const first = await open(registry.folder);
      await first.settled();
      const git = await timed(
        () =>
          first.page
            .locator('.activitybar .action-label[aria-label^="Source Control"]')
            .click({ force: true }),
        first.page.locator('.scm-view [role=treeitem]', { hasText: 'new-file.txt' }),
      );
      const cold = await timed(openSidebar(first), first.row('Artifacts', 'art-00, latest'));
      say(`from the click to the tree: ${cold} ms cold; VS Code's own Git view ${git} ms`);
      assert.ok(cold < 5_000, `cold: ${cold} ms`);

      const big = first.row('Artifacts', 'art-00, latest');
      const start = Date.now();
      await first.expand(big);
      await first.row('Artifacts', 'art-00, version').waitFor();
      say(`an artifact of ${registry.versions} versions opens in ${Date.now() - start} ms`);
      await first.shot('80-large');
      const more = first.row('Artifacts', 'Load more versions of art-00');
      await first.scrollTo(more);
      await more.click();
      await first.scrollTo(
        first.row('Artifacts', `art-00, version v0.${registry.versions - 201}.0`),
      );
      await first.shot('81-more');
      await first.scrollTo(first.row('History', 'Load more…'), 'History');
      await first.row('History', 'Load more…').click();

      const second = await open(registry.folder);
      // Else the start of the extension host would be measured, which every extension waits for.
      await second.settled();
      await second.page.locator('.activitybar .action-label[aria-label^="Explorer"]').click();
      const warm = await timed(openSidebar(second), second.row('Artifacts', 'art-00, latest'));
      say(`and ${warm} ms in a second window`);
      for (const line of editor.log().matchAll(/(answers after|read in) \d+ ms/g)) say(line[0]);
      assert.ok(warm < 4_000, `warm: ${warm} ms`);
    },
  },
];
