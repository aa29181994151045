import assert from 'node:assert/strict';
import { demo, Registry } from '../registries.mjs';
import { until } from '../until.mjs';

export const scenarios = [
  {
    name: 'the sidebar shows the registry, and what happens outside, keeping what is open',
    run: async ({ editor, open }) => {
      const registry = demo(editor.folder('demo'));
      const window = await open(registry.folder);
      await window.openSidebar();
      const churn = window.row(
        'Artifacts',
        'churn, model, latest version v3.1.0, in dev version v3.1.0, in prod version v3.0.0',
      );
      await churn.waitFor({ timeout: 30_000 });
      await window.row('Artifacts', 'train-set, dataset, not registered').waitFor();
      await window.expand(churn);
      const newest = window.row('Artifacts', 'churn, version v3.1.0, the latest, in stage dev');
      await newest.waitFor();
      await window.expand(window.row('Artifacts', 'churn, version v3.0.0'));
      await window.row('Artifacts', 'churn v3.0.0 in prod, assigned by Ann').waitFor();
      await window.row('Stages', 'stage prod, 1 artifact').waitFor();
      await window.row('Stages', 'stage staging, 0 artifacts').waitFor();
      await window.row('History', 'churn version v3.1.0 assigned to dev, by Ann').waitFor();
      await window.shot('10-sidebar');

      registry.tag('churn#staging#4', 'By hand', 'churn@v3.0.0');
      await window
        .row(
          'Artifacts',
          'churn, model, latest version v3.1.0, in dev version v3.1.0, in staging version v3.0.0',
        )
        .waitFor();
      await window.row('Artifacts', 'churn v3.0.0 in staging, assigned by Ann').waitFor();
      await window.row('Stages', 'stage staging, 1 artifact').waitFor();
      await window.row('History', 'churn version v3.0.0 assigned to staging').waitFor();
      assert.equal(await churn.count(), 0, 'the old state is gone');
      assert.equal(
        await window.row('Artifacts', 'churn, model').getAttribute('aria-expanded'),
        'true',
      );
      await window.shot('11-live');

      registry.write({
        'artifacts.yaml': 'fresh:\n  type: model\n  path: models/churn.pkl\n',
      });
      await window.row('Artifacts', 'fresh, model, not registered').waitFor();
      await until(
        'train-set is gone',
        async () => (await window.row('Artifacts', 'train-set').count()) === 0,
      );
    },
  },
  {
    name: 'deprecated artifacts are shown on demand, and history is filtered',
    run: async ({ editor, open }) => {
      const registry = demo(editor.folder('demo'));
      const window = await open(registry.folder);
      await window.openSidebar();
      await window.row('Artifacts', 'churn').waitFor({ timeout: 30_000 });
      assert.equal(await window.row('Artifacts', 'old-model').count(), 0);
      await window.palette('GTO: Show deprecated');
      await window.row('Artifacts', 'old-model, deprecated').waitFor();
      await window.shot('12-deprecated');
      await window.palette('GTO: Hide deprecated');
      await until(
        'it is hidden again',
        async () => (await window.row('Artifacts', 'old-model').count()) === 0,
      );

      await window.palette('GTO: Filter history…');
      await window.choose('Kind of event');
      await window.choose('deprecation');
      await until(
        'only deprecations are there',
        async () => (await window.row('History', 'churn').count()) === 0,
      );
      await window.row('History', 'old-model deprecated, by Ann').waitFor();
      await window.palette('GTO: Filter history…');
      await window.choose('Stage');
      await window.choose('dev');
      await window.section('History').locator('text=No events match the filter.').waitFor();
      await window.shot('13-filtered');
      await window.palette('GTO: Clear history filter');
      await window.row('History', 'churn version v3.1.0 assigned to dev').waitFor();
    },
  },
  {
    name: 'artifacts and versions are sorted by name, version or time, as the settings say, live',
    run: async ({ editor, open }) => {
      const registry = new Registry(editor.folder('sorted'));
      registry.commit('Start', { 'README.md': '#\n' });
      for (const tag of ['audio@v1.0.0', 'batch@v10.0.0', 'churn@v9.0.0']) {
        registry.commit(`For ${tag}`, { 'model.txt': tag });
        registry.tag(tag);
      }
      for (const [name, version] of Object.entries({ audio: 'v1.0.0', churn: 'v9.0.0' }))
        registry.tag(`${name}#prod#1`, 'Into production', `${name}@${version}`);
      registry.commit('Mend the old one', { 'model.txt': 'mended' });
      registry.tag('audio@v0.9.1');
      const window = await open(registry.folder);
      await window.openSidebar();
      await window.row('Artifacts', 'audio').waitFor({ timeout: 30_000 });
      await window.expand(window.row('Artifacts', 'audio'));
      await window.row('Artifacts', 'audio, version v0.9.1').waitFor();
      const rows = window.section('Artifacts').locator('[role=treeitem] .label-name');
      const isShown = (...labels) =>
        until(labels.join(), async () => {
          // What is in a stage begins with that.
          const texts = await rows.allInnerTexts();
          return texts.map((text) => text.split(/\s+/).at(-1)).join() === labels.join();
        });
      const sortBy = (sort) =>
        registry.write({ '.vscode/settings.json': JSON.stringify({ 'gto.views.sort': sort }) });
      await isShown('audio', 'v1.0.0', 'v0.9.1', 'batch', 'churn');
      sortBy('semver');
      await isShown('batch', 'churn', 'audio', 'v1.0.0', 'v0.9.1');
      sortBy('time');
      await isShown('churn', 'audio', 'v0.9.1', 'v1.0.0', 'batch');
      await window.shot('14-sorted');

      registry.tag('batch#prod#1', 'Newer still', 'batch@v10.0.0');
      await isShown('batch', 'churn', 'audio', 'v0.9.1', 'v1.0.0');
      sortBy('name');
      await isShown('audio', 'v1.0.0', 'v0.9.1', 'batch', 'churn');
    },
  },
];
