// What can be done about an artifact now: nothing else is offered.
import type { TreeRow } from '../protocol';

/** Whether a stage held another version before, which a rollback brings back. */
export function canRollBack(row: TreeRow | undefined, stage: string): boolean {
  return row?.earlier.includes(stage) ?? false;
}

/** Whether some stage holds another version, which this one can be compared with. */
export function isAnotherHeld(row: TreeRow | undefined, version: string): boolean {
  return Object.values(row?.stages ?? {}).some((held) => held.some((each) => each !== version));
}
