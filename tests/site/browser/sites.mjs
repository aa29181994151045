// Sites to look at, and a browser that notes whatever is asked for.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** What the extension's own tests use: see clients/vscode/package.json. */
export const require = createRequire(path.join(ROOT, 'clients/vscode/package.json'));
const { chromium } = require('playwright-core');

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const PYTHON = process.env.PYTHON ?? path.join(ROOT, '.venv/bin/python');

/** Write a site of `tests/site/__main__.py`; return its address. */
export function makeSite(kind) {
  const place = path.join(mkdtempSync(path.join(os.tmpdir(), 'gtod-site-')), kind);
  execFileSync(PYTHON, ['-m', 'tests.site', kind, place], { cwd: ROOT, stdio: 'inherit' });
  return pathToFileURL(`${place}/`).href;
}

export function removeSite(address) {
  rmSync(path.dirname(fileURLToPath(address)), { recursive: true });
}

export function launch() {
  if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} is not there; run: make ready`);
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
}

/** Wait until the scripts of a page have begun. */
export function ready(page) {
  return page.waitForSelector('header button');
}

/** Open a page whose console, errors, dialogs and requests are noted. */
export async function open(browser, address, options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    ...options,
  });
  const page = await context.newPage();
  const noted = { errors: [], requests: [], outside: [] };
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      noted.errors.push(message.text());
  });
  page.on('pageerror', (error) => noted.errors.push(String(error)));
  page.on('dialog', (dialog) => {
    noted.errors.push(`dialog: ${dialog.message()}`);
    return dialog.dismiss();
  });
  page.on('request', (request) => noted.requests.push(request.url()));
  // What a policy refuses comes to be a request of the page, and never gets here.
  await context.route(/^(?!file:|data:)/, (route) => {
    noted.outside.push(route.request().url());
    return route.abort();
  });
  await page.goto(address);
  if (options.javaScriptEnabled !== false) await ready(page);
  return { page, context, noted };
}
