import type { Plot, PlotData } from '../protocol';

type Point = PlotData['points'][number];

/** A plot whose data are in the order of the sides that they are of, and say which these are, from 0. */
export type SidedPlot = Omit<Plot, 'data'> & {
  readonly data: readonly (PlotData & { readonly side: number })[];
};

/** A plot of the versions with these labels. It comes with the greatest first, and without those that lack it. */
export function sided(plot: Plot, labels: readonly string[]): SidedPlot {
  const data = plot.data.map((each) => ({ ...each, side: labels.indexOf(each.label) }));
  return { ...plot, data: data.sort((one, other) => one.side - other.side) };
}

/** One line, or cloud, of a plot. */
export interface Series {
  readonly label: string;
  /** Which of the versions it is of, from 0. */
  readonly side: number;
  /** Which of the version's lines it is, from 0. */
  readonly line: number;
}

/** A plot along numbers or words, as uPlot takes it: a value of each series, or none, for each place along. */
export interface Drawing {
  readonly along: readonly number[];
  /** What stands at 0, 1, 2, …; undefined where the places are numbers. */
  readonly words: readonly string[] | undefined;
  readonly series: readonly Series[];
  readonly values: readonly (readonly (number | null)[])[];
}

/** How often each pair occurs: what it was, and what it was taken for. */
export interface Confusion {
  readonly label: string;
  readonly counts: readonly (readonly number[])[];
}

const text = (value: unknown): string => {
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? '' : JSON.stringify(value);
};

/** A number of a file; files of CSV have them as words. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** The points of a version by line: a plot may have several fields, or several files, in one. */
function linesOf({ points }: PlotData): readonly (readonly [string, readonly Point[]])[] {
  const lines = new Map<string, Point[]>();
  for (const point of points) {
    const name = [point['filename'], point['field']].map(text).filter(Boolean).join(' ');
    const line = lines.get(name);
    if (line === undefined) lines.set(name, [point]);
    else line.push(point);
  }
  return [...lines];
}

/** The lines of all versions of a plot, laid over each other. */
export function drawing(plot: SidedPlot): Drawing {
  const found = plot.data.flatMap((data) => {
    const lines = linesOf(data);
    return lines.map(([name, points], line) => ({
      series: {
        label: lines.length > 1 ? `${data.label} ${name}` : data.label,
        side: data.side,
        line,
      },
      points: points.flatMap((point) => {
        const y = numberOf(point[plot.y]);
        return y === undefined ? [] : [{ x: point[plot.x], y }];
      }),
    }));
  });
  const isNumeric = found.every(({ points }) => points.every(({ x }) => numberOf(x) !== undefined));
  const words = [...new Set(found.flatMap(({ points }) => points.map(({ x }) => text(x))))];
  const places = new Map(words.map((word, at) => [word, at]));
  const all = found.flatMap(({ points }, of) =>
    points.map(({ x, y }) => ({
      of,
      y,
      at: isNumeric ? (numberOf(x) ?? 0) : (places.get(text(x)) ?? 0),
    })),
  );
  // Stable: a curve that goes straight up stays as it is.
  all.sort((one, other) => one.at - other.at);
  return {
    along: all.map(({ at }) => at),
    words: isNumeric ? undefined : words,
    series: found.map(({ series }) => series),
    values: found.map((_, of) => all.map((point) => (point.of === of ? point.y : null))),
  };
}

/** A confusion matrix of each version, all with the same classes. */
export function confusions(plot: SidedPlot): {
  readonly classes: readonly string[];
  readonly of: readonly Confusion[];
} {
  const classes = [
    ...new Set(
      plot.data.flatMap(({ points }) => points.flatMap((each) => [each[plot.x], each[plot.y]])),
    ),
  ]
    .map(text)
    .filter((name, at, all) => all.indexOf(name) === at)
    .sort((one, other) => one.localeCompare(other, undefined, { numeric: true }));
  const places = new Map(classes.map((name, at) => [name, at]));
  const of = plot.data.map(({ label, points }) => {
    const counts = classes.map(() => classes.map(() => 0));
    for (const point of points) {
      const row = counts[places.get(text(point[plot.x])) ?? 0];
      const column = places.get(text(point[plot.y])) ?? 0;
      if (row !== undefined) row[column] = (row[column] ?? 0) + 1;
    }
    return { label, counts };
  });
  return { classes, of };
}

/** Bars of each version: a number for each word. */
export function bars(plot: SidedPlot): {
  readonly words: readonly string[];
  readonly of: readonly {
    readonly label: string;
    readonly side: number;
    readonly values: ReadonlyMap<string, number>;
  }[];
} {
  // DVC's horizontal bars have the number along, and the words upwards.
  const isWord = (field: string): boolean =>
    plot.data.some(({ points }) => points.some((each) => numberOf(each[field]) === undefined));
  const [word, number] = isWord(plot.x) && !isWord(plot.y) ? [plot.x, plot.y] : [plot.y, plot.x];
  const of = plot.data.map(({ label, side, points }) => {
    const values = new Map<string, number>();
    for (const point of points) {
      const value = numberOf(point[number]);
      if (value !== undefined) values.set(text(point[word]), value);
    }
    return { label, side, values };
  });
  return { words: [...new Set(of.flatMap(({ values }) => [...values.keys()]))], of };
}
