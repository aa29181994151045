// One VS Code (code-server) with a profile, a home and a daemon of its own, and one browser to look at it.
import { execFile, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { CHROMIUM, CODE_SERVER, GTOD, GTOD_BIN, NODE, VSIX } from './places.mjs';
import { until } from './until.mjs';

/** What keeps pictures clean and the run quiet. */
const SETTINGS = {
  'telemetry.telemetryLevel': 'off',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.reduceMotion': 'on',
  // A mouse that rests on a row, as no person's does, would bring up a hover in front of the quick pick.
  'workbench.hover.delay': 60_000,
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'editor.minimap.enabled': false,
  'files.autoSave': 'off',
  'git.autofetch': false,
  'git.openRepositoryInParentFolders': 'never',
};

const freePort = () =>
  new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Programs that people have, without any of ours: what a machine without gtod looks like. */
function systemPath(home) {
  const bin = path.join(home, 'bin');
  fs.mkdirSync(bin, { recursive: true });
  return bin;
}

export class Editor {
  /** Requests that tried to leave this machine. */
  outside = [];

  /** `settings` are the user's; `machine` are those of the machine, the only ones of that scope that count here. */
  static async start({
    settings = {},
    machine = {},
    hasServer = true,
    usesTrust = false,
    options = [],
  } = {}) {
    const editor = new Editor();
    await editor.#start({ settings, machine, hasServer, usesTrust, options });
    return editor;
  }

  async #start({ settings, machine, hasServer, usesTrust, options }) {
    // Short, because the path of a socket has an end.
    this.place = fs.mkdtempSync(path.join(os.tmpdir(), 'gtoe-'));
    const at = (...parts) => path.join(this.place, ...parts);
    for (const folder of ['data/User', 'data/Machine', 'home', 'run', 'work'])
      fs.mkdirSync(at(folder), { recursive: true, mode: 0o700 });
    fs.writeFileSync(
      at('home/.gitconfig'),
      '[user]\n\tname = Ann\n\temail = ann@example.com\n[init]\n\tdefaultBranch = main\n',
    );
    fs.writeFileSync(
      at('data/User/settings.json'),
      JSON.stringify({ ...SETTINGS, ...settings }, null, 1),
    );
    fs.writeFileSync(at('data/Machine/settings.json'), JSON.stringify(machine));
    fs.writeFileSync(at('config.yaml'), 'auth: none\ncert: false\n');
    const own = hasServer ? GTOD_BIN : systemPath(at('home'));
    this.environment = {
      ...process.env,
      HOME: at('home'),
      PATH: [own, path.dirname(NODE), ...withoutServer(process.env.PATH ?? '')].join(':'),
      GTOD_RUNTIME_DIR: at('run'),
      GTOD_IDLE_TIMEOUT: '60',
      EXTENSIONS_GALLERY: '{"serviceUrl":"","itemUrl":"","resourceUrlTemplate":""}',
    };
    // VS Code asks a login shell for the environment, and /etc/profile would have set another PATH.
    fs.writeFileSync(at('home/.profile'), `export PATH='${this.environment.PATH}'\n`);
    delete this.environment.VSCODE_IPC_HOOK_CLI;
    delete this.environment.PYTHONPATH;
    const base = [
      CODE_SERVER,
      '--config',
      at('config.yaml'),
      '--user-data-dir',
      at('data'),
      '--extensions-dir',
      at('ext'),
    ];
    const install = [...base, '--install-extension', VSIX];
    await promisify(execFile)(NODE, install, { env: this.environment });
    const [installed] = fs.readdirSync(at('ext')).filter((name) => name.startsWith('gtod.'));
    /** Where the installed extension is. */
    this.extension = at('ext', installed);
    const port = await freePort();
    this.origin = `http://127.0.0.1:${port}`;
    const log = fs.openSync(at('code-server.log'), 'w');
    const flags = [
      '--bind-addr',
      `127.0.0.1:${port}`,
      '--disable-telemetry',
      '--disable-update-check',
      '--disable-getting-started-override',
      '--reconnection-grace-time',
      '5',
    ];
    if (!usesTrust) flags.push('--disable-workspace-trust');
    this.server = spawn(NODE, [...base, ...flags, ...options], {
      env: this.environment,
      stdio: ['ignore', log, log],
    });
    const isUp = () =>
      fetch(`${this.origin}/healthz`).then(
        (answer) => answer.ok,
        () => false,
      );
    await until('code-server is up', isUp, 30_000);
    this.browser = await chromium.launchPersistentContext(at('chrome'), {
      executablePath: CHROMIUM,
      headless: true,
      viewport: { width: 1280, height: 800 },
      permissions: ['clipboard-read', 'clipboard-write'],
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    const isOutside = (url) => url.hostname !== '127.0.0.1' && /^https?:$/.test(url.protocol);
    await this.browser.route(isOutside, (route) => {
      this.outside.push(route.request().url());
      return route.abort();
    });
  }

  /** The files that the extension of each window writes its log to. */
  logs() {
    const found = execFileSync(
      'find',
      [path.join(this.place, 'data'), '-path', '*gtod.gto-registry*', '-name', '*.log'],
      { encoding: 'utf8' },
    );
    return found.split('\n').filter(Boolean);
  }

  /** What the daemon wrote down as its own fault. */
  faults() {
    const log = path.join(this.place, 'run', 'gtod.log');
    if (!fs.existsSync(log)) return [];
    return fs
      .readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => / (ERROR|CRITICAL) /.test(line));
  }

  async stop() {
    await this.browser?.close();
    if (this.server && this.server.exitCode === null) {
      const gone = new Promise((resolve) => this.server.once('exit', resolve));
      this.server.kill('SIGTERM');
      await gone;
    }
    // The extension host outlives code-server by a few seconds, and would start another daemon.
    const hosts = () =>
      processesOf(this.place).filter((line) => !line.includes('gto_daemon serve'));
    await until('the extension host has ended', () => hosts().length === 0, 20_000);
    await promisify(execFile)(GTOD, ['stop'], { env: this.environment });
    await until('all processes have ended', () => processesOf(this.place).length === 0, 20_000);
    const faults = this.faults();
    if (faults.length > 0) throw new Error(`the daemon's log has faults:\n${faults.join('\n')}`);
    if (process.env.E2E_KEEP) console.log(`kept ${this.place}`);
    else fs.rmSync(this.place, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** PATH without folders that have a gtod, or a Python that may have its package. */
function withoutServer(searched) {
  return searched
    .split(':')
    .filter((folder) => folder && !fs.existsSync(path.join(folder, 'gtod')));
}

/** The command lines of the processes that have to do with a place. */
function processesOf(place) {
  const lines = fs.readdirSync('/proc').map((pid) => {
    if (!/^\d+$/.test(pid)) return '';
    try {
      return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    } catch {
      return ''; // it ended while the list was read
    }
  });
  return lines.filter((line) => line.includes(place));
}
