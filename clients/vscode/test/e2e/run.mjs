// Runs the scenarios, or those of a file or with words in their name: node test/e2e/run.mjs [words …]
// One that fails is tried once more, visibly; it counts as passed then, and the summary says that it was flaky.
// Two run at a time (E2E_WORKERS), but for those that measure something, which run alone before the others.
import fs from 'node:fs';
import path from 'node:path';
import { Editor, installOnce } from './editor.mjs';
import { SHOTS } from './places.mjs';

const FOLDER = new URL('./scenarios/', import.meta.url);
const WORKERS = Number.parseInt(process.env.E2E_WORKERS ?? '2', 10);
const wanted = process.argv.slice(2);
const began = Date.now();
const since = (start) => `${((Date.now() - start) / 1000).toFixed(1)} s`;

fs.mkdirSync(SHOTS, { recursive: true });

async function once({ file, name, run, options = {} }, attempt, say) {
  const shots = [];
  let editor;
  try {
    editor = await Editor.start(options);
    const open = async (folder, kind) => {
      const workbench = await editor.open(folder, kind);
      workbench.say = say;
      shots.push(workbench);
      return workbench;
    };
    await run({ editor, say, open });
    if (editor.outside.length > 0)
      throw new Error(`tried to leave this machine: ${editor.outside.join(', ')}`);
    return true;
  } catch (error) {
    say(`✗ ${name} (attempt ${attempt}): ${error.stack ?? error}`);
    for (const [index, workbench] of shots.entries())
      await workbench.shot(`FAILED-${file}-${attempt}-${index}`).catch(() => undefined);
    if (editor) say(editor.log().split('\n').slice(-25).join('\n'));
    return false;
  } finally {
    await editor?.stop();
  }
}

const summary = { passed: 0, flaky: [], failed: [] };

async function perform(scenario) {
  const start = Date.now();
  const lines = [`• ${scenario.name}`];
  const say = (text) => lines.push(`    ${text}`);
  const passed = await once(scenario, 1, say);
  if (!passed && !(await once(scenario, 2, say))) summary.failed.push(scenario.name);
  else {
    if (!passed) summary.flaky.push(scenario.name);
    summary.passed += 1;
    lines.push(`  ✓ ${since(start)}`);
  }
  // At once, so that what two scenarios say does not mix.
  console.log(lines.join('\n'));
}

const queue = [];
for (const file of fs.readdirSync(FOLDER).sort()) {
  const short = path.basename(file, '.mjs');
  const { scenarios } = await import(new URL(file, FOLDER));
  for (const scenario of scenarios) {
    const isWanted = wanted.some((words) => short === words || scenario.name.includes(words));
    if (wanted.length === 0 || isWanted) queue.push({ ...scenario, file: short });
  }
}

installOnce();
for (const scenario of queue.filter((each) => each.alone)) await perform(scenario);
const others = queue.filter((each) => !each.alone);
const work = async () => {
  for (let next = others.shift(); next; next = others.shift()) await perform(next);
};
await Promise.all(Array.from({ length: WORKERS }, work));

console.log(`${summary.passed} passed, ${summary.failed.length} failed in ${since(began)}`);
for (const name of summary.flaky) console.log(`FLAKY, passed at the second attempt: ${name}`);
for (const name of summary.failed) console.log(`FAILED: ${name}`);
if (summary.failed.length > 0 || summary.passed === 0) process.exitCode = 1;
