// Runs the scenarios, or those of a file or with words in their name: node test/e2e/run.mjs [words …]
// One that fails is tried once more, visibly, in a VS Code of its own; the summary says then that it was flaky.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Editor } from './editor.mjs';
import { SHOTS } from './places.mjs';
import { Stage } from './stage.mjs';

const FOLDER = new URL('./scenarios/', import.meta.url);
const WORKERS = Number(process.env.E2E_WORKERS ?? Math.min(2, os.availableParallelism()));
const began = Date.now();
const since = (start) => `${((Date.now() - start) / 1000).toFixed(1)} s`;

fs.mkdirSync(SHOTS, { recursive: true });

/** What was asked for, by the kind of VS Code it wants: the rare kinds first, because they take long to begin. */
async function wanted(words) {
  const kinds = new Map();
  for (const file of fs.readdirSync(FOLDER).sort()) {
    const short = path.basename(file, '.mjs');
    const { scenarios } = await import(new URL(file, FOLDER));
    for (const scenario of scenarios) {
      const { name, options = {}, isAlone = false } = scenario;
      if (words.length > 0 && !words.some((each) => short === each || name.includes(each)))
        continue;
      const kind = isAlone ? name : JSON.stringify(options);
      if (!kinds.has(kind)) kinds.set(kind, { options, isAlone, scenarios: [] });
      kinds.get(kind).scenarios.push({ ...scenario, file: short });
    }
  }
  return [...kinds.values()].sort((one, other) => one.scenarios.length - other.scenarios.length);
}

/** Performs a scenario on a VS Code; answers what is to be said of it, and whether it passed. */
async function perform(editor, { file, name, run }, attempt) {
  const start = Date.now();
  const stage = new Stage(editor);
  let passed = true;
  try {
    await run(stage);
    if (stage.outside.length > 0)
      throw new Error(`tried to leave this machine: ${stage.outside.join(', ')}`);
  } catch (error) {
    passed = false;
    stage.said.push(`    attempt ${attempt}: ${error.stack ?? error}`);
    await stage.shots(`FAILED-${file}-${attempt}`);
    stage.said.push(stage.log().split('\n').slice(-25).join('\n'));
  }
  await stage.close();
  console.log([`${passed ? '✓' : '✗'} ${name} (${since(start)})`, ...stage.said].join('\n'));
  return passed;
}

const summary = { passed: 0, flaky: [], failed: [] };
const ending = [];
const end = (editor) => ending.push(editor.stop());

/** Takes scenarios of one kind until there are none left; others may be at it too. */
async function takeTurns({ options, scenarios }) {
  let editor;
  for (let scenario = scenarios.shift(); scenario; scenario = scenarios.shift()) {
    editor ??= await Editor.start(options);
    let passed = await perform(editor, scenario, 1);
    if (!passed) {
      // Whatever state it left behind is nobody else's matter.
      end(editor);
      editor = await Editor.start(options);
      passed = await perform(editor, scenario, 2);
      (passed ? summary.flaky : summary.failed).push(scenario.name);
      if (!passed) {
        end(editor);
        editor = undefined;
      }
    }
    if (passed) summary.passed += 1;
  }
  if (editor) end(editor);
}

const kinds = await wanted(process.argv.slice(2));
const shared = kinds.filter((kind) => !kind.isAlone);
await Promise.all(
  Array.from({ length: WORKERS }, async (_, worker) => {
    // Each begins with another kind, and all help with the last and largest one.
    const own = shared.filter((kind, index) => index % WORKERS === worker);
    for (const kind of [...own, ...shared]) await takeTurns(kind);
  }),
);
// What measures has the machine to itself.
await Promise.all(ending.splice(0));
for (const kind of kinds.filter((each) => each.isAlone)) await takeTurns(kind);
await Promise.all(ending);

console.log(`${summary.passed} passed, ${summary.failed.length} failed in ${since(began)}`);
for (const name of summary.flaky) console.log(`FLAKY, passed at the second attempt: ${name}`);
for (const name of summary.failed) console.log(`FAILED: ${name}`);
if (summary.failed.length > 0 || summary.passed === 0) process.exitCode = 1;
