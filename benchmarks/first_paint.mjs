// How much later a page of `gtod site` is painted than the same page without its styles and scripts: `make paint`.
// A registry of 300 artifacts, in headless Chromium; medians of 20, taken in turns.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launch, makeSite, removeSite } from '../tests/site/browser/sites.mjs';

const ROUNDS = 20;
const MOST = 1.2;

const site = makeSite('large');
const browser = await launch();

/** The same page without what a browser would load. */
function bare(name) {
  const plain = name.replace('.html', '.bare.html');
  const text = readFileSync(fileURLToPath(site + name), 'utf8');
  const without = text
    .replace(/<link rel=(?:stylesheet|icon)[^>]*>/g, '')
    .replace(/<script (?:src|type)=.*?<\/script>/gs, '');
  writeFileSync(fileURLToPath(site + plain), without);
  return plain;
}

/** Milliseconds until something is painted, in a context that has nothing in its cache. */
async function paint(name) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(site + name);
  const time = await page.evaluate(
    () =>
      new Promise((resolve) => {
        new PerformanceObserver((list) => resolve(list.getEntries()[0].startTime)).observe({
          type: 'paint',
          buffered: true,
        });
      }),
  );
  await context.close();
  return time;
}

const median = (times) =>
  times.toSorted((left, right) => left - right)[Math.floor(times.length / 2)];

let worst = 0;
for (const name of ['index.html', 'timeline.html', 'artifacts/predict-0.html']) {
  const plain = bare(name);
  await paint(name);
  await paint(plain);
  const times = { whole: [], bare: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    times.whole.push(await paint(name));
    times.bare.push(await paint(plain));
  }
  const [whole, without] = [median(times.whole), median(times.bare)];
  worst = Math.max(worst, whole / without);
  console.log(
    `${name}: ${whole.toFixed(0)} ms, ${without.toFixed(0)} ms without styles and scripts: ` +
      `${(whole / without).toFixed(2)} times`,
  );
}
await browser.close();
removeSite(site);
if (worst > MOST) {
  console.error(`More than ${MOST} times.`);
  process.exitCode = 1;
}
