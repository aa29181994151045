// Runs test/host inside the extension host of a real VS Code, against the source tree's bundle.
import { execFileSync } from 'node:child_process';
import { Editor } from './editor.mjs';
import { EXTENSION, NODE } from './places.mjs';
import { demo } from './registries.mjs';

const PATIENCE = 120_000;

execFileSync(NODE, ['esbuild.mjs', '--host-tests'], { cwd: EXTENSION, stdio: 'inherit' });
// Without the flag the built product ignores the payload.
const editor = await Editor.start({
  installs: false,
  options: ['--vscode-option', 'enable-smoke-test-driver'],
});
try {
  const registry = demo(editor.folder('demo'));
  const page = await editor.browser.newPage();
  const done = new Promise((resolve) => {
    void page.exposeFunction('codeAutomationExit', resolve);
    void page.exposeFunction('codeAutomationLog', (_type, [text]) => {
      // The extension host has much else to say.
      if (/^ {2}[✓✗]|^\d+ tests/.test(text)) console.log(text);
    });
  });
  const remote = (place) => `vscode-remote://${new URL(editor.origin).host}${place}`;
  const payload = [
    ['extensionDevelopmentPath', remote(EXTENSION.replace(/\/$/, ''))],
    ['extensionTestsPath', remote(`${EXTENSION}dist/test/host.cjs`)],
    ['skipWelcome', 'true'],
  ];
  const query = `folder=${encodeURIComponent(registry.folder)}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
  await page.goto(`${editor.origin}/?${query}`);
  let timer;
  const late = new Promise(
    (resolve) => (timer = setTimeout(() => resolve(`nothing after ${PATIENCE} ms`), PATIENCE)),
  );
  const code = await Promise.race([done, late]);
  clearTimeout(timer);
  if (code !== 0) {
    console.log(`the extension host ended with ${code}`, editor.log());
    process.exitCode = 1;
  }
} finally {
  await editor.stop();
}
