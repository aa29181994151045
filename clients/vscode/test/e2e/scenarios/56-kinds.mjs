import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { demo, Registry, withRemote } from '../registries.mjs';
import { until } from '../until.mjs';

const A = 'Artifacts';

export const scenarios = [
  {
    name: 'a bare repository offers what can be done in it, and a version is registered there',
    run: async ({ editor, open }) => {
      const origin = demo(editor.folder('origin'));
      for (const tag of origin.tags()) origin.git('tag', '-d', tag);
      const registry = withRemote(origin, editor.folder('reg.git'));
      registry.git('config', 'user.name', 'Ann');
      registry.git('config', 'user.email', 'ann@example.com');
      registry.git(
        'update-ref',
        'refs/heads/main',
        registry.git('commit-tree', '-m', 'Empty', registry.git('mktree')),
      );
      const window = await open(registry.folder);
      await window.openSidebar();
      await window
        .section(A)
        .locator('text=No artifacts in this bare repository.')
        .waitFor({ timeout: 30_000 });
      assert.equal(await window.section(A).locator('text=No artifacts yet').count(), 0);
      await window.searchPalette('GTO: Add');
      await window.shot('56-bare');
      assert.equal(await window.option('Add Artifact').count(), 0);
      await window.page.keyboard.press('Escape');
      await window
        .section(A)
        .getByRole('button', { name: /Register version/i })
        .last()
        .click();
      await window.asked('Register version');
      await window.choose('Enter a new name');
      await window.write('Name of the artifact', 'churn');
      await window.accept();
      await window.choose('HEAD — ');
      await window.choose('First version');
      await window.choose('Create tag churn@v0.0.1');
      await until('the tag', () => registry.tags().includes('churn@v0.0.1'));
      await window.row(A, 'churn, latest version v0.0.1').waitFor();
      await window.shot('56-bare-registered');
    },
  },
  {
    name: 'of three repositories, two of one name, every row, list and page says which one it is of',
    run: async ({ editor, open }) => {
      const [one, other] = ['a', 'b'].map((name) => demo(path.join(editor.folder(name), 'reg')));
      const bare = new Registry(editor.folder('c.git'), { bare: true });
      one.git('push', '-q', bare.folder, 'main', '--tags');
      const linked = editor.folder('linked');
      other.git('worktree', 'add', '-q', linked);
      const file = `${editor.folder('all')}.code-workspace`;
      const folders = [one.folder, other.folder, bare.folder, linked];
      fs.writeFileSync(file, JSON.stringify({ folders: folders.map((each) => ({ path: each })) }));
      const window = await open(file, 'workspace');
      await window.showsFolders();
      await window.openSidebar();
      // There is room for all rows of one view.
      for (const view of ['Stages', 'History'])
        await window.page.locator(`.pane-header[aria-label^="${view}"]`).click();
      await window.row(A, 'a/reg, repository').waitFor({ timeout: 30_000 });
      await window.row(A, 'b/reg, repository').waitFor();
      await window.row(A, 'c.git, repository, bare').waitFor();
      await window.row(A, 'linked, repository, worktree of reg').waitFor();
      for (const place of ['a/reg', 'b/reg', 'c.git', 'linked'])
        await window
          .section(A)
          .locator(`[role=treeitem][aria-label^="churn, "][aria-label$=", repository ${place}"]`)
          .waitFor();
      await window.shot('56-three');
      await window.palette('GTO: Check Registry');
      await window.option('b/reg').waitFor();
      await window.shot('56-which');
      await window.choose('b/reg');
      await until('the page says which one', async () =>
        (await window.editorText())
          .join('\n')
          .replaceAll('\u00a0', ' ')
          .includes('Repository b/reg'),
      );
      await window.page.locator('.tab', { hasText: 'b\u2215reg: Registry check' }).waitFor();
      await window.shot('56-page');
      await window.page.keyboard.press('Escape');
      await window.row(A, 'a/reg, repository').click();
      await window.page.keyboard.press('Control+f');
      await window.page.keyboard.type('train-set');
      await until(
        'the bare one has no files, so that nothing is found there',
        async () => (await window.row(A, 'linked, repository').count()) === 1,
      );
      await window.shot('56-filtered');
    },
  },
];
