// What one scenario has to itself of a VS Code that it shares with others: folders, windows, and what went wrong there.
import fs from 'node:fs';
import path from 'node:path';
import { Workbench } from './workbench.mjs';

let count = 0;

export class Stage {
  #editor;
  #place;
  #windows = [];
  #outside;
  #logs;
  /** Said at the end, so that scenarios that run side by side are told apart. */
  said = [];

  constructor(editor) {
    this.#editor = editor;
    this.#place = path.join(editor.place, 'work', String((count += 1)));
    this.#logs = new Set(editor.logs());
    this.#outside = editor.outside.length;
    fs.mkdirSync(this.#place, { recursive: true });
  }

  get editor() {
    return this;
  }

  get environment() {
    return this.#editor.environment;
  }

  get origin() {
    return this.#editor.origin;
  }

  get extension() {
    return this.#editor.extension;
  }

  say = (text) => void this.said.push(`    ${text}`);

  /** A new folder for a workspace. */
  folder(name) {
    return path.join(this.#place, name);
  }

  page = async () => {
    const { page } = await this.#window();
    return page;
  };

  /** A window of a folder, or of the workspace that a file describes. */
  open = async (folder, kind = 'folder') => {
    const workbench = await this.#window(folder);
    await workbench.open(`${this.origin}/?${kind}=${encodeURIComponent(folder)}`);
    return workbench;
  };

  /** One with nothing in it yet, of which there is a picture also where it does not open. */
  async #window(folder) {
    const window = new Workbench(await this.#editor.browser.newPage(), folder);
    window.say = this.say;
    this.#windows.push(window);
    return window;
  }

  /** What the extension wrote into its logs, one for each window of this scenario, in the order of their beginning. */
  logs() {
    const own = this.#editor.logs().filter((file) => !this.#logs.has(file));
    const born = new Map(own.map((file) => [file, fs.statSync(file).birthtimeMs]));
    return own
      .sort((one, other) => born.get(one) - born.get(other))
      .map((file) => fs.readFileSync(file, 'utf8'));
  }

  log() {
    return this.logs().join('');
  }

  /** Requests of this scenario that tried to leave this machine. */
  get outside() {
    return this.#editor.outside.slice(this.#outside);
  }

  async shots(name) {
    const open = this.#windows.filter(({ page }) => !page.isClosed());
    for (const [index, window] of open.entries())
      await window.shot(`${name}-${index}`).catch((error) => this.say(`no picture: ${error}`));
  }

  async close() {
    for (const { page } of this.#windows) await page.close();
  }
}
