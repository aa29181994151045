import assert from 'node:assert/strict';
import test from 'node:test';
import { labelsOf } from '../../src/registry/labels';

for (const [roots, labels] of [
  [['/w/reg'], ['reg']],
  [
    ['/w/one', '/w/two'],
    ['one', 'two'],
  ],
  [
    ['/w/a/reg', '/w/b/reg', '/w/c'],
    ['a/reg', 'b/reg', 'c'],
  ],
  [
    ['/x/a/reg', '/y/a/reg', '/y/b/reg'],
    ['x/a/reg', 'y/a/reg', 'b/reg'],
  ],
  [
    ['/reg', '/w/reg', '/w/reg/sub/reg'],
    ['/reg', 'w/reg', 'sub/reg'],
  ],
  [
    ['C:\\a\\reg', 'C:\\b\\reg'],
    ['a/reg', 'b/reg'],
  ],
] as const) {
  test(`what tells repositories apart is before their names: ${labels.join(', ')}`, () => {
    assert.deepEqual([...labelsOf(roots).values()], labels);
  });
}
