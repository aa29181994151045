import type { Came } from '../client/acts';
import type { DidChangeParams, HistoryRow, TreeRow } from '../protocol';

/** A stage of an artifact holds something else than before, and it was not this window that did it. */
export interface Move {
  readonly artifact: string;
  readonly stage: string;
  /** What it holds now. */
  readonly versions: readonly string[];
  /** Who did it; undefined where nothing tells. */
  readonly by: string | undefined;
}

/** Artifact's name to what its stages hold. */
export type Holders = ReadonlyMap<string, TreeRow['stages']>;

export function holdersOf(rows: readonly TreeRow[]): Holders {
  return new Map(rows.map((row) => [row.name, row.stages]));
}

type Told = Pick<DidChangeParams, 'artifacts' | 'events'>;

/**
 * What moved, by what others did.
 *
 * @param changes what the daemon told between the two states
 * @param isOwn whether an act of this window made or deleted a tag
 */
export function movesOf(
  before: Holders,
  after: Holders,
  changes: readonly Told[],
  isOwn: (came: Came, tag: string) => boolean,
): Move[] {
  const events = changes.flatMap(({ events: { added, removed } }) => [
    ...removed.map((event) => ({ event, came: 'removed' as const })),
    ...added.map((event) => ({ event, came: 'added' as const })),
  ]);
  // Each of them is asked about, because each deed is answered for once.
  const all = events.map((each) => ({ ...each, own: isOwn(each.came, each.event.ref) }));
  const moves: Move[] = [];
  for (const artifact of new Set(changes.flatMap((change) => change.artifacts))) {
    const [then, now] = [before.get(artifact) ?? {}, after.get(artifact) ?? {}];
    for (const stage of new Set([...Object.keys(then), ...Object.keys(now)])) {
      const versions = now[stage] ?? [];
      if ((then[stage] ?? []).join() === versions.join()) continue;
      const concerning = all.filter(({ event }) => concerns(event, artifact, stage));
      const others = concerning.filter(({ own }) => !own);
      if (concerning.length > 0 && others.length === 0) continue;
      const added = others.flatMap(({ event, came }) => (came === 'added' ? [event] : []));
      moves.push({ artifact, stage, versions, by: newest(added)?.author });
    }
  }
  return moves;
}

/** What has no stage of its own, as a deprecation, is about all of them. */
function concerns(event: HistoryRow, artifact: string, stage: string): boolean {
  if (event.artifact !== artifact || event.event === 'registration') return false;
  return event.stage === null || event.stage === stage;
}

function newest(events: readonly HistoryRow[]): HistoryRow | undefined {
  const at = (event: HistoryRow): number => Date.parse(event.timestamp);
  // Of equal ones the later, as the daemon tells them in their order.
  return events.reduce<HistoryRow | undefined>(
    (best, each) => (best === undefined || at(each) >= at(best) ? each : best),
    undefined,
  );
}
