import type { HistoryRow, Methods } from '../protocol';

type EventKind = HistoryRow['event'];

/** The kind of event that an act's tag is. */
const EVENTS: ReadonlyMap<string, EventKind> = new Map<keyof Methods, EventKind>([
  ['gto/register', 'registration'],
  ['gto/assign', 'assignment'],
  ['gto/rollback', 'assignment'],
  ['gto/unassign', 'unassignment'],
  ['gto/deregister', 'deregistration'],
  ['gto/deprecate', 'deprecation'],
]);

interface Named {
  readonly name?: string;
  readonly stage?: string | null;
  readonly version?: string | null;
  readonly delete?: boolean;
}

interface Act extends Named {
  readonly event: EventKind;
}

/** The acts on tags that a request stands for; none where it creates and deletes no tags. */
export function actsOf(method: string, params: unknown): readonly Act[] {
  if (method === ('gto/apply' satisfies keyof Methods)) {
    const { actions } = params as Methods['gto/apply']['params'];
    return actions.flatMap((each) => actsOf(`gto/${each.method}`, each.params));
  }
  const event = EVENTS.get(method);
  return event === undefined ? [] : [{ ...(params as Named), event }];
}

/** The query that finds the events of these acts; undefined where there is none. */
export function question(
  acts: readonly Act[],
  since: number,
): Pick<Methods['gto/history']['params'], 'name' | 'since'> | undefined {
  const [first] = acts;
  // With a date of the user's own, new tags cannot be distinguished from older ones by their dates.
  if (first === undefined || process.env.GIT_COMMITTER_DATE !== undefined) return undefined;
  if (acts.every((act) => act.delete !== true)) return { since: Math.floor(since / 1000) };
  return acts.length === 1 && first.name !== undefined ? { name: first.name } : undefined;
}

/** The tags among these events that the acts created, or were to delete. */
export function tagsOf(acts: readonly Act[], events: readonly HistoryRow[]): string[] {
  const isOf = (row: HistoryRow, act: Act): boolean =>
    row.artifact === act.name &&
    (act.stage == null || row.stage === act.stage) &&
    (act.version == null || row.version === act.version) &&
    (act.delete === true || row.event === act.event);
  const own = events.filter((row) => acts.some((act) => isOf(row, act)));
  return [...new Set(own.map(({ ref }) => ref))].sort();
}
