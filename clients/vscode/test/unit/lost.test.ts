import assert from 'node:assert/strict';
import test from 'node:test';
import { ErrorCodes, ResponseError, type LanguageClient } from 'vscode-languageclient/node';
import { Connection } from '../../src/client/connection';
import { errorText } from '../../src/text/failures';

const REPO = '/r';
const row = (ref: string, event: string, stage: string | null = null) => ({
  ref,
  event,
  artifact: 'churn',
  version: 'v1.0.0',
  stage,
});

/** A server that ends at the first request, and then has these events in its history. */
function server(...events: readonly object[]) {
  const asked: string[] = [];
  const sendRequest = (method: string): Promise<unknown> => {
    asked.push(method);
    if (asked.length > 1) return Promise.resolve({ events });
    const words = 'Pending response rejected since connection got disposed';
    return Promise.reject(new ResponseError(ErrorCodes.PendingResponseRejected, words));
  };
  const connection = new Connection(
    () => '',
    () => Promise.resolve(),
  );
  connection.use({
    isRunning: () => true,
    onNotification: () => ({ dispose: () => undefined }),
    sendRequest,
  } as unknown as LanguageClient);
  return { connection, asked };
}

async function told(asking: Promise<unknown>): Promise<string> {
  return asking.then(
    () => 'nothing',
    (error: unknown) => errorText(error),
  );
}

const LOST = 'The connection to the GTO server was lost.';

test('after the connection was lost it is told whether the tag is there', async () => {
  const act = { repo: REPO, name: 'churn', stage: 'prod' };
  const made = server(
    row('churn#prod#1', 'assignment', 'prod'),
    row('churn@v1.0.0', 'registration'),
  );
  assert.equal(
    await told(made.connection.ask('gto/assign', act)),
    `${LOST} Its tags have been created: churn#prod#1`,
  );
  assert.deepEqual(made.asked, ['gto/assign', 'gto/history']);
  const other = server(row('churn#dev#1', 'assignment', 'dev'));
  const words = await told(other.connection.ask('gto/assign', act));
  assert.equal(words, `${LOST} None of its tags exist so far.`);
});

test('of tags that were to be deleted it is told which are there still', async () => {
  const act = { repo: REPO, name: 'churn', version: 'v1.0.0', delete: true };
  const left = server(row('churn@v1.0.0', 'registration'));
  assert.equal(
    await told(left.connection.ask('gto/deregister', act)),
    `${LOST} These tags have not been deleted: churn@v1.0.0`,
  );
  const gone = server();
  const words = await told(gone.connection.ask('gto/deregister', act));
  assert.equal(words, `${LOST} The tags have been deleted.`);
});

test('the command of a code action is told of like any act', async () => {
  const { connection } = server(row('churn@v1.0.0', 'registration'));
  const act = { repo: REPO, name: 'churn', version: 'v1.0.0' };
  const error = await connection.ask('gto/push', { repo: REPO }).catch((each: unknown) => each);
  assert.equal(errorText(error), `${LOST} It is not known whether it was done.`);
  const lost = new ResponseError(ErrorCodes.PendingResponseRejected, '');
  const words = errorText(await connection.failureOf('gto.register', act, lost, 0));
  assert.equal(words, `${LOST} Its tags have been created: churn@v1.0.0`);
});

test('a question, and a trial, is asked again', async () => {
  const reading = server();
  await reading.connection.ask('gto/tree', { repo: REPO });
  assert.deepEqual(reading.asked, ['gto/tree', 'gto/tree']);
  const trial = server();
  await trial.connection.ask('gto/register', { repo: REPO, name: 'churn', dry_run: true });
  assert.deepEqual(trial.asked, ['gto/register', 'gto/register']);
});
