import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import test from 'node:test';

/** Kilobytes, a third more than there are: what comes in by accident, a library or a second copy of one, is more. */
const BOUNDS: Readonly<Record<string, number>> = {
  'extension.js': 720,
  'webview/compare.js': 88,
  'webview/compare.css': 14,
  'webview/versions.js': 20,
  'webview/versions.css': 14,
  'webview/board.js': 30,
  'webview/board.css': 20,
};

for (const [file, most] of Object.entries(BOUNDS)) {
  test(`${file} is no larger than ${most} kB`, () => {
    const { size } = statSync(`dist/${file}`);
    assert.ok(size > 0 && size <= most * 1000, `${size} bytes`);
  });
}
