// A window of VS Code, as a person uses it: rows, menus, quick picks, dialogs. Selectors are those of 1.139.
import path from 'node:path';
import { SHOTS } from './places.mjs';

/** Milliseconds for a page to begin: a machine with much else to do takes its time. */
const PATIENCE = 120_000;

/**
 * Brings a page to an address. That it begins is enough: its scripts may still be loading, and what a scenario needs of
 * them it waits for itself.
 */
export async function goTo(page, address) {
  await page.goto(address, { waitUntil: 'commit', timeout: PATIENCE });
}

export class Workbench {
  /** Where something that is no fault but worth knowing is said. */
  say = console.log;

  constructor(page, folder) {
    this.page = page;
    this.folder = folder;
  }

  /** Opens VS Code, up to its own frame. */
  async open(address) {
    await goTo(this.page, address);
    await this.page.locator('.monaco-workbench .activitybar').waitFor({ timeout: PATIENCE });
  }

  /** Until the extension host is up: VS Code's own Git extension shows the branch. */
  async settled() {
    await this.page
      .locator('#status\\.scm\\.0, .statusbar-item[aria-label*="(Git)"]')
      .first()
      .waitFor({ timeout: 60_000 });
  }

  /**
   * Until a workspace has its folders. Under load VS Code now and then opens one without any, in its own Explorer too,
   * and leaves it at that: then it is opened again, and that is said.
   */
  async showsFolders() {
    const folder = this.page.locator('.explorer-folders-view [role=treeitem]').first();
    for (let attempt = 1; ; attempt++) {
      try {
        return await folder.waitFor({ timeout: 20_000 });
      } catch (error) {
        if (attempt === 3) throw error;
        this.say(`RETRY workspace without folders (${attempt})`);
        await this.page.reload({ waitUntil: 'commit', timeout: PATIENCE });
      }
    }
  }

  /**
   * Opens the sidebar of the extension. Rows may be there before VS Code knows that the folder is trusted, and a menu or
   * palette that is opened by then stays without all that writes.
   */
  async openSidebar({ isWritable = true } = {}) {
    await this.page
      .locator('.activitybar .action-label[aria-label^="GTO"]')
      .click({ timeout: PATIENCE });
    const header = this.page.locator('.pane-header', { hasText: 'Artifacts' });
    await header.waitFor();
    const writing = header.locator('.action-label[aria-label^="Register version" i]');
    if (isWritable) await writing.waitFor({ state: 'attached' });
  }

  /** Drags the edge of the sidebar until it has this width. */
  async resizeSidebar(width) {
    const sidebar = this.page.locator('.part.sidebar');
    const { x, width: before, y } = await sidebar.boundingBox();
    await this.page.mouse.move(x + before, y + 300);
    await this.page.mouse.down();
    await this.page.mouse.move(x + width + 20, y + 300, { steps: 4 });
    await this.page.mouse.move(x + width, y + 300, { steps: 2 });
    await this.page.mouse.up();
    const now = (await sidebar.boundingBox()).width;
    if (Math.abs(now - width) > 2) throw new Error(`the sidebar is ${now} pixels wide`);
  }

  /** A section of the sidebar: Artifacts, Stages, History or Fleet. */
  section(title) {
    return this.page.locator('.split-view-view .pane', {
      has: this.page.locator(`.pane-header[aria-label^="${title}"]`),
    });
  }

  async expandSection(title) {
    const header = this.section(title).locator('.pane-header');
    if ((await header.getAttribute('aria-expanded')) !== 'true') await header.click();
  }

  /** The row that is read aloud beginning with this. */
  row(section, aloud) {
    return this.section(section).locator(`[role=treeitem][aria-label^="${aloud}"]`).first();
  }

  /** Turns the wheel over a section until a row of it is there; rows out of sight are not in the page. */
  async scrollTo(row, section = 'Artifacts') {
    await this.section(section).locator('.monaco-list').hover();
    for (let turn = 0; turn < 200; turn++) {
      if ((await row.count()) > 0 && (await row.isVisible())) return;
      await this.page.mouse.wheel(0, 600);
      await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    }
    throw new Error('the row is not in this section');
  }

