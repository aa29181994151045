import type { MetricsResult, VersionValues } from '../protocol';
import { differenceText, valueText } from '../text/numbers';

/** Headline metrics that a line has room for, and rows of a table. */
const MAX_NAMED = 2;
const MAX_ROWS = 12;

/** The metrics of a version, and what an answer said of their keys. */
export interface Measured {
  readonly row: VersionValues;
  readonly short: MetricsResult['short'];
  readonly headline: MetricsResult['headline'];
  /** The stage that it is compared with. */
  readonly against: string | undefined;
}

/** What is known of the metrics of one repository's versions, by artifact and version. */
export class KnownMetrics {
  private readonly known = new Map<string, Measured>();

  of(name: string, version: string | null): Measured | undefined {
    return this.known.get(`${name}\n${version ?? ''}`);
  }

  /** Takes an answer in; returns the artifacts of which it says something new. */
  take({ versions, short, headline }: MetricsResult, against?: string): readonly string[] {
    const changed = new Set<string>();
    for (const row of versions) {
      const key = `${row.artifact}\n${row.version}`;
      const measured = { row, short, headline, against };
      const isNew = JSON.stringify(this.known.get(key)) !== JSON.stringify(measured);
      if (isNew && Object.keys(row.values).length > 0) changed.add(row.artifact);
      if (isNew) this.known.set(key, measured);
    }
    return [...changed];
  }
}

const name = ({ short }: Measured, key: string): string => short[key] ?? key;

const shown = ({ row }: Measured, key: string): string | undefined => {
  const value = row.special?.[key] ?? row.values[key];
  return value === null || value === undefined ? undefined : valueText(value);
};

/** The headline metrics in a line, so many at most: "auc 0.934". */
export function headlineText(measured: Measured | undefined, most = MAX_NAMED): string {
  if (measured === undefined) return '';
  const said = measured.headline.slice(0, most).flatMap((key) => {
    const value = shown(measured, key);
    return value === undefined ? [] : [`${name(measured, key)} ${value}`];
  });
  return said.join(', ');
}

/** The metrics of a version: name, value, and the difference to the stage that it is compared with. */
export function metricRows(measured: Measured): {
  readonly rows: readonly (readonly [string, string, string])[];
  readonly more: number;
} {
  const { row, headline } = measured;
  const keys = Object.keys(row.values);
  const first = headline.filter((key) => keys.includes(key));
  const all = [...first, ...keys.filter((key) => !first.includes(key))];
  const rows = all.slice(0, MAX_ROWS).map((key) => {
    const difference = row.changes[key]?.difference;
    const words = typeof difference === 'number' ? differenceText(difference) : '';
    return [name(measured, key), shown(measured, key) ?? '–', words] as const;
  });
  return { rows, more: all.length - rows.length };
}

/** How the headline metrics change from one version to another: "auc 0.909 → 0.913". */
export function metricsChange(
  { versions, short, headline }: MetricsResult,
  from: string,
  to: string,
): readonly string[] {
  const [before, after] = [from, to].map((wanted) =>
    versions.find(({ version }) => version === wanted),
  );
  if (before === undefined || after === undefined) return [];
  return headline.slice(0, MAX_NAMED).flatMap((key) => {
    const [old, now] = [before, after].map((row) =>
      shown({ row, short, headline, against: undefined }, key),
    );
    return old === undefined || now === undefined ? [] : [`${short[key] ?? key} ${old} → ${now}`];
  });
}
