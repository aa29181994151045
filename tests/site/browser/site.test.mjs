// The site in a real browser: `make site`.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { ROOT, launch, makeSite, open, ready, removeSite, require } from './sites.mjs';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const HOSTILE_PAGE = 'a[href*="~"]';

let browser;
const sites = {};

before(async () => {
  for (const kind of ['showcase', 'large', 'empty']) sites[kind] = makeSite(kind);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  Object.values(sites).forEach(removeSite);
});

/** Every kind of page that there is. */
function pages() {
  return [
    ...['index.html', 'timeline.html', 'artifacts/all.html', 'artifacts/many.html'].map(
      (name) => sites.showcase + name,
    ),
    `${sites.showcase}artifacts/gone.html`,
    `${sites.showcase}artifacts/nothing-yet.html`,
    `${sites.empty}index.html`,
    `${sites.empty}timeline.html`,
  ];
}

/** Scroll to the end, so that what is drawn when it is seen is drawn. */
async function seeAll(page) {
  await page.evaluate(async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) {
      scrollTo(0, y);
      await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
    }
    scrollTo(0, 0);
  });
}

test('uPlot is that of npm', () => {
  const pinned = path.dirname(require.resolve('uplot/package.json'));
  for (const [ours, theirs] of [
    ['uplot.js', 'dist/uPlot.iife.min.js'],
    ['uplot.css', 'dist/uPlot.min.css'],
    ['uplot.LICENSE.txt', 'LICENSE'],
  ]) {
    const packaged = readFileSync(path.join(ROOT, 'gto_daemon/site/assets', ours));
    assert.ok(packaged.equals(readFileSync(path.join(pinned, theirs))), ours);
  }
});

