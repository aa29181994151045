import compare from 'semver/functions/compare';
import parse from 'semver/functions/parse';
import type { TreeRow } from '../protocol';

/** What is looked at of an artifact, in place of its words: `stage:prod`, `is:changed`. */
export type Facet = 'stage' | 'type' | 'label' | 'is';

/** A part of a filter; without a facet it is a word that is looked for. */
export interface Condition {
  readonly facet: Facet | undefined;
  readonly value: string;
}

/** Of conditions on one facet any has to be met, of those on different facets all, and every word. Empty: everything. */
export type Filter = readonly Condition[];

/** The values of `is:`. */
export const STATES = ['changed', 'unpushed', 'unregistered', 'problem'] as const;

const PART = /(stage|type|label|is):("[^"]*"?|\S*)|("[^"]*"?|\S+)/gi;

/** The filter that somebody wrote: `audio stage:prod label:"two words"`. What is not finished yet counts for nothing. */
export function parseFilter(query: string): Filter {
  return [...query.matchAll(PART)].flatMap(([, facet, named, word]) => {
    const value = (named ?? word ?? '').replace(/^"|"$/g, '');
    return value ? [{ facet: facet?.toLowerCase() as Facet | undefined, value }] : [];
  });
}

/** The same as it is written. */
export function filterText(filter: Filter): string {
  return filter
    .map(({ facet, value }) => {
      const isPlain =
        !/[\s"]/.test(value) && (facet !== undefined || !/^(stage|type|label|is):/i.test(value));
      return `${facet === undefined ? '' : `${facet}:`}${isPlain ? value : `"${value}"`}`;
    })
    .join(' ');
}

/** With a condition if it is not among these, else without it. */
export function toggled(filter: Filter, condition: Condition): Filter {
  const others = filter.filter((each) => !isSame(each, condition));
  return others.length < filter.length ? others : [...filter, condition];
}

export function isSame(one: Condition, other: Condition): boolean {
  return one.facet === other.facet && isEqual(one.value, other.value);
}

/**
 * Whether an artifact is among what is looked for.
 *
 * @param mainStage the most important stage, which `is:changed` is about
 */
export function matches(row: TreeRow, filter: Filter, mainStage: string): boolean {
  const asked = new Map<Facet, string[]>();
  for (const { facet, value } of filter) {
    if (facet === undefined) {
      if (!hasWord(row, value)) return false;
    } else asked.set(facet, [...(asked.get(facet) ?? []), value]);
  }
  return [...asked].every(([facet, values]) => {
    const found = valuesOf(row, facet, mainStage);
    return values.some((value) => found.some((each) => isEqual(each, value)));
  });
}

/** The values that an artifact has of a facet. */
export function valuesOf(row: TreeRow, facet: Facet, mainStage: string): readonly string[] {
  switch (facet) {
    case 'stage':
      return Object.keys(row.stages).filter((stage) => isIn(row, stage));
    case 'type':
      return row.type === null ? [] : [row.type];
    case 'label':
      return row.labels ?? [];
    case 'is':
      return STATES.filter((state) => IS[state](row, mainStage));
  }
}

const IS: Readonly<Record<(typeof STATES)[number], (row: TreeRow, mainStage: string) => boolean>> =
  {
    changed: isChangedSince,
    unpushed: (row) => (row.unpushed ?? 0) > 0,
    unregistered: (row) => !row.registered,
    problem: hasProblem,
  };

/** Whether something is in a stage. */
export function isIn(row: TreeRow, stage: string): boolean {
  return (row.stages[stage] ?? []).length > 0;
}

/** Whether something is wrong with it, and not only worth a hint. */
export function hasProblem(row: TreeRow): boolean {
  return row.problems.some(({ severity }) => severity !== 'info');
}

/** Whether the latest version is newer than what a stage holds; what is in no such stage has nothing to be newer than. */
export function isChangedSince(row: TreeRow, stage: string): boolean {
  const { latest } = row;
  const held = row.stages[stage] ?? [];
  return latest !== null && held.length > 0 && held.every((version) => isNewer(latest, version));
}

/** A commit that was never registered is older than any version. */
function isNewer(one: string, other: string): boolean {
  const [left, right] = [parse(one), parse(other)];
  return right === null ? one !== other : left !== null && compare(left, right) > 0;
}

function hasWord(row: TreeRow, word: string): boolean {
  const wanted = folded(word);
  return [row.name, row.description, ...(row.labels ?? [])].some((text) =>
    folded(text).includes(wanted),
  );
}

const isEqual = (one: string, other: string): boolean => folded(one) === folded(other);

const folded = (text: string): string => text.normalize('NFC').toLowerCase();
