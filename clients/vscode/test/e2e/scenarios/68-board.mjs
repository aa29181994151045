// The board: stages as columns, artifacts as cards that are moved up to the last step of a wizard.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { SHOTS } from '../places.mjs';
import { company } from '../company.mjs';
import { demo, monorepo } from '../registries.mjs';
import { measured } from '../smooth.mjs';
import { shots } from '../themes.mjs';
import { until } from '../until.mjs';

const RULES = `version: 1
rules:
  stages:
    prod: {from: [staging]}
`;

async function board({ open }, registry, { isWritable = true } = {}) {
  const window = await open(registry.folder);
  await window.openSidebar({ isWritable });
  await window.section('Artifacts').locator('[role=treeitem]').first().waitFor({ timeout: 30_000 });
  await window.palette('GTO: Open Board');
  return { window, page: await window.webview() };
}

/** A picture for which the mouse does not move. */
const shot = (name) => path.join(SHOTS, `${name}.png`);
const card = (page, aloud) => page.locator(`.card[aria-label^="${aloud}"]`).first();
const lane = (page, name) => page.getByRole('listbox', { name });
const namesIn = async (page, name) =>
  (await lane(page, name).locator('.card .name bdi').allInnerTexts()).map((text) => text.trim());
const says = (page, words) =>
  until(`it is said: ${words}`, async () =>
    ((await page.locator('p[role=status]').textContent()) ?? '').includes(words),
  );
/** Whether a card has the keyboard. */
const isFocused = (locator) =>
  locator.evaluate((each) => each === each.ownerDocument.activeElement);

