import assert from 'node:assert/strict';
import test, { beforeEach } from 'node:test';
import { Refusal } from '../../src/client/refusal';
import { explained, showClashes, showNewClashes } from '../../src/commands/clash';
import type { MadeTag, SentTag } from '../../src/protocol';
import type { Repository } from '../../src/registry/repository';
import { clashText } from '../../src/text/pages';
import { clashMessage } from '../../src/text/descriptions';
import type { Tools } from '../../src/tools';
import { choices, told } from './vscode';

function made(told: Partial<MadeTag> = {}): MadeTag {
  return {
    oid: 'a'.repeat(40),
    tagger: 'Bob',
    email: 'bob@example.com',
    created_at: new Date(Date.now() - 2 * 24 * 3600_000).toISOString(),
    target: 'c'.repeat(40),
    ...told,
  };
}

const clash = { local: made({ tagger: 'Ann', oid: 'b'.repeat(40) }), remote: made() };
const tag: SentTag = { tag: 'churn@v3.1.0', status: 'different', clash };
const repository = { root: '/repo' } as unknown as Repository;

function remembering(asked?: () => Promise<unknown>): Tools {
  const kept = new Map<string, unknown>();
  const memory = {
    get: (key: string) => kept.get(key),
    update: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
  };
  return { memory, connection: { ask: asked } } as unknown as Tools;
}

beforeEach(() => {
  told.length = 0;
  choices.length = 0;
});

test('a clash is told with who made the other tag, where that is known; several in one', () => {
  assert.equal(
    clashMessage([tag], 'origin'),
    'churn@v3.1.0 is different on origin (by Bob, 2 days ago).',
  );
  for (const unknown of [null, { local: null, remote: null }])
    assert.equal(
      clashMessage([{ ...tag, clash: unknown }], 'origin'),
      'churn@v3.1.0 is different on origin.',
    );
  const named = (...names: string[]): SentTag[] => names.map((each) => ({ ...tag, tag: each }));
  assert.equal(
    clashMessage(named('a@v1', 'b@v1'), 'origin'),
    '2 tags are different on origin: a@v1, b@v1.',
  );
  assert.match(clashMessage(named('a', 'b', 'c', 'd'), 'origin'), /^4 tags .*: a, b, c, …\.$/);
  const evil = { ...clash, remote: made({ tagger: '[x](command:y)' }) };
  assert.doesNotMatch(clashMessage([{ ...tag, clash: evil }], 'origin'), /\]\(/);
});

test('what somebody keeps is not asked again after a fetch, until it differs in another way', async () => {
  const tools = remembering();
  const fetched = async (...tags: SentTag[]): Promise<number> => {
    told.length = 0;
    await showNewClashes(tools, repository, 'origin', tags);
    return told.length;
  };
  assert.equal(await fetched(tag), 1, 'closing the message decides nothing');
  choices.push('Keep Mine');
  assert.equal(await fetched(tag), 1);
  assert.equal(await fetched(tag), 0);
  assert.equal(await fetched(tag, { ...tag, tag: 'churn@v4.0.0' }), 1);
  assert.deepEqual(told, ['churn@v4.0.0 is different on origin (by Bob, 2 days ago).']);
  const moved = { ...clash, remote: made({ oid: 'd'.repeat(40) }) };
  assert.equal(await fetched({ ...tag, clash: moved }), 1);
  told.length = 0;
  await showNewClashes(tools, repository, 'other', [tag]);
  await showNewClashes(tools, { root: '/else' } as unknown as Repository, 'origin', [tag]);
  assert.equal(told.length, 2, 'it was decided about one remote of one repository');
});

test('about a tag that nobody can read nothing is decided; a push that lacks one says so anyway', async () => {
  const tools = remembering();
  const unread = { ...tag, clash: null };
  for (let times = 0; times < 2; times++) {
    choices.push('Keep Mine');
    await showNewClashes(tools, repository, 'origin', [unread]);
  }
  choices.push('Keep Mine');
  await showClashes(tools, repository, 'origin', [tag]);
  await showClashes(tools, repository, 'origin', [tag]);
  assert.equal(told.length, 4);
});

test('a remote that does not let us in leaves the clash unexplained', async () => {
  const answer = { tags: [tag, { tag: 'x', status: 'not there' }] };
  const [open, closed] = [
    remembering(() => Promise.resolve(answer)),
    remembering(() => Promise.reject(new Refusal('no', 'AuthenticationFailed', ''))),
  ];
  assert.deepEqual(await explained(open, repository, 'origin', [tag.tag]), [tag]);
  assert.deepEqual(await explained(closed, repository, 'origin', [tag.tag]), [
    { tag: tag.tag, status: 'different' },
  ]);
});

test('both sides are laid beside each other, and what one does to have the other is told', () => {
  const side = (isHere: boolean): string =>
    clashText({
      where: 'x',
      isHere,
      more: 2,
      tags: [
        { tag: tag.tag, made: isHere ? clash.local : clash.remote },
        { tag: 'churn#prod#4', made: null },
      ],
    });
  assert.match(side(true), /by: Ann <bob@example\.com>/);
  assert.match(side(true), /git tag -d 'churn@v3\.1\.0'\n {2}git tag -d 'churn#prod#4'/);
  assert.match(side(false), /object: a{40}\ncommit: c{40}\nby: Bob/);
  assert.doesNotMatch(side(false), /git tag/);
  for (const each of [side(true), side(false)]) {
    assert.match(each, /tag: churn#prod#4\nIt cannot be read\./);
    assert.match(each, /and 2 more/);
  }
});

test('the remedy names the repository where a terminal may be in another', () => {
  const side = { where: 'here', isHere: true, tags: [{ tag: "a'b", made: null }], more: 0 };
  assert.match(clashText(side), /^ {2}git tag -d 'a'\\''b'$/m);
  assert.match(clashText(side, '/w/b reg'), /^ {2}git -C '\/w\/b reg' tag -d 'a'\\''b'$/m);
});
