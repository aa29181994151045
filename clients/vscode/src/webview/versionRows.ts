import type { VersionValues } from '../protocol';

/** By what the rows are ordered: a column, or a metric by its key. */
export interface Order {
  readonly by: 'version' | 'stages' | 'created' | { readonly metric: string };
  readonly isDescending: boolean;
}

/** A row, with its place among all: the greatest version is at 0. */
export interface Ranked {
  readonly row: VersionValues;
  readonly rank: number;
}

const COMPARISON = /^(.+?)(<=|>=|<|>|=)(.+)$/;

/**
 * The rows that a filter leaves: each of its words is part of a version, a stage or a commit, or compares a metric by
 * its short name: `auc>0.9`.
 */
export function filtered(
  rows: readonly Ranked[],
  filter: string,
  short: Readonly<Record<string, string>>,
): readonly Ranked[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const tests = words.map((word) => testOf(word, short));
  return tests.length === 0 ? rows : rows.filter(({ row }) => tests.every((test) => test(row)));
}

function testOf(
  word: string,
  short: Readonly<Record<string, string>>,
): (row: VersionValues) => boolean {
  const [, name, sign, limit] = COMPARISON.exec(word) ?? [];
  if (name !== undefined && sign !== undefined && limit !== undefined) {
    const key = Object.keys(short).find(
      (each) => each.toLowerCase() === name || short[each]?.toLowerCase() === name,
    );
    return (row) => key !== undefined && holds(row.values[key], sign, limit);
  }
  return ({ label, version, stages, commit }) =>
    [label, version, ...stages].some((each) => each.toLowerCase().includes(word)) ||
    commit.startsWith(word);
}

function holds(value: unknown, sign: string, limit: string): boolean {
  if (typeof value !== 'number') return sign === '=' && String(value).toLowerCase() === limit;
  const wanted = Number(limit);
  switch (sign) {
    case '<':
      return value < wanted;
    case '<=':
      return value <= wanted;
    case '>':
      return value > wanted;
    case '>=':
      return value >= wanted;
    default:
      return value === wanted;
  }
}

/** The rows in an order. What has no value comes last in either direction; equal ones stay as they are. */
export function ordered(rows: readonly Ranked[], { by, isDescending }: Order): readonly Ranked[] {
  const sign = isDescending ? -1 : 1;
  if (by === 'version') return [...rows].sort((one, other) => sign * (other.rank - one.rank));
  const valueOf = ({ row }: Ranked): unknown => {
    if (by === 'created') return row.created_at;
    if (by === 'stages') return row.stages.join(', ') || null;
    return row.values[by.metric];
  };
  return [...rows].sort((one, other) => {
    const [left, right] = [valueOf(one) ?? null, valueOf(other) ?? null];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    if (typeof left === 'number' && typeof right === 'number') return sign * (left - right);
    if (typeof left !== typeof right)
      return Number(typeof right === 'number') - Number(typeof left === 'number');
    const [words, others] = [left, right].map((each) =>
      typeof each === 'string' ? each : JSON.stringify(each),
    );
    return sign * (words ?? '').localeCompare(others ?? '', undefined, { numeric: true });
  });
}

/** How a metric went, from the smallest version to the greatest: points of a line in a box, and where it stands now. */
export function sparkline(
  values: readonly unknown[],
  {
    width,
    height,
    most = 80,
  }: { readonly width: number; readonly height: number; readonly most?: number },
): string {
  const numbers = values.map((each) =>
    typeof each === 'number' && Number.isFinite(each) ? each : undefined,
  );
  const known = numbers.filter((each) => each !== undefined);
  if (known.length < 2) return '';
  const low = known.reduce((one, other) => Math.min(one, other));
  const high = known.reduce((one, other) => Math.max(one, other));
  const step = Math.max(1, Math.ceil(numbers.length / most));
  const across = (at: number): number => (width * at) / Math.max(1, numbers.length - 1);
  const up = (value: number): number =>
    high === low ? height / 2 : height - (height * (value - low)) / (high - low);
  const points: string[] = [];
  for (let at = 0; at < numbers.length; at += 1) {
    const value = numbers[at];
    const isLast = at === numbers.length - 1;
    if (value !== undefined && (at % step === 0 || isLast))
      points.push(`${across(at).toFixed(1)},${up(value).toFixed(1)}`);
  }
  return points.join(' ');
}

/** The rows that are in sight, and some on either side. */
export function inSight(
  { top, height, row }: { readonly top: number; readonly height: number; readonly row: number },
  count: number,
  around = 6,
): readonly [from: number, to: number] {
  const from = Math.max(0, Math.floor(top / row) - around);
  const to = Math.min(count, Math.ceil((top + height) / row) + around);
  return [Math.min(from, Math.max(0, count)), Math.max(to, Math.min(from, count))];
}

/** What a version can be compared with: any other, the one before, what is in a stage. Nothing else is offered. */
export function comparisons(all: readonly Ranked[], version: string | undefined) {
  const others = all.filter(({ row }) => row.version !== version);
  const own = all.find(({ row }) => row.version === version);
  return {
    comparable: others.length > 0,
    earlier: others.some(({ row, rank }) => own !== undefined && row.active && rank > own.rank),
    elsewhere: others.some(({ row }) => row.stages.length > 0),
  };
}
