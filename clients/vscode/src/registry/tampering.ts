/** The codes of findings that are signs of tampering. */
export const TAMPERING = new Set([
  'counter-gap',
  'vanished-tag',
  'moved-tag',
  'backdated-tag',
  'future-tag',
  'ambiguous-order',
  'differs-from-remote',
  'rules-rewritten',
]);
