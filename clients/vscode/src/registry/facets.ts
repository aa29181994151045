import type { TreeRow } from '../protocol';
import { matches, STATES, valuesOf, type Condition, type Facet, type Filter } from './filter';

/** The artifacts of a repository, with its most important stage. */
export interface Searched {
  readonly all: readonly TreeRow[];
  readonly mainStage: string;
}

/** A condition that finds something, and how many artifacts beside the other conditions. */
export interface Offer {
  readonly condition: Condition & { readonly facet: Facet };
  readonly count: number;
}

const FACETS: readonly Facet[] = ['is', 'stage', 'type', 'label'];

/** What a filter can be narrowed or widened by: every value that is in use, the most frequent ones first. */
export function offersOf(searched: readonly Searched[], filter: Filter): readonly Offer[] {
  return FACETS.flatMap((facet) => {
    const others = filter.filter((each) => each.facet !== facet);
    const counts = new Map<string, number>();
    for (const { all, mainStage } of searched)
      for (const row of all) {
        const counted = matches(row, others, mainStage) ? 1 : 0;
        for (const value of valuesOf(row, facet, mainStage))
          counts.set(value, (counts.get(value) ?? 0) + counted);
      }
    const values = [...counts].map(([value, count]): Offer => ({
      condition: { facet, value },
      count,
    }));
    const place = ({ condition }: Offer): number =>
      facet === 'is' ? STATES.findIndex((state) => state === condition.value) : 0;
    return values.sort((one, other) => place(one) - place(other) || other.count - one.count);
  });
}

/** Whether a value of a facet is in use anywhere, so that it is worth being looked for while it is typed. */
export function isInUse(searched: readonly Searched[], { facet, value }: Condition): boolean {
  if (facet === undefined) return true;
  const found = [{ facet, value }];
  return searched.some(({ all, mainStage }) => all.some((row) => matches(row, found, mainStage)));
}
