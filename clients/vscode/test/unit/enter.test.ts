import assert from 'node:assert/strict';
import test, { beforeEach } from 'node:test';
import { chooseOrEnter, Entered } from '../../src/quickpick/enter';
import { BACK } from '../../src/quickpick/steps';
import { InputBox, QuickPick, shown, useInputs } from './inputs';
import { QuickInputButtons } from './vscode';

const NAMES = ['churn', 'audio:asr', 'audio:tts'];

beforeEach(() => {
  shown.length = 0;
});

/** Asks for a name; those with a blank in them are wrong. */
function asking(value = '') {
  const asked = chooseOrEnter(
    { title: 'Register', items: NAMES.map((label) => ({ label })) },
    {
      label: 'Enter a new name…',
      offer: (typed) => `New artifact ${typed}`,
      prompt: 'Name',
      value,
      wrong: (typed) => Promise.resolve(typed.includes(' ') ? 'No blanks.' : undefined),
    },
  );
  return { asked, pick: last(QuickPick) };
}

function last<T>(kind: new () => T): T {
  const found = shown.at(-1);
  assert.ok(found instanceof kind);
  return found;
}

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000; turn++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assert.fail('it did not come to that');
}

test('the new name comes first, and what is there already is what Enter chooses', async (t) => {
  useInputs(t);
  const { asked, pick } = asking();
  await until(() => pick.items.length > 1);
  assert.deepEqual(pick.labels, ['$(edit) Enter a new name…', ...NAMES]);
  assert.equal(pick.activeItems.at(0)?.label, 'churn');
  pick.type('ASR');
  assert.equal(pick.labels[0], '$(add) New artifact ASR');
  assert.equal(pick.activeItems.at(0)?.label, 'audio:asr');
  pick.type('audio:asr');
  assert.deepEqual(pick.labels, NAMES, 'a name that is there is not new');
  pick.accept();
  assert.deepEqual(await asked, { label: 'audio:asr' });
});

test('what is typed and not there is taken as it is', async (t) => {
  useInputs(t);
  const { asked, pick } = asking();
  await until(() => pick.items.length > 1);
  pick.type(' ranker ');
  assert.equal(pick.activeItems.at(0)?.label, '$(add) New artifact ranker');
  pick.accept();
  assert.deepEqual(await asked, new Entered('ranker'));
});

test('what is wrong is said while it is typed, and kept in a box that says it at once', async (t) => {
  useInputs(t);
  const { asked, pick } = asking();
  await until(() => pick.items.length > 1);
  pick.type('my model');
  await until(() => pick.items.at(0)?.detail !== undefined);
  assert.deepEqual(pick.items[0], {
    label: '$(error) New artifact my model',
    detail: 'No blanks.',
    alwaysShow: true,
    typed: 'my model',
  });
  assert.equal(pick.activeItems[0], pick.items[0]);
  pick.accept();
  await until(() => shown.length === 2);
  const box = last(InputBox);
  assert.equal(box.value, 'my model');
  await until(() => box.validationMessage !== undefined);
  box.press(QuickInputButtons.Back);
  await until(() => shown.length === 3);
  assert.equal(last(QuickPick).value, 'my model', 'the list has it again');
  last(QuickPick).accept();
  await until(() => shown.length === 4);
  last(InputBox).type('my-model');
  last(InputBox).accept();
  assert.deepEqual(await asked, new Entered('my-model'));
});

test('without anything typed, the box is asked for; and the step before can be gone back to', async (t) => {
  useInputs(t);
  const { asked, pick } = asking();
  await until(() => pick.items.length > 1);
  pick.activeItems = pick.items.slice(0, 1);
  pick.accept();
  await until(() => shown.length === 2);
  last(InputBox).hide();
  assert.equal(await asked, undefined);
  const again = asking('ranker');
  assert.equal(again.pick.value, 'ranker');
  assert.equal(again.pick.labels[0], '$(add) New artifact ranker');
  again.pick.press(QuickInputButtons.Back);
  assert.equal(await again.asked, BACK);
});
