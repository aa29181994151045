import assert from 'node:assert/strict';
import test from 'node:test';
import { BACK, throughSteps, type Step } from '../../src/quickpick/steps';

/** Steps that answer from a list, and note when they were asked. */
function scripted(...answers: readonly (readonly Awaited<ReturnType<Step>>[])[]) {
  const asked: string[] = [];
  const steps = answers.map((list, index): Step => {
    const left = [...list];
    return ({ step, total }) => {
      asked.push(`${index + 1}:${step}/${total}`);
      return Promise.resolve(left.shift());
    };
  });
  return { asked, steps };
}

test('the steps follow each other, and each knows where it is', async () => {
  const { asked, steps } = scripted(['next'], ['next']);
  assert.equal(await throughSteps(steps), true);
  assert.deepEqual(asked, ['1:1/2', '2:2/2']);
});

test('back asks the step before again', async () => {
  const { asked, steps } = scripted(['next', 'next'], [BACK, 'next'], ['next']);
  assert.equal(await throughSteps(steps), true);
  assert.deepEqual(asked, ['1:1/3', '2:2/3', '1:1/3', '2:2/3', '3:3/3']);
});

test('giving up ends it, wherever it is', async () => {
  const { asked, steps } = scripted(['next'], [undefined], ['next']);
  assert.equal(await throughSteps(steps), false);
  assert.equal(asked.length, 2);
});
