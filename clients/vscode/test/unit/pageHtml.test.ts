import assert from 'node:assert/strict';
import test from 'node:test';
import { pageHtml } from '../../src/panels/html';

test('a page may load its own script and style, and nothing else', () => {
  const html = pageHtml({
    language: 'en"><script>',
    source: 'https://own',
    nonce: 'abc',
    script: 'https://own/compare.js',
    style: 'https://own/compare.css',
  });
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
  assert.match(
    policy,
    /^default-src &#39;none&#39;; script-src &#39;nonce-abc&#39;; style-src https:/,
  );
  assert.doesNotMatch(policy, /unsafe|connect-src/);
  assert.equal(html.match(/<script/g)?.length, 1);
});
