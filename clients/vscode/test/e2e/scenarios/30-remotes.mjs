import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { behindPassword, demo, withRemote } from '../registries.mjs';
import { until } from '../until.mjs';

async function opened({ editor, open }) {
  const registry = demo(editor.folder('demo'));
  const remote = withRemote(registry, editor.folder('origin.git'));
  const window = await open(registry.folder);
  await window.openSidebar();
  await window.row('Artifacts', 'churn').waitFor({ timeout: 30_000 });
  return { registry, remote, window };
}

export const scenarios = [
  {
    name: 'what is not pushed is known only after asking, and pushed when told to',
    run: async (tools) => {
      const { registry, remote, window } = await opened(tools);
      registry.tag('churn#staging#4', 'By hand', 'churn@v3.0.0');
      const row = window.row(
        'Artifacts',
        'churn, model, latest version v3.1.0, in dev version v3.1.0, in staging',
      );
      await row.waitFor();
      assert.doesNotMatch(await row.getAttribute('aria-label'), /not pushed/);
      await window.palette('GTO: Check Which Tags Are Pushed');
      await window
        .row(
          'Artifacts',
          'churn, model, latest version v3.1.0, in dev version v3.1.0, in staging version v3.0.0, in prod version v3.0.0, 1 tag not pushed',
        )
        .waitFor();
      await window.page.locator('.activitybar .badge-content', { hasText: '1' }).waitFor();
      await window.expand(row);
      await window.shot('30-unpushed');
      await window.press(window.row('Artifacts', 'churn, version v3.0.0'), 'Push tags');
      await window.page
        .locator('.quick-input-list .monaco-list-row', { hasText: 'churn#staging#4' })
        .waitFor();
      assert.ok(!remote.tags().includes('churn#staging#4'), 'nothing is sent unasked');
      await window.shot('31-push');
      await window.page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
      await until('the remote has the tag', () => remote.tags().includes('churn#staging#4'));
      await until(
        'nothing is left to push',
        async () => !(await row.getAttribute('aria-label')).includes('not pushed'),
      );
    },
  },
  {
    name: 'a tag is made and pushed in one step; another is pushed from the reminder',
    run: async (tools) => {
      const { registry, remote, window } = await opened(tools);
      await window.expand(window.row('Artifacts', 'churn'));
      await window.press(window.row('Artifacts', 'churn, version v3.1.0'), 'Assign stage');
      await window.choose('replaces v3.0.0');
      await window.option('Create and push to origin').waitFor();
      await window.choose('Create and push to origin');
      await until('the remote has the tag', () => remote.tags().includes('churn#prod#4'));
      assert.equal(
        remote.git('rev-parse', 'churn#prod#4'),
        registry.git('rev-parse', 'churn#prod#4'),
      );

      await window.press(window.row('Artifacts', 'churn, version v3.0.0'), 'Assign stage');
      await window.choose('empty');
      await window.choose('Create tag churn#staging#5');
      await until('the tag is made', () => registry.tags().includes('churn#staging#5'));
      await window.notification('Created tag churn#staging#5.').waitFor();
      await window.shot('32-reminder');
      assert.ok(!remote.tags().includes('churn#staging#5'));
      await window.answer('Created tag churn#staging#5.', /^Push$/);
      await until('the remote has it too', () => remote.tags().includes('churn#staging#5'));
    },
  },
  {
    name: 'tags are fetched, tags are deleted there too, and a refusal by the remote is told',
    run: async (tools) => {
      const { registry, remote, window } = await opened(tools);
      remote.git(
        'update-ref',
        'refs/tags/churn#canary#9',
        registry.git('rev-parse', 'churn#prod#2'),
      );
      await window.palette('GTO: Fetch tags');
      await until('the tag came', () => registry.tags().includes('churn#canary#9'));
      await window.row('Stages', 'stage canary').waitFor();
      await window.shot('33-fetched');

      await window.expand(window.row('Artifacts', 'churn'));
      await window.menu(window.row('Artifacts', 'churn, version v2.9.0'), 'Delete tags');
      await window.dialog().waitFor();
      await window.shot('34-delete-both');
      await window
        .dialog()
        .locator('.monaco-button', { hasText: 'Delete here and on origin' })
        .click();
      await until('it is gone here and there', () =>
        [registry, remote].every((each) => !each.tags().includes('churn@v2.9.0')),
      );

      const hook = path.join(remote.folder, 'hooks', 'pre-receive');
      fs.mkdirSync(path.dirname(hook), { recursive: true });
      fs.writeFileSync(hook, '#!/bin/sh\necho "frozen until Monday" >&2\nexit 1\n', {
        mode: 0o755,
      });
      await window.press(window.row('Artifacts', 'churn, version v3.1.0'), 'Assign stage');
      await window.choose('replaces v3.0.0');
      await window.choose('Create and push to origin');
      await window.notification('frozen until Monday').waitFor();
      await window.shot('35-refused');
      assert.ok(
        registry.tags().includes('churn#prod#10') ||
          registry
            .tags()
            .some(
              (tag) =>
                tag.startsWith('churn#prod#') && tag !== 'churn#prod#1' && tag !== 'churn#prod#2',
            ),
        'the act itself stands',
      );
    },
  },
  {
    name: "a remote that wants a password is pushed to by VS Code's own Git",
    run: async (tools) => {
      const { registry, remote, window } = await opened(tools);
      const { url, close } = await behindPassword(remote);
      try {
        registry.git('remote', 'set-url', 'origin', url);
        registry.tag('churn#staging#4', 'By hand', 'churn@v3.0.0');
        await window.row('Stages', 'stage staging, 1 artifact').waitFor();
        await window.palette('GTO: Push tags…');
        const row = window.page.locator('.quick-input-list .monaco-list-row', {
          hasText: 'churn#staging#4',
        });
        await row.locator('.monaco-checkbox').click();
        await window.page
          .locator('.quick-input-widget')
          .getByRole('button', { name: 'OK' })
          .click();
        const toast = window.page.locator('.notification-toast', { hasText: 'Push with VS Code' });
        await toast.waitFor();
        await window.shot('36-password');
        await toast.locator('.monaco-button', { hasText: 'Push with VS Code' }).click();
        for (const [asked, answer] of [
          ['Username', 'ann'],
          ['Password', 'secret'],
        ]) {
          await window.page.locator(`.quick-input-widget input[placeholder^="${asked}"]`).waitFor();
          await window.type(answer);
          await window.accept();
        }
        await until('the remote has it', () => remote.tags().includes('churn#staging#4'));
      } finally {
        close();
      }
    },
  },
  {
    name: 'a stage that others move is told to who wants that, in one message for a fetch',
    run: async ({ editor, open }) => {
      const registry = demo(editor.folder('demo'));
      const byBob = (tag, rev) =>
        registry.git('-c', 'user.name=Bob', 'tag', '-a', '-m', 'By Bob', tag, rev);
      byBob('churn#prod#4', 'churn@v3.1.0');
      byBob('churn#staging#5', 'churn@v3.0.0');
      withRemote(registry, editor.folder('origin.git'));
      registry.git('tag', '-d', 'churn#prod#4', 'churn#staging#5');
      registry.write({
        '.vscode/settings.json': JSON.stringify({ 'gto.notifyStageChanges': 'all' }),
      });
      const window = await open(registry.folder);
      await window.openSidebar();
      const churn = window.row('Artifacts', 'churn, model, latest version v3.1.0, in dev');
      await churn.waitFor({ timeout: 30_000 });
      await window.palette('GTO: Fetch tags');
      const toast = window.notification('prod of churn is now v3.1.0 (by Bob).');
      await toast.waitFor();
      await window.notification('staging of churn is now v3.0.0 (by Bob).').waitFor();
      assert.equal(await window.page.locator('.notification-toast').count(), 1);
      await window.shot('37-moved');
      await window.answer('prod of churn', 'Show');
      await window
        .section('Artifacts')
        .locator('[role=treeitem].focused[aria-label^="churn,"]')
        .waitFor();

      await window.expand(window.row('Artifacts', 'churn'));
      await window.press(window.row('Artifacts', 'churn, version v2.9.0'), 'Assign stage');
      await window.choose('staging');
      await window.choose('Create tag churn#staging#6');
      await until('the tag is made', () => registry.tags().includes('churn#staging#6'));
      await window.row('Stages', 'stage staging, 1 artifact').waitFor();
      registry.tag('churn#late#7', 'By hand', 'churn@v2.9.0');
      await window.notification('late of churn is now v2.9.0 (by Ann).').waitFor();
      const told = await window.page.locator('.notification-toast').allInnerTexts();
      assert.doesNotMatch(told.join(), /staging of churn is now v2.9.0/, 'an own act');
    },
  },
  {
    name: 'a tag that is another one on the remote is kept and shown, and never replaced',
    run: async (tools) => {
      const { registry, remote, window } = await opened(tools);
      const commit = registry.git('rev-parse', 'churn@v3.0.0^{}');
      const byBob = (...words) =>
        remote.git('-c', 'user.name=Bob', '-c', 'user.email=bob@x.example', 'tag', '-a', ...words);
      byBob('-m', 'By Bob', 'churn#prod#4', commit);
      const words = 'churn@v3.1.0 is different on origin (by Bob, 1 month ago).';
      // Rejected by the remote itself: the tag that is in the way was not fetched yet.
      await window.expand(window.row('Artifacts', 'churn'));
      await window.press(window.row('Artifacts', 'churn, version v3.1.0'), 'Assign stage');
      await window.choose('replaces v3.0.0');
      await window.choose('Create and push to origin');
      await window.answer('churn#prod#4 is different on origin (by Bob', 'Show both');
      await window.page.locator('.tab', { hasText: 'churn#prod#4: here ↔ origin' }).waitFor();

      byBob('-f', '-m', 'By Bob', 'churn@v3.1.0', commit);
      const tags = () =>
        [registry, remote].map((each) => each.git('rev-parse', 'refs/tags/churn@v3.1.0'));
      const before = tags();
      await window.palette('GTO: Fetch tags');
      await window.notification('2 tags are different on origin').waitFor();
      registry.git('tag', '-d', 'churn#prod#4');
      await window.dismissAll();
      await window.palette('GTO: Fetch tags');
      await window.notification(words).waitFor();
      await window.shot('38-clash');
      await window.answer(words, 'Show both');
      await window.page.locator('.tab', { hasText: 'churn@v3.1.0: here ↔ origin' }).waitFor();
      const isShown = async (said) => {
        const text = (await window.editorText()).join('\n').replaceAll('\u00a0', ' ');
        return said.every((each) => text.includes(each));
      };
      const [here, there] = before;
      await until('both', () => isShown(['by: Ann', here, 'by: Bob', there]));
      await window.shot('39-both');

      await window.palette('GTO: Fetch tags');
      await window.answer(words, 'Keep mine');
      byBob('-m', 'By Bob', 'churn#canary#9', commit);
      await window.palette('GTO: Fetch tags');
      await window.row('Stages', 'stage canary').waitFor();
      await window.page.locator('.statusbar-item', { hasText: 'Fetched 1 tag' }).waitFor();
      assert.equal(await window.notification(words).count(), 0, 'that was decided');
      await window.palette('GTO: Push tags…');
      await window.notification(words).waitFor();
      assert.deepEqual(tags(), before);
    },
  },
];
