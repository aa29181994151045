import assert from 'node:assert/strict';
import test from 'node:test';
import { Refusal } from '../../src/client/refusal';
import { BACK, throughSteps, type Step } from '../../src/quickpick/steps';
import { told } from './vscode';

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

test('what is refused in a step is told, and the step before asks again', async () => {
  told.length = 0;
  const { asked, steps } = scripted(['next'], ['next', 'next'], ['next']);
  let refusals = 1;
  const last: Step = () => {
    if (refusals-- > 0) return Promise.reject(new Refusal('No such name', 'ValidationError', ''));
    return Promise.resolve('next');
  };
  assert.equal(await throughSteps([...steps.slice(0, 2), last]), true);
  assert.deepEqual(asked, ['1:1/3', '2:2/3', '2:2/3']);
  assert.deepEqual(told, ['No such name']);
});

test('what may be done already is not asked for again', async () => {
  const { steps } = scripted(['next']);
  const last: Step = () => Promise.reject(new Refusal('The connection was lost.', undefined, ''));
  await assert.rejects(throughSteps([...steps, last]), /lost/);
});
