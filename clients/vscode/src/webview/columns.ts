// How wide the columns of the table of versions are: as wide as what is in them.
import type { MetricsResult, VersionValues } from '../protocol';
import { differenceText, valueText } from '../text/numbers';

/** Pixels around the text of a cell, of a tick, and around the name of a stage. */
const AROUND = 20;
const TICK = 22;
const BADGE = 20;
const CREATED = 120;
/** Between a value and its change; of a sparkline, and of an arrow beside the head. */
const BETWEEN = 8;
const LEAST = 104;
const ARROW = 16;
/** How much smaller changes are written. */
const SMALLER = 0.92;
/** Longer texts are cut. */
const MOST = 280;

/** A column of a metric, and its part for changes. */
interface MetricWidth {
  readonly width: number;
  readonly change: number;
}

export interface Widths {
  readonly version: number;
  readonly stages: number;
  readonly created: number;
  readonly metrics: ReadonlyMap<string, MetricWidth>;
}

/** The change of a metric that is shown beside it. */
export function changeText({ changes }: VersionValues, key: string): string {
  const difference = changes[key]?.difference;
  return typeof difference === 'number' && difference !== 0 ? differenceText(difference) : '';
}

/** A metric of a version; null where it has none. */
export const valueOf = ({ values, special }: VersionValues, key: string): unknown =>
  special?.[key] ?? values[key] ?? null;

/** The columns of an answer; `digit` is the width of a digit, and `deregistered` stands beside the stages. */
export function widthsOf(
  { versions, keys, short }: MetricsResult,
  digit: number,
  deregistered: string,
): Widths {
  const longest = (texts: readonly string[]): number =>
    Math.ceil(digit * texts.reduce((most, each) => Math.max(most, each.length), 0));
  const column = (least: number, ...widths: readonly number[]): number =>
    Math.min(
      MOST,
      widths.reduce((most, each) => Math.max(most, each + AROUND), least),
    );
  const stages = versions.map((row) =>
    [...row.stages, ...(row.active ? [] : [deregistered])].reduce(
      (sum, each) => sum + longest([each]) + BADGE,
      0,
    ),
  );
  const metricWidth = (key: string): MetricWidth => {
    const texts = versions.map((row) => valueText(valueOf(row, key) ?? '–'));
    const change = Math.ceil(SMALLER * longest(versions.map((row) => changeText(row, key))));
    const head = longest([short[key] ?? key]) + ARROW;
    const width = column(LEAST, head, longest(texts) + (change > 0 ? change + BETWEEN : 0));
    return { width, change };
  };
  return {
    version: column(90, TICK + longest(versions.map(({ label }) => label))),
    stages: column(100, ...stages),
    created: CREATED,
    metrics: new Map(keys.map((key) => [key, metricWidth(key)])),
  };
}

/** Where columns begin that are this wide, and where the last one ends. */
export function beginnings(widths: readonly number[]): readonly number[] {
  const all = [0];
  for (const width of widths) all.push((all.at(-1) ?? 0) + width);
  return all;
}

/** The columns that are in sight, by where they begin, and some on either side. */
export function columnsInSight(
  begins: readonly number[],
  { left, width }: { readonly left: number; readonly width: number },
  around = 3,
): readonly [from: number, to: number] {
  const count = begins.length - 1;
  const first = begins.findIndex((_, at) => (begins[at + 1] ?? Infinity) > left);
  const after = begins.findIndex((begin, at) => at === count || begin >= left + width);
  return [Math.max(0, first - around), Math.min(count, after + around)];
}
