import assert from 'node:assert/strict';
import { demo } from '../registries.mjs';
import { until } from '../until.mjs';

const RULES = `version: 1
rules:
  stages:
    staging: {who: [uma@example.com]}
    prod: {from: [staging]}
  overrides: {who: [ann@example.com]}
`;

async function opened({ editor, open }) {
  const registry = demo(editor.folder('demo'));
  registry.commit('Rule who may promote', { '.gtod.yaml': RULES });
  const window = await open(registry.folder);
  await window.openSidebar();
  await window.row('Artifacts', 'churn').waitFor({ timeout: 30_000 });
  const made = (tag) => until(`the tag ${tag}`, () => registry.tags().includes(tag));
  return { registry, window, made };
}

const textOf = async (window) => (await window.editorText()).join('\n').replaceAll('\u00a0', ' ');
const shows = (window, words) =>
  until(`the page says ${words}`, async () => (await textOf(window)).includes(words));

export const scenarios = [
  {
    name: 'what the rules of promotion refuse is told before and in the last step, and overridden with a reason',
    run: async (tools) => {
      const { registry, window, made } = await opened(tools);
      await window.expand(window.row('Artifacts', 'churn'));
      await window.press(window.row('Artifacts', 'churn, version v3.1.0'), 'Assign stage');
      await window.asked('Assign churn v3.1.0 to a stage');
      await window.option("is not in 'staging'").waitFor();
      await window.option('ann@example.com (claimed').waitFor();
      await window.shot('35-stages');
      // Nobody but Uma may: the wizard says so, and asks for the stage again.
      await window.choose('ann@example.com (claimed');
      await window.notification("may not assign 'staging' of 'churn'").waitFor();
      await window.asked('Assign churn v3.1.0 to a stage');
      await window.shot('35-refused');
      await window.choose("is not in 'staging'");
      const dialog = window.dialog();
      await dialog.waitFor();
      assert.match(await dialog.innerText(), /only from there\. Assign it there first/);
      await window.shot('35-override');
      await dialog.locator('.monaco-button', { hasText: 'Override with a Reason' }).click();
      await window.write('Why the rules are overridden', ' ');
      await window.accept();
      await window.page.locator('.quick-input-message', { hasText: 'Enter a reason' }).waitFor();
      assert.ok(!registry.tags().includes('churn#prod#4'));
      await window.type('the site is down');
      await window.accept();
      await window.option('The rules are overridden: the site is down').waitFor();
      await window.shot('35-plan');
      await window.choose('Create tag churn#prod#4');
      await made('churn#prod#4');
      const message = registry.git(
        'for-each-ref',
        'refs/tags/churn#prod#4',
        '--format=%(contents)',
      );
      assert.match(message, /\n\nOverride: the site is down$/);
    },
  },
  {
    name: 'an audit lists what the rules did not allow, is filtered, leads on, and follows the registry',
    run: async (tools) => {
      const { registry, window } = await opened(tools);
      registry.tag('churn#staging#4', 'By hand', 'churn@v2.9.0');
      await window.palette('GTO: Audit Registry');
      await shows(window, 'violating churn#staging#4');
      await shows(window, 'who: ann@example.com (claimed');
      await shows(window, 'Rules: .gtod.yaml at ');
      await window.shot('36-audit');
      // While it is open.
      registry.tag('churn#prod#5', 'By hand', 'churn@v3.1.0');
      await shows(window, 'violating churn#prod#5');
      await window.page.keyboard.press('ControlOrMeta+Shift+m');
      await window.page.locator('.markers-panel', { hasText: 'churn#prod#5: ' }).waitFor();
      await window.page.locator('.markers-panel a', { hasText: 'from' }).waitFor();
      await window.shot('36-problems');
      await window.page.keyboard.press('ControlOrMeta+Shift+m');

      await window.palette('GTO: Filter Audit');
      await window.asked('Filter audit');
      await window.shot('36-filter');
      for (const verdict of ['violating', 'not judged'])
        await window.page
          .locator('.quick-input-list .monaco-list-row', { hasText: verdict })
          .locator('.monaco-checkbox')
          .click();
      await window.page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
      await window.choose('All artifacts');
      await shows(window, 'not judged churn@v3.1.0');
      assert.doesNotMatch(await textOf(window), /^violating churn/m);
      assert.equal(
        await window.page.locator('.tab', { hasText: 'Registry audit' }).count(),
        1,
        'the page before is closed',
      );
      await window.shot('36-filtered');

      // A tag leads to the history of its artifact.
      const tag = window.page.locator('.detected-link', { hasText: 'churn@v3.1.0' }).first();
      await tag.click({ modifiers: ['ControlOrMeta'] });
      await window.row('History', 'churn').waitFor();
      await window.shot('36-history');
    },
  },
];
