import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { GTOD } from '../places.mjs';
import { demo } from '../registries.mjs';
import { until } from '../until.mjs';

async function opened({ editor, open }) {
  const registry = demo(editor.folder('demo'));
  const window = await open(registry.folder);
  await window.openSidebar();
  await window.row('Artifacts', 'churn').waitFor({ timeout: 30_000 });
  const made = (tag) => until(`the tag ${tag}`, () => registry.tags().includes(tag));
  return { registry, window, made };
}

export const scenarios = [
  {
    name: 'a version is registered by the wizard, with a step back, a refusal while typing, and another message',
    run: async (tools) => {
      const { registry, window, made } = await opened(tools);
      await window.press(window.row('Artifacts', 'churn'), 'Register version');
      await window.asked('Register version of churn');
      await window.option('HEAD — Fix the tokenizer').waitFor();
      await window.option('already v3.1.0').waitFor();
      await window.shot('20-register-commit');
      await window.option('already v3.1.0').click(); // cannot be chosen
      await window.choose('HEAD — Fix the tokenizer');
      await window.option('v3.1.1').waitFor();
      await window.shot('21-register-version');
      await window.back();
      await window.choose('HEAD — Fix the tokenizer');
      await window.choose('Enter a version');
      await window.write('Version, such as', 'v3.0.0');
      await window.page
        .locator('.quick-input-message', { hasText: 'already was registered' })
        .waitFor();
      await window.shot('22-register-refused');
      await window.type('v3.5.0-rc.1');
      await until(
        'the refusal is gone',
        async () =>
          !(await window.page.locator('.quick-input-message').innerText()).includes('already'),
      );
      await window.accept();
      await window.option('Create tag churn@v3.5.0-rc.1').waitFor();
      await window.choose('Edit message');
      await window.write('Message of the tag', 'Release candidate');
      await window.accept();
      await window.option('Release candidate').waitFor();
      await window.shot('23-register-confirm');
      assert.ok(
        !registry.tags().includes('churn@v3.5.0-rc.1'),
        'nothing is made before the last step',
      );
      await window.choose('Create tag churn@v3.5.0-rc.1');
      await made('churn@v3.5.0-rc.1');
      const { commit, tagger, message } = registry.tagged('churn@v3.5.0-rc.1');
      assert.equal(commit, registry.git('rev-parse', 'HEAD'));
      assert.deepEqual([tagger, message], ['Ann', 'Release candidate']);
      await window.row('Artifacts', 'churn, model, latest version v3.5.0-rc.1').waitFor();
    },
  },
  {
    name: 'a stage is assigned, rolled back and taken away again',
    run: async (tools) => {
      const { registry, window, made } = await opened(tools);
      await window.expand(window.row('Artifacts', 'churn'));
      await window.press(window.row('Artifacts', 'churn, version v3.1.0'), 'Assign stage');
      await window.asked('Assign churn v3.1.0 to a stage');
      await window.option('replaces v3.0.0').waitFor();
      await window.option('already here').waitFor();
      await window.option('empty').waitFor();
      await window.shot('24-assign');
      await window.choose('replaces v3.0.0');
      await window.option('Create tag churn#prod#4').waitFor();
      await window.option('prod: v3.0.0 → v3.1.0').waitFor();
      await window.shot('25-assign-confirm');
      await window.choose('Create tag churn#prod#4');
      await made('churn#prod#4');
      assert.equal(registry.tagged('churn#prod#4').commit, registry.tagged('churn@v3.1.0').commit);

      await window.expand(window.row('Stages', 'stage prod'));
      await window.press(window.row('Stages', 'churn version v3.1.0 in prod'), 'Roll back stage');
      await window.option('prod: v3.1.0 → v3.0.0').waitFor();
      await window.choose('Create tag churn#prod#5');
      await made('churn#prod#5');
      assert.equal(registry.tagged('churn#prod#5').commit, registry.tagged('churn@v3.0.0').commit);

      // Shown again: while a view is drawn anew, VS Code does not know which row is clicked.
      await window.row('Stages', 'churn version v3.0.0 in prod').waitFor();
      await window
        .row(
          'Artifacts',
          'churn, model, latest version v3.1.0, in dev version v3.1.0, in prod version v3.0.0',
        )
        .waitFor();
      await window.press(window.row('Artifacts', 'churn, version v3.1.0'), 'Assign stage');
      await window.choose('replaces v3.0.0');
      const dialog = window.dialog();
      await dialog.waitFor();
      assert.match(await dialog.innerText(), /v3\.0\.0 holds it since 'churn#prod#5'/);
      await window.shot('25-assign-again');
      await dialog.locator('.monaco-button', { hasText: 'Create the tag anyway' }).click();
      await window.choose('Create tag churn#prod#6');
      await made('churn#prod#6');
      assert.equal(registry.tagged('churn#prod#6').commit, registry.tagged('churn@v3.1.0').commit);

      await window.press(window.row('Stages', 'churn version v3.1.0 in prod'), 'Remove from stage');
      await window.asked('Remove churn v3.1.0 from prod');
      await window.choose('Create tag churn#prod!#7');
      await made('churn#prod!#7');
      assert.equal(registry.tagged('churn#prod!#7').commit, registry.tagged('churn@v3.1.0').commit);
    },
  },
  {
    name: 'a version is deregistered, an artifact deprecated, and tags are deleted after a question that lists them',
    run: async (tools) => {
      const { registry, window, made } = await opened(tools);
      await window.expand(window.row('Artifacts', 'churn'));
      await window.menu(window.row('Artifacts', 'churn, version v2.9.0'), 'Deregister version');
      await window.choose('Create tag churn@v2.9.0!');
      await made('churn@v2.9.0!');
      await until(
        'it is not shown',
        async () => (await window.row('Artifacts', 'churn, version v2.9.0').count()) === 0,
      );

      await window.menu(window.row('Artifacts', 'churn, version v3.1.0'), 'Delete tags');
      const dialog = window.dialog();
      await dialog.waitFor();
      const text = await dialog.innerText();
      assert.match(text, /Delete 2 tags of churn v3\.1\.0\?/);
      assert.match(text, /churn@v3\.1\.0/);
      assert.match(text, /churn#dev#3/);
      await window.shot('26-delete');
      await dialog.locator('.monaco-button', { hasText: 'Cancel' }).click();
      assert.ok(registry.tags().includes('churn@v3.1.0'));
      await window.menu(window.row('Artifacts', 'churn, version v3.1.0'), 'Delete tags');
      await dialog.locator('.monaco-button', { hasText: /^Delete$/ }).click();
      await until(
        'the tags are gone',
        () => !registry.tags().some((tag) => ['churn@v3.1.0', 'churn#dev#3'].includes(tag)),
      );

      await window.menu(window.row('Artifacts', 'churn, model'), 'Deprecate artifact');
      await window.choose('Create tag churn@deprecated');
      await made('churn@deprecated');
    },
  },
  {
    name: 'an act is planned anew when somebody else was quicker',
    run: async (tools) => {
      const { registry, window, made } = await opened(tools);
      await window.expand(window.row('Artifacts', 'churn'));
      await window.press(window.row('Artifacts', 'churn, version v3.1.0'), 'Assign stage');
      await window.choose('replaces v3.0.0');
      await window.option('Create tag churn#prod#4').waitFor();
      registry.tag('churn#prod#4', 'Quicker', 'churn@v2.9.0');
      await window.choose('Create tag churn#prod#4');
      await window.option('Create tag churn#prod#5').waitFor();
      await window.option('prod: v2.9.0 → v3.1.0').waitFor();
      await window.shot('27-changed');
      await window.choose('Create tag churn#prod#5');
      await made('churn#prod#5');
      assert.equal(registry.tagged('churn#prod#4').message, 'Quicker');
    },
  },
  {
    name: 'after the server was killed in the middle of an act it is told whether the tag is there',
    run: async (tools) => {
      const { registry, window } = await opened(tools);
      const [reached, release] = [tools.folder('reached'), tools.folder('release')];
      const hook = `${registry.folder}/.git/hooks/reference-transaction`;
      const waits = `n=0; while [ ! -e ${release} ] && [ $n -lt 600 ]; do n=$((n+1)); sleep 0.1; done`;
      fs.writeFileSync(
        hook,
        `#!/bin/sh\n[ "$1" = committed ] || exit 0\ntouch ${reached}\n${waits}\n`,
        { mode: 0o755 },
      );
      await window.expand(window.row('Artifacts', 'churn'));
      await window.press(window.row('Artifacts', 'churn, version v3.1.0'), 'Assign stage');
      await window.choose('replaces v3.0.0');
      await window.choose('Create tag churn#prod#4');
      await until('the tag is made', () => fs.existsSync(reached));
      const options = { env: tools.environment, encoding: 'utf8' };
      const { pid } = JSON.parse(execFileSync(GTOD, ['status', '--json'], options));
      process.kill(pid, 'SIGKILL');
      await window
        .notification('Its tags have been created: churn#prod#4')
        .waitFor({ timeout: 60_000 });
      await window.shot('28-lost');
      fs.writeFileSync(release, '');
      await window.row('Artifacts', 'churn, model, latest version v3.1.0').waitFor();
    },
  },
  {
    name: 'a wizard whose last step is refused keeps what was said, and a name is checked while it is typed',
    run: async (tools) => {
      const { registry, window, made } = await opened(tools);
      const hook = `${registry.folder}/.git/hooks/reference-transaction`;
      fs.writeFileSync(hook, '#!/bin/sh\necho Not today >&2\nexit 1\n', { mode: 0o755 });
      await window.palette('GTO: Register version…');
      await window.choose('Enter a new name');
      await window.write('Name of the artifact', 'no name!');
      await window.page
        .locator('.quick-input-message', { hasText: "Invalid value 'no name!'" })
        .waitFor();
      await window.type('ranker');
      await window.accept();
      await window.choose('HEAD — Fix the tokenizer');
      await window.choose('First version');
      await window.choose('Edit message');
      await window.write('Message of the tag', 'Typed with care');
      await window.accept();
      await window.option('Typed with care').waitFor();
      await window.choose('Create tag ranker@v0.0.1');
      await window.notification('Not today').waitFor({ timeout: 30_000 });
      await window.option('Typed with care').waitFor();
      await window.shot('29-refused');
      fs.rmSync(hook);
      await window.choose('Create tag ranker@v0.0.1');
      await made('ranker@v0.0.1');
      assert.equal(registry.tagged('ranker@v0.0.1').message, 'Typed with care');
    },
  },
];
