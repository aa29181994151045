import compare from 'semver/functions/compare';
import parse from 'semver/functions/parse';
import type { TreeRow, VersionRow } from '../protocol';

/** `gto.views.sort`: by what the rows of the Artifacts view are ordered. */
export type Sort = 'name' | 'semver' | 'time';

type Order<T> = (one: T, other: T) => number;

/**
 * Artifacts in their order. The daemon's is by folder and name, which also decides where the chosen one does not.
 * `semver`: by the latest version, the greatest first. `time`: by when a version last came into a stage, the newest
 * first. What has neither comes last.
 */
export function artifactsInOrder(rows: readonly TreeRow[], sort: Sort): readonly TreeRow[] {
  switch (sort) {
    case 'semver':
      return [...rows].sort(missingLast(({ latest }) => latest ?? undefined, byVersion));
    case 'time':
      return [...rows].sort(missingLast(movedAt, (one, other) => other - one));
    default:
      return rows;
  }
}

/** Versions in their order: the daemon's is the greatest first; with `time` it is the newest that comes first. */
export function versionsInOrder(rows: readonly VersionRow[], sort: Sort): readonly VersionRow[] {
  if (sort !== 'time') return rows;
  const madeAt = ({ created_at }: VersionRow): number | undefined =>
    created_at === null ? undefined : Date.parse(created_at);
  return [...rows].sort(missingLast(madeAt, (one, other) => other - one));
}

function movedAt(row: TreeRow): number | undefined {
  const times = Object.values(row.since).map((since) => Date.parse(since));
  return times.length > 0 ? Math.max(...times) : undefined;
}

/** The greatest first. The daemon calls nothing a version that is none; the words decide all the same. */
const byVersion: Order<string> = (one, other) => {
  const [left, right] = [parse(one), parse(other)];
  return left && right ? compare(right, left) : other.localeCompare(one);
};

function missingLast<T, V>(valueOf: (row: T) => V | undefined, order: Order<V>): Order<T> {
  return (one, other) => {
    const [left, right] = [valueOf(one), valueOf(other)];
    if (left !== undefined && right !== undefined) return order(left, right);
    return Number(left === undefined) - Number(right === undefined);
  };
}