  async expand(row) {
    if ((await row.getAttribute('aria-expanded')) === 'true') return;
    await row.click();
    await this.page.keyboard.press('ArrowRight');
  }

  /** Presses one of the icons that a row has while the mouse is over it. */
  async press(row, icon) {
    await row.hover();
    await row.locator(`.action-label[aria-label^="${icon}" i]`).first().click();
  }

  /** Chooses from the menu of a row. */
  async menu(row, ...labels) {
    await row.click({ button: 'right' });
    for (const label of labels) {
      const entry = this.page
        .locator('.context-view .action-item .action-label', { hasText: label })
        .first();
      await entry.waitFor();
      await entry.hover();
      if (label === labels.at(-1)) await entry.click();
    }
  }

  /** A key that is pressed while the window is still settling can be lost: it is pressed again, and that is said. */
  async keyUntil(key, target) {
    for (let attempt = 1; ; attempt++) {
      await this.page.keyboard.press(key);
      try {
        return await target.waitFor({ timeout: 4_000 });
      } catch (error) {
        if (attempt === 5) throw error;
        this.say(`RETRY ${key} (${attempt})`);
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** What the palette lists for a title; what may not be run now is not among it. */
  async searchPalette(title) {
    const input = this.page.locator('.quick-input-widget input.input');
    await this.keyUntil('F1', input);
    await input.fill(`>${title}`);
  }

  async palette(title) {
    await this.searchPalette(title);
    await this.option(title).click();
  }

  option(text) {
    return this.page.locator('.quick-input-list [role=option]', { hasText: text }).first();
  }

  /** Chooses in the quick pick that is open, once it has this. */
  async choose(text) {
    await this.option(text).waitFor({ timeout: 15_000 });
    await this.option(text).click();
  }

  title() {
    return this.page.locator('.quick-input-title');
  }

  /** Waits for the quick pick or input box whose title contains this. */
  async asked(title) {
    await this.page.locator('.quick-input-title', { hasText: title }).waitFor({ timeout: 15_000 });
  }

  /** The step before. */
  async back() {
    await this.page.locator('.quick-input-widget').getByRole('button', { name: 'Back' }).click();
  }

  /** Writes into the box that asks for this; one that was there before may still be on its way out. */
  async write(prompt, text) {
    await this.page.locator('.quick-input-message', { hasText: prompt }).waitFor();
    await this.type(text);
  }

  /** Writes into the input box that is about to open: the list of the step before may still be there. */
  async type(text) {
    await this.page.locator('.quick-input-widget .quick-input-list').waitFor({ state: 'hidden' });
    await this.page.locator('.quick-input-widget input.input').fill(text);
  }

  async accept() {
    await this.page.keyboard.press('Enter');
  }

  notification(text) {
    return this.page.locator('.notification-toast', { hasText: text }).first();
  }

  async answer(text, button) {
    const toast = this.notification(text);
    await toast.waitFor({ timeout: 15_000 });
    await toast.locator('.monaco-button', { hasText: button }).click();
  }

  /** The modal question that is open. */
  dialog() {
    return this.page.locator('.monaco-dialog-box');
  }

  async dismissAll() {
    await this.palette('Notifications: Clear All Notifications');
  }

  /** The page of the extension that is in sight, once it is there. */
  async webview() {
    // VS Code keeps those of other tabs, out of sight.
    const outer = this.page.locator('iframe.webview.ready:visible').last();
    await outer.waitFor({ timeout: 30_000 });
    const inner = outer.contentFrame().locator('iframe#active-frame');
    const page = inner.contentFrame();
    await page.locator('main[aria-busy=false]').waitFor({ timeout: 30_000 });
    return page;
  }

  editorText() {
    return this.page.locator('.editor-instance .view-lines').allInnerTexts();
  }

  async openFile(name) {
    const input = this.page.locator('.quick-input-widget input.input');
    await this.keyUntil('Control+p', input);
    await input.fill(name);
    await this.option(name).click();
    await this.page.locator('.editor-instance .monaco-editor').first().waitFor();
  }

  async shot(name) {
    await this.page.mouse.move(900, 640);
    await this.page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
  }
}
