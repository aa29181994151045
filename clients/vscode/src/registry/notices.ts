import type { DidChangeParams } from '../protocol';

/** A notification of the daemon, and the clock that it changed from. */
export interface Noticed {
  readonly notice: DidChangeParams;
  readonly since: string;
}

/** Notifications that follow each other, as one for each that did them: this window, or others. */
export function together(noticed: readonly Noticed[]): readonly Noticed[] {
  const all: Noticed[] = [];
  for (const { notice, since } of noticed) {
    const last = all.at(-1);
    if (last === undefined || last.notice.origin !== notice.origin) all.push({ notice, since });
    else {
      const artifacts = [...new Set([...last.notice.artifacts, ...notice.artifacts])];
      all.splice(-1, 1, { notice: { ...notice, artifacts }, since: last.since });
    }
  }
  return all;
}
