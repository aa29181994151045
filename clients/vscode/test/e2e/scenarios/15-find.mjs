import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { crowded } from '../crowded.mjs';
import { until } from '../until.mjs';

const A = 'Artifacts';

/** `alone`: with all of the sidebar for the artifacts, for rows out of sight are not in the page. */
async function opened({ editor, open }, { alone = false } = {}) {
  const registry = crowded(editor.folder('crowded'));
  const window = await open(registry.folder);
  await window.openSidebar();
  await window.row(A, 'ads, folder').waitFor({ timeout: 30_000 });
  if (alone)
    for (const other of ['Stages', 'History'])
      await window.section(other).locator('.pane-header').click();
  /** What each row is about: a folder, or an artifact. */
  const labels = () =>
    window
      .section(A)
      .locator('[role=treeitem]')
      .evaluateAll((rows) => rows.map((row) => row.ariaLabel.split(',', 1)[0]));
  const message = (words) =>
    window.section(A).locator('.message', { hasText: words }).waitFor({ timeout: 10_000 });
  return { registry, window, labels, message };
}

export const scenarios = [
  {
    name: 'of 300 artifacts in 12 folders, what is looked for is found, and stays right while the registry changes',
    run: async (tools) => {
      const { registry, window, labels, message } = await opened(tools, { alone: true });
      await window.row(A, 'audio, folder, 25 artifacts, 20 in prod').waitFor();
      await window.row(A, 'vision, folder, 50 artifacts, 40 in prod').waitFor();
      await window.row(A, 'services/churn/models, folder, 25 artifacts').waitFor();
      await window.expand(window.row(A, 'audio, folder'));
      await window.expand(window.row(A, 'audio:model-01'));
      await window.row(A, 'audio:model-01, version v2.0.0').waitFor();
      await window.row(A, 'audio:model-03').click();
      await window.row(A, 'audio:model-03, version v2.0.0').waitFor();
      const before = await labels();
      await window.shot('15-folders');

      // The key of VS Code's own search, which looks only at rows that were opened.
      await window.page.keyboard.press('Control+f');
      await window.asked('Filter Artifacts');
      await window.option('Show 300 artifacts').waitFor();
      await window.option('is:changed').waitFor();
      await window.page.keyboard.type('medical');
      await window.row(A, 'vision/medical, folder, 25 artifacts').waitFor();
      await window.row(A, 'vision/medical:model-24').waitFor();
      await window.choose('is:changed');
      await window.option('Show 5 of 300 artifacts').waitFor();
      await window.shot('15-filter');
      await window.choose('Show 5 of 300 artifacts');
      await message('5 of 300 artifacts match medical is:changed');
      assert.deepEqual(
        (await labels()).slice(0, 3),
        ['vision/medical', 'vision/medical:model-00', 'vision/medical:model-01'],
        'a folder that leads to one other is one with it',
      );

      // One goes to prod in its latest version, and is no longer looked for; what is not looked for stays out of sight.
      registry.tag('vision/medical=model-00#prod#2', 'Newer', 'vision/medical=model-00@v2.0.0');
      registry.tag('audio=model-24#prod#1', 'New', 'audio=model-24@v1.0.0');
      await message('4 of 300 artifacts match');
      await until('it is gone', async () => !(await labels()).includes('vision/medical:model-00'));
      assert.equal(await window.row(A, 'audio').count(), 0);
      await window.shot('15-live');

      await window.palette('GTO: Clear Artifacts Filter');
      await window.row(A, 'audio, folder, 25 artifacts, 21 in prod').waitFor();
      await window.row(A, 'audio:model-01, version v2.0.0').waitFor();
      await until('all is as it was', async () => (await labels()).join() === before.join());
      assert.equal(await window.section(A).locator('.message:visible').count(), 0);

      await window.palette('GTO: Filter Artifacts…');
      await window.asked('Filter Artifacts');
      await window.page.locator('.quick-input-widget input.input').fill('no such thing');
      await window.section(A).locator('text=No artifacts match the filter.').waitFor();
      await window.page.keyboard.press('Escape');
      await window.row(A, 'audio, folder').waitFor();
      await window.palette('GTO: Filter Artifacts…');
      await window.asked('Filter Artifacts');
      await window.page.locator('.quick-input-widget input.input').fill('no such thing');
      await window.accept();
      await window.section(A).locator('text=No artifacts match the filter.').waitFor();
      await window.shot('15-nothing');
      await window.section(A).getByRole('button', { name: 'Clear Filter' }).last().click();
      await window.row(A, 'audio:model-01, version v2.0.0').waitFor();
      await window.palette('GTO: Sort Artifacts…');
      await window.choose('Latest Version');
      await until('sorted', async () => {
        const shown = await labels();
        return shown[shown.indexOf('audio') + 1] === 'audio:model-00';
      });
      await window.shot('15-sorted');
    },
  },
  {
    name: 'what is in a stage is shown by folder, and a picked artifact, stage or new name is checked while it is typed',
    run: async (tools) => {
      const { registry, window } = await opened(tools);
      await window.expand(window.row('Stages', 'stage prod, 240 artifacts'));
      await window.row('Stages', 'audio, folder, 20 artifacts').waitFor();
      await window.expand(window.row('Stages', 'audio, folder, 20 artifacts'));
      await window.row('Stages', 'audio:model-00 version v1.0.0 in prod').waitFor();
      await window.shot('16-stages');

      await window.palette('GTO: Register Version…');
      const input = window.page.locator('.quick-input-widget input.input');
      await window.option('Enter a new name…').waitFor();
      await input.fill('audio:model-2');
      await window.option('New artifact audio:model-2').waitFor();
      const focused = window.page.locator('.quick-input-list .monaco-list-row.focused');
      await until('what is there already is what Enter takes', async () =>
        (await focused.innerText()).includes('audio:model-2'),
      );
      await window.shot('16-name');
      await input.fill('no name!');
      await window.option("Invalid value 'no name!'").waitFor();
      await window.shot('16-wrong');
      await window.choose('New artifact no name!');
      await window.page
        .locator('.quick-input-message', { hasText: "Invalid value 'no name!'" })
        .waitFor();
      assert.equal(await input.inputValue(), 'no name!', 'nothing that was typed is lost');
      await window.shot('16-kept');
      await window.type('audio:fresh');
      await window.accept();
      await window.option('Enter a commit, branch or tag…').waitFor();
      await input.fill('audio=model-01@v1.0.0');
      await window.choose('Commit, branch or tag audio=model-01@v1.0.0');
      await window.choose('First version');
      await window.choose('Create tag audio=fresh@v0.0.1');
      await until('the tag', () => registry.tags().includes('audio=fresh@v0.0.1'));
      assert.equal(
        registry.tagged('audio=fresh@v0.0.1').commit,
        registry.tagged('audio=model-01@v1.0.0').commit,
      );
      await window.row(A, 'audio:fresh, latest version v0.0.1').waitFor();
    },
  },
  {
    name: 'a registry that changes fifty times a second is smooth, and no click loses its row',
    run: async (tools) => {
      const { registry, window } = await opened(tools, { alone: true });
      await window.expand(window.row(A, 'audio, folder'));
      await window.row(A, 'audio:model-09').waitFor();
      const script = `for i in $(seq 2 500); do
        git tag -a -m "$i" "audio=model-0$((i % 4))#$([ $((i % 2)) = 0 ] && echo prod || echo dev)#$i" "audio=model-0$((i % 4))@v$((i % 8 / 4 + 1)).0.0"
        sleep 0.01
      done; git tag -a -m end "audio=model-00#staging#501" "audio=model-00@v2.0.0"`;
      const began = Date.now();
      const busy = spawn('bash', ['-c', script], { cwd: registry.folder, stdio: 'ignore' });
      const ended = once(busy, 'exit');
      let [clicks, slowest] = [0, 0];
      while (busy.exitCode === null && clicks < 12) {
        const start = Date.now();
        await window.press(window.row(A, 'audio:model-09'), 'Assign Stage');
        await window.asked('Assign audio:model-09 to a stage');
        slowest = Math.max(slowest, Date.now() - start);
        clicks += 1;
        await window.page.keyboard.press('Escape');
        await window.title().waitFor({ state: 'hidden' });
      }
      await window.shot('17-busy');
      await ended;
      const rate = (500 / (Date.now() - began)) * 1000;
      const last = Date.now();
      await window.row(A, 'audio:model-00, dataset, latest version v2.0.0').waitFor();
      await until('the last change is there', async () =>
        (await window.row(A, 'audio:model-00').getAttribute('aria-label')).includes(
          'in staging version v2.0.0',
        ),
      );
      tools.say(`${rate.toFixed(0)} changes a second, ${clicks} clicks, the slowest ${slowest} ms`);
      tools.say(`${Date.now() - last} ms from the last change to its row`);
      assert.ok(clicks > 3);
    },
  },
];
