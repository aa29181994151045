// Runs the scenarios, or those of a file or with words in their name: node test/e2e/run.mjs [words …]
// One that fails is tried once more, visibly; it counts as passed then, and the summary says that it was flaky.
import fs from 'node:fs';
import path from 'node:path';
import { Editor } from './editor.mjs';
import { SHOTS } from './places.mjs';

const FOLDER = new URL('./scenarios/', import.meta.url);
const wanted = process.argv.slice(2);
const began = Date.now();
const since = (start) => `${((Date.now() - start) / 1000).toFixed(1)} s`;

fs.mkdirSync(SHOTS, { recursive: true });

async function once({ file, name, run, options = {} }, attempt) {
  const editor = await Editor.start(options);
  const shots = [];
  const tools = {
    editor,
    say: (text) => console.log(`    ${text}`),
    open: async (folder, kind) => {
      const workbench = await editor.open(folder, kind);
      shots.push(workbench);
      return workbench;
    },
  };
  try {
    await run(tools);
    if (editor.outside.length > 0)
      throw new Error(`tried to leave this machine: ${editor.outside.join(', ')}`);
    return true;
  } catch (error) {
    console.log(`  ✗ ${name} (attempt ${attempt}): ${error.stack ?? error}`);
    for (const [index, workbench] of shots.entries())
      await workbench.shot(`FAILED-${file}-${attempt}-${index}`).catch(() => undefined);
    console.log(editor.log().split('\n').slice(-25).join('\n'));
    return false;
  } finally {
    await editor.stop();
  }
}

const summary = { passed: 0, flaky: [], failed: [] };
for (const file of fs.readdirSync(FOLDER).sort()) {
  const short = path.basename(file, '.mjs');
  const { scenarios } = await import(new URL(file, FOLDER));
  for (const scenario of scenarios) {
    const isWanted = wanted.some((words) => short === words || scenario.name.includes(words));
    if (wanted.length > 0 && !isWanted) continue;
    const start = Date.now();
    console.log(`• ${scenario.name}`);
    const passed = await once({ ...scenario, file: short }, 1);
    if (!passed && !(await once({ ...scenario, file: short }, 2)))
      summary.failed.push(scenario.name);
    else {
      if (!passed) summary.flaky.push(scenario.name);
      summary.passed += 1;
      console.log(`  ✓ ${since(start)}`);
    }
  }
}
console.log(`${summary.passed} passed, ${summary.failed.length} failed in ${since(began)}`);
for (const name of summary.flaky) console.log(`FLAKY, passed at the second attempt: ${name}`);
for (const name of summary.failed) console.log(`FAILED: ${name}`);
if (summary.failed.length > 0 || summary.passed === 0) process.exitCode = 1;
