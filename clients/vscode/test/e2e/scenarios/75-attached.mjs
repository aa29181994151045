import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { GTOD } from '../places.mjs';
import { demo } from '../registries.mjs';
import { until } from '../until.mjs';

const RUN = path.join(os.tmpdir(), `gtoe-run-${process.pid}`);

/** A daemon that the editor did not start, in an environment that is nobody's. */
function gtod(...words) {
  const { PATH } = process.env;
  const env = { PATH, HOME: RUN, GTOD_RUNTIME_DIR: RUN, GIT_CONFIG_NOSYSTEM: '1' };
  return execFileSync(GTOD, words, { env, encoding: 'utf8' }).trim();
}

export const scenarios = [
  {
    name: 'a daemon that runs is attached to; where there is none, an own server is offered',
    options: { machine: { 'gto.socket': `unix:${path.join(RUN, 'gtod.sock')}` } },
    run: async ({ editor, open }) => {
      fs.mkdirSync(RUN, { mode: 0o700 });
      try {
        assert.equal(gtod('socket-path'), path.join(RUN, 'gtod.sock'));
        const registry = demo(editor.folder('demo'));
        registry.git('config', '--unset', 'user.name');
        registry.git('config', '--unset', 'user.email');
        const window = await open(registry.folder);
        await window.openSidebar({ isWritable: false });
        const words = `No GTO daemon is listening at ${RUN}`;
        await window.notification(words).waitFor({ timeout: 30_000 });
        await window.section('Artifacts').locator('text=The GTO server did not start.').waitFor();
        const toasts = () => window.page.locator('.notification-toast').count();
        assert.equal(await toasts(), 1);
        await window.shot('75-nobody-there');

        gtod('start');
        await window.answer(words, 'Try again');
        await window.row('Artifacts', 'churn, model, latest version v3.1.0').waitFor();
        assert.match(editor.log(), /attaching to unix:/);
        assert.doesNotMatch(editor.log(), /starting /);
        await window.expand(window.row('Artifacts', 'churn'));
        await window.press(window.row('Artifacts', 'churn, version v3.1.0'), 'Assign stage');
        await window.choose('replaces v3.0.0');
        await window.choose('Create tag churn#prod#4');
        await until('the tag is made', () => registry.tags().includes('churn#prod#4'));
        assert.equal(registry.tagged('churn#prod#4').tagger, 'Ann', "the editor's own identity");

        const pid = () => JSON.parse(gtod('status', '--json')).pid;
        const before = pid();
        gtod('restart');
        assert.notEqual(pid(), before);
        registry.git('tag', 'churn#staging#5', 'churn@v3.0.0');
        await window.row('Stages', 'stage staging, 1 artifact').waitFor();

        gtod('stop');
        await window.answer(words, 'Start own server');
        await until('a server of our own', () =>
          /starting \S+gtod lsp \(path\)/.test(editor.log()),
        );
        registry.git('tag', 'churn#canary#6', 'churn@v3.0.0');
        await window.row('Stages', 'stage canary').waitFor();
        assert.equal(await toasts(), 0);
        await window.shot('76-own-server');
      } finally {
        gtod('stop');
        fs.rmSync(RUN, { recursive: true, force: true });
      }
    },
  },
];