for (const colorScheme of ['light', 'dark'])
  test(`axe finds nothing wrong, ${colorScheme}`, async () => {
    const { page, context } = await open(browser, pages()[0], { colorScheme });
    // A page with hundreds of versions has nothing that one with a few has not.
    for (const address of pages().filter((each) => !each.includes('many'))) {
      await page.goto(address);
      await ready(page);
      for (const width of [390, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        await seeAll(page);
        await page.evaluate(AXE);
        const { violations } = await page.evaluate(() => axe.run());
        const found = violations.map(({ id, impact, nodes }) => [id, impact, nodes[0].html]);
        assert.deepEqual(found, [], `${address}, ${width} pixels wide`);
      }
    }
    await context.close();
  });

for (const javaScriptEnabled of [true, false])
  test(`no page scrolls sideways, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async () => {
    const { page, context } = await open(browser, pages()[0], { javaScriptEnabled });
    for (const address of [...pages(), `${sites.large}index.html`]) {
      await page.goto(address);
      if (javaScriptEnabled) await ready(page);
      for (const width of [390, 1280, 3840]) {
        await page.setViewportSize({ width, height: 900 });
        const taken = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(taken <= width, `${address} takes ${taken} of ${width}`);
      }
    }
    await context.close();
  });

test('nothing is asked for but files of the site, whatever a repository says', async () => {
  const { page, context, noted } = await open(browser, `${sites.showcase}index.html`);
  await seeAll(page);
  await page.click(HOSTILE_PAGE);
  for (const name of ['artifacts/all.html', 'timeline.html', 'artifacts/many.html']) {
    await page.goto(sites.showcase + name);
    await ready(page);
    await seeAll(page);
  }
  await page.waitForSelector('.chart canvas');
  assert.deepEqual(noted.errors, []);
  assert.ok(noted.requests.some((url) => url.endsWith('assets/uplot.js')));
  assert.deepEqual(noted.outside, []);
  await context.close();
});

test('the policy refuses what would load something', async () => {
  const { page, context, noted } = await open(browser, `${sites.showcase}index.html`);
  const ran = await page.evaluate(async () => {
    const refused = new Promise((resolve) =>
      document.addEventListener('securitypolicyviolation', ({ blockedURI }) => resolve(blockedURI)),
    );
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
    document.body.append(Object.assign(new Image(), { src: 'https://evil.example/x.png' }));
    await refused;
    return window.ran ?? (await fetch('https://evil.example/').catch(() => false));
  });
  assert.equal(ran, false);
  assert.deepEqual(noted.outside, []);
  await context.close();
});

test('the keyboard alone finds an artifact and opens it', async () => {
  const { page, context } = await open(browser, `${sites.large}index.html`);
  const rows = page.locator('.cards tbody tr:visible');
  assert.equal(await rows.count(), 300);
  await page.keyboard.press('/');
  await page.keyboard.type('predict-14 region');
  assert.equal(await page.locator('#filter output').textContent(), '11 of 300 artifacts');
  assert.equal(await rows.count(), 11);
  await page.keyboard.press('Escape');
  assert.equal(await rows.count(), 300);
  await page.keyboard.type('predict-148');
  await page.keyboard.press('Enter');
  await page.waitForURL(/predict-148\.html$/);
  await page.goBack();
  await ready(page);
  await page.waitForFunction(() => document.querySelector('#search')?.value);
  assert.equal(await page.locator('#search').inputValue(), 'predict-148');
  assert.equal(await rows.count(), 1);
  await context.close();
});

test('stages and deprecated artifacts are chosen from', async () => {
  const { page, context } = await open(browser, `${sites.showcase}index.html`);
  const names = () => page.locator('.cards tbody tr:visible th > a:first-child').allTextContents();
  assert.ok(!(await names()).includes('gone'));
  await page.getByLabel('Deprecated').check();
  assert.ok((await names()).includes('gone'));
  await page.selectOption('select', 'a-stage-with-a-very-long-name-indeed');
  assert.deepEqual(await names(), ['all']);
  await context.close();
});

test('tables are sorted by the keyboard, numbers as numbers and versions as versions', async () => {
  const { page, context } = await open(browser, `${sites.showcase}artifacts/many.html`);
  const firstOf = (table) => page.locator(`${table} tbody tr:first-child th`).textContent();
  const press = async (name) => {
    await page.locator('table.metrics').getByRole('button', { name }).focus();
    await page.keyboard.press('Enter');
  };
  assert.equal(await firstOf('table.metrics'), 'v1.299.0');
  await press('auc');
  assert.equal(
    await page.locator('table.metrics [aria-sort]').getAttribute('aria-sort'),
    'ascending',
  );
  assert.equal(await firstOf('table.metrics'), 'v1.0.0');
  await press('auc');
  assert.equal(
    await page.locator('table.metrics [aria-sort]').getAttribute('aria-sort'),
    'descending',
  );
  assert.equal(await firstOf('table.metrics'), 'v1.299.0');
  await press('Version');
  assert.equal(await firstOf('table.metrics'), 'v1.0.0');
  assert.equal(await page.locator('output').textContent(), 'Sorted by Version, ascending');
  await context.close();
});

test('curves are drawn, and say what they are', async () => {
  const { page, context } = await open(browser, `${sites.showcase}artifacts/all.html`);
  await page.waitForSelector('.charts figure');
  await seeAll(page);
  await page.waitForFunction(() => document.querySelectorAll('canvas').length === 5);
  const labels = await page
    .locator('canvas')
    .evaluateAll((all) => all.map((canvas) => canvas.getAttribute('aria-label')));
  assert.ok(labels.includes('auc over 3 versions, from -1234 in v0.9.0 to 0.9346 in v2.0.0'));
  const blank = await page.locator('canvas').evaluateAll((all) =>
    all.filter((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return !data.some((value) => value > 0);
    }),
  );
  assert.equal(blank.length, 0);
  await context.close();
});

test('the theme is the system’s until another is chosen, which is remembered', async () => {
  const { page, context } = await open(browser, `${sites.showcase}index.html`, {
    colorScheme: 'dark',
  });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(await ground(), 'rgb(18, 22, 27)');
  await page.getByRole('button', { name: 'Light theme' }).click();
  assert.equal(await ground(), 'rgb(255, 255, 255)');
  await page.goto(`${sites.showcase}artifacts/all.html`);
  assert.equal(await ground(), 'rgb(255, 255, 255)');
  await page.getByRole('button', { name: 'Dark theme' }).click();
  assert.equal(await ground(), 'rgb(18, 22, 27)');
  await context.close();
});

test('everything can be read without scripts', async () => {
  const { page, context, noted } = await open(browser, `${sites.showcase}index.html`, {
    javaScriptEnabled: false,
  });
  assert.ok((await page.locator('.cards tbody tr').count()) > 15);
  assert.ok(await page.getByRole('link', { name: 'gone' }).isVisible());
  assert.equal(await page.locator('button, input, select, canvas').count(), 0);
  await page.getByRole('link', { name: 'all', exact: true }).click();
  for (const heading of ['Versions', 'Metrics', 'Plots of v2.0.0', 'Annotation', 'History'])
    assert.ok(await page.getByRole('heading', { name: heading }).isVisible(), heading);
  assert.ok(await page.getByRole('cell', { name: '0.91', exact: true }).first().isVisible());
  assert.ok(await page.getByText('train: 300 points').isVisible());
  assert.ok(!noted.requests.some((url) => url.endsWith('.js')));
  await context.close();
});
