import assert from 'node:assert/strict';
import test from 'node:test';
import {
  isSameRepository,
  linkText,
  readLink,
  repositoryOf,
  type Link,
} from '../../src/links/link';
import { Uri } from './vscode';

const link = (told: Partial<Link> = {}): Link => ({
  does: 'open',
  name: 'churn',
  version: undefined,
  stage: undefined,
  repo: 'github.com/ann/models',
  ...told,
});

test('a link is read as it was written, and has its signs encoded', () => {
  const written: [Link, string][] = [
    [link(), '/open/churn?repo=github.com%2Fann%2Fmodels'],
    [link({ version: 'v3.1.0' }), '/open/churn@v3.1.0?repo=github.com%2Fann%2Fmodels'],
    [link({ stage: 'prod' }), '/open/churn%23prod?repo=github.com%2Fann%2Fmodels'],
    [
      link({ name: 'a/b-c:x/y', version: 'v1.0.0-rc.1+b', repo: undefined }),
      '/open/a%2Fb-c%3Ax%2Fy@v1.0.0-rc.1%2Bb',
    ],
    [
      link({ does: 'propose', version: 'v3.1.0', stage: 'prod', repo: 'h:8443/a' }),
      '/propose/churn@v3.1.0?stage=prod&repo=h%3A8443%2Fa',
    ],
  ];
  for (const [meant, text] of written) {
    const address = linkText(meant, 'vscode');
    assert.equal(address, `vscode://gtod.gto-registry${text}`);
    assert.deepEqual(readLink(Uri.parse(address)), meant);
  }
});

test('a repository has one name, whoever wrote its URL, and no secret is in it', () => {
  for (const url of [
    'https://github.com/Ann/models.git',
    'https://github.com/Ann/models/',
    'https://ann:s3cret@github.com/Ann/models.git',
    'https://token@GitHub.com/Ann/models?private_token=s3cret#s3cret',
    'https://a@b:s3cret@github.com/Ann/models',
    'http://github.com:80/Ann/models.git',
    'git@github.com:Ann/models.git',
    'ssh://git@github.com:22/Ann/models.git',
    'git://github.com/Ann/models',
  ])
    assert.equal(repositoryOf(url), 'github.com/Ann/models', url);
  assert.equal(repositoryOf('https://git.example:8443/a'), 'git.example:8443/a');
  assert.ok(isSameRepository('GitHub.com/ann/Models', 'github.com/Ann/models'));
  for (const url of [
    '/srv/git/models.git',
    '../models',
    'file:///srv/git/models.git',
    'C:\\models',
    'C:/models',
    'ext::sh -c evil',
    'https://github.com/',
    'https://github.com/a b',
    'https://github.com/a%0Ab',
    'git@host:a/$(evil)',
    'https://-evil/a',
  ])
    assert.equal(repositoryOf(url), undefined, url);
});

test('what nobody could have copied is no link', () => {
  const long = 'a'.repeat(301);
  for (const text of [
    '/',
    '/open',
    '/open/',
    '/delete/churn@v1.0.0',
    '/open/churn@v1.0.0/../../x',
    '/open/churn@latest',
    '/open/churn@v1.0.0!',
    '/open/churn@v1.0.0%23x',
    '/open/churn#prod',
    '/open/%5Bx%5D(command:evil)',
    '/open/churn%0Aevil',
    '/open/%E2%80%AEnruhc',
    '/open/-x',
    `/open/${long}`,
    '/open/churn?repo=',
    '/open/churn?repo=github.com',
    '/open/churn?repo=https://github.com/a',
    '/open/churn?repo=a@github.com/a',
    '/open/churn?repo=github.com/../../etc',
    '/open/churn?repo=github.com/a%20--upload-pack=evil',
    '/open/churn?repo=-evil/a',
    `/open/churn?repo=h/${long}`,
    '/propose/churn@v1.0.0',
    '/propose/churn@v1.0.0?stage=',
    '/propose/churn@v1.0.0?stage=a%20b',
    '/propose/churn?stage=prod',
    '/propose/churn%23dev?stage=prod',
  ])
    assert.equal(readLink(Uri.parse(`vscode://gtod.gto-registry${text}`)), undefined, text);
});

test('a link to a stage is about all that is in it, and nothing can be proposed by it', () => {
  const stage = link({ name: '', stage: 'prod' });
  const address = linkText(stage, 'vscode');
  assert.equal(address, 'vscode://gtod.gto-registry/open/%23prod?repo=github.com%2Fann%2Fmodels');
  assert.deepEqual(readLink(Uri.parse(address)), stage);
  for (const text of ['/open/%40v1.0.0', '/propose/%23prod?stage=prod', '/open/%23a%20b'])
    assert.equal(readLink(Uri.parse(`vscode://gtod.gto-registry${text}`)), undefined, text);
});