export const scenarios = [
  {
    name: 'a board moves cards by keyboard and mouse up to the exact tag, says why the rules refuse, and survives a reload',
    run: async (tools) => {
      const registry = demo(tools.editor.folder('demo'));
      registry.commit('Rule who may promote', { '.gtod.yaml': RULES });
      const { window, page } = await board(tools, registry);
      const { keyboard } = window.page;
      await card(page, 'churn, model, version v3.0.0, in prod').waitFor();
      assert.deepEqual(await page.locator('.lane h2').allInnerTexts(), [
        'No stage',
        'dev',
        'staging',
        'prod',
      ]);
      assert.match(
        await card(page, 'churn, model, version v3.0.0, in prod').getAttribute('aria-label'),
        /in prod, by Ann, \d+ days ago, v3\.1\.0 is newer/,
      );
      await shots(window, registry, page, '68-board');

      // By keyboard, into a stage that the rules leave free.
      const dev = card(page, 'churn, model, version v3.1.0, in dev');
      await dev.click();
      await keyboard.press('ArrowRight');
      assert.ok(await isFocused(card(page, 'churn, model, version v3.0.0, in prod')));
      await keyboard.press('ArrowLeft');
      assert.ok(await isFocused(dev));
      await keyboard.press('m');
      await says(page, 'Moving churn v3.1.0');
      await keyboard.press('ArrowRight');
      await says(page, 'staging: Assign staging');
      await keyboard.press('ArrowRight');
      await says(page, 'The rules do not allow it now.');
      await window.page.screenshot({ path: shot('68-moving') });
      await keyboard.press('Escape');
      await says(page, 'churn v3.1.0 stays where it is.');
      assert.ok(await isFocused(dev));

      // Into the one that they do not: the reason stays to be read, and no wizard is opened.
      await keyboard.press('m');
      await keyboard.press('ArrowRight');
      await keyboard.press('ArrowRight');
      await keyboard.press('Enter');
      const why = page.locator('[role=alert]', { hasText: "is not in 'staging'" });
      await why.waitFor();
      assert.equal(await window.title().isVisible(), false);
      await window.shot('68-refused');
      await page.getByRole('button', { name: 'Dismiss' }).click();

      await dev.focus();
      await keyboard.press('m');
      await keyboard.press('ArrowRight');
      await keyboard.press('Enter');
      await window.asked('Assign churn v3.1.0 to a stage');
      await window.option('Create tag churn#staging#4').waitFor();
      await window.shot('68-confirm');
      await keyboard.press('Escape');
      await says(page, 'churn stays where it is.');
      assert.ok(!registry.tags().includes('churn#staging#4'), 'nothing is written without it');

      // By mouse.
      await dev.dragTo(lane(page, 'staging'));
      await window.asked('Assign churn v3.1.0 to a stage');
      await window.choose('Create tag churn#staging#4');
      await until('the tag is made', () => registry.tags().includes('churn#staging#4'));
      await card(page, 'churn, model, version v3.1.0, in staging').waitFor();
      await says(page, 'churn v3.1.0 is in staging now.');

      // The menu of a card is VS Code's own.
      await card(page, 'churn, model, version v3.1.0, in staging').focus();
      await keyboard.press('Enter');
      const menu = window.page.locator('.monaco-menu:visible');
      await menu.locator('.action-label', { hasText: 'Remove from' }).waitFor();
      await window.page.screenshot({ path: shot('68-menu') });
      await keyboard.press('Escape');
      await menu.waitFor({ state: 'hidden' });

      // What somebody else does is there at once.
      registry.tag('churn#dev#5', 'By hand', 'churn@v2.9.0');
      await card(page, 'churn, model, version v2.9.0, in dev').waitFor();
      await says(page, 'churn v2.9.0 is in dev now.');

      // Violations, once somebody wants them.
      // On a day on which it was not in staging yet.
      registry.tag('churn#prod#6', 'By hand', 'churn@v3.1.0');
      await page.getByLabel('Judge by the rules').check();
      await card(page, 'churn, model, version v3.1.0, in prod')
        .locator('.mark', { hasText: 'violates the rules' })
        .waitFor();
      await window.shot('68-judged');

      await page.getByPlaceholder('Words, or stage:prod').fill('nothing-like-that');
      await page.getByText('No artifact matches the filter.').waitFor();
      await page.getByPlaceholder('Words, or stage:prod').fill('stage:prod');
      await card(page, 'churn, model, version v3.1.0, in prod').waitFor();

      // In order, as a person would: a page that is merely loaded anew has the state that was last written down.
      await Promise.all([
        window.page.waitForEvent('domcontentloaded', { timeout: 60_000 }),
        window.palette('Developer: Reload Window'),
      ]);
      await window.settled();
      const again = await window.webview();
      await card(again, 'churn, model, version v3.1.0, in prod').waitFor();
      assert.equal(await again.getByPlaceholder('Words, or stage:prod').inputValue(), 'stage:prod');
      assert.ok(await again.getByLabel('Judge by the rules').isChecked());
    },
  },
  {
    name: 'the board of another day is read-only, and each repository has its own',
    run: async (tools) => {
      const folder = (name) => tools.editor.folder(name);
      const registry = demo(folder('demo'));
      monorepo(folder('mono'));
      const file = folder('both.code-workspace');
      const folders = [{ path: folder('demo') }, { path: folder('mono') }];
      fs.writeFileSync(file, JSON.stringify({ folders }));
      const window = await tools.open(file, 'workspace');
      await window.showsFolders();
      await window.openSidebar();
      await window.row('Artifacts', 'demo').waitFor({ timeout: 30_000 });
      await window.palette('GTO: Open Board');
      await window.choose('demo');
      const page = await window.webview();
      await window.page.locator('.tab', { hasText: 'demo: Board' }).waitFor();
      await card(page, 'churn, model, version v3.0.0, in prod').waitFor();

      const created = Number(
        registry.git('for-each-ref', 'refs/tags/churn#prod#1', '--format=%(taggerdate:unix)'),
      );
      const day = await page
        .locator('body')
        .evaluate((_, seconds) => new Date(seconds * 1000).toLocaleDateString('sv'), created);
      await page.getByLabel('As of').fill(day);
      await card(page, 'churn, model, version v2.9.0, in prod').waitFor();
      await page.getByText('Read-only').waitFor();
      const then = card(page, 'churn, model, version v2.9.0, in prod');
      assert.equal(await then.getAttribute('draggable'), null);
      await then.focus();
      await window.page.keyboard.press('m');
      assert.equal(await page.locator('.board.moving').count(), 0);
      await window.shot('68-as-of');
      await page.getByRole('button', { name: 'Back to today' }).click();
      await card(page, 'churn, model, version v3.0.0, in prod').waitFor();

      await page.getByLabel('Repository').selectOption({ label: 'mono' });
      await card(page, 'search:ranker, model, version v1.0.0, in prod').waitFor();
      await window.page.locator('.tab', { hasText: 'mono: Board' }).waitFor();
      await window.shot('68-several');
    },
  },
  {
    name: 'a board in an untrusted folder is read-only',
    options: {
      usesTrust: true,
      settings: {
        'security.workspace.trust.startupPrompt': 'never',
        'security.workspace.trust.banner': 'never',
      },
    },
    run: async (tools) => {
      const registry = demo(tools.editor.folder('demo'));
      const { window, page } = await board(tools, registry, { isWritable: false });
      const prod = card(page, 'churn, model, version v3.0.0, in prod');
      await prod.waitFor();
      assert.equal(await prod.getAttribute('draggable'), null);
      await prod.focus();
      await window.page.keyboard.press('m');
      assert.equal(await page.locator('.board.moving').count(), 0);
      assert.equal(await page.getByLabel('Judge by the rules').isVisible(), false);
      await window.page.keyboard.press('Enter');
      const menu = window.page.locator('.monaco-menu:visible');
      await menu.locator('.action-label', { hasText: 'Versions' }).first().waitFor();
      assert.equal(await menu.locator('.action-label', { hasText: 'Assign' }).count(), 0);
      await window.page.screenshot({ path: shot('68-untrusted') });
    },
  },
  {
    name: 'a board of 300 artifacts is smooth while it is filtered, walked, scrolled, and the registry does not rest',
    isAlone: true,
    run: async (tools) => {
      const registry = company(tools.editor.folder('company'));
      const { window, page } = await board(tools, registry);
      await page.getByText('300 of 300 artifacts').waitFor();
      const count = await page.locator('.card').count();
      const main = page.locator('main');
      const taken = await measured(main, tools.say);
      tools.say(`${count} cards`);
      await shots(window, registry, page, '69-company');
      await taken('three themes');

      // What one drawing of all cards costs, to the next frame.
      const filter = page.getByPlaceholder('Words, or stage:prod');
      for (const words of ['speech', '']) {
        const began = Date.now();
        await filter.fill(words);
        await page.getByText(words ? '25 of 300' : '300 of 300').waitFor();
        tools.say(`${Date.now() - began} ms: filter "${words}"`);
      }
      await taken('filter');

      const { keyboard } = window.page;
      await page.locator('.card').first().focus();
      for (let press = 0; press < 60; press++) await keyboard.press('ArrowDown');
      for (let press = 0; press < 4; press++) await keyboard.press('ArrowRight');
      await taken('64 arrow keys');

      await lane(page, 'dev').hover();
      for (let turn = 0; turn < 40; turn++) await window.page.mouse.wheel(0, 150);
      await taken('scrolling');

      // 200 tags, as quickly as Git makes them.
      const began = Date.now();
      for (let at = 0; at < 200; at++)
        registry.git('tag', '-a', '-m', 'm', `${registry.names[at]}#canary#${100 + at}`, 'main');
      const made = Date.now() - began;
      await until(
        'all of them are there',
        async () => (await namesIn(page, 'canary')).length >= 200,
        60_000,
      );
      tools.say(`200 tags in ${made} ms, all shown after ${Date.now() - began} ms`);
      const restless = await taken('200 changes');
      assert.ok(
        restless.tasks.every((task) => task < 500),
        'no task keeps the page from answering',
      );
      await window.shot('69-restless');
    },
  },
];
