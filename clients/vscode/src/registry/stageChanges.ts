import type { DidChangeParams, Events, HistoryRow, TreeRow } from '../protocol';

/** A stage of an artifact that holds something else than before, by what others did. */
export interface StageChange {
  readonly artifact: string;
  readonly stage: string;
  /** What it holds now. */
  readonly versions: readonly string[];
  /** Who did it; undefined where that is not known. */
  readonly by: string | undefined;
}

/** Artifact's name to what its stages hold. */
export type Holders = ReadonlyMap<string, TreeRow['stages']>;

export function holdersOf(rows: readonly TreeRow[]): Holders {
  return new Map(rows.map((row) => [row.name, row.stages]));
}

/** A notification, and the events that it stands for, where others had part in them. */
export type Notice = Pick<DidChangeParams, 'artifacts' | 'origin'> & { readonly events: Events };

/**
 * The stages that others changed.
 *
 * @param notices what the daemon notified of between the two states
 */
export function stageChanges(
  before: Holders,
  after: Holders,
  notices: readonly Notice[],
): StageChange[] {
  const others = notices.filter(({ origin }) => origin === 'other');
  const own = new Set(notices.flatMap((each) => (each.origin === 'self' ? each.artifacts : [])));
  const added = others.flatMap(({ events }) => events.added);
  const removed = others.flatMap(({ events }) => events.removed);
  const changes: StageChange[] = [];
  for (const artifact of new Set(others.flatMap((each) => each.artifacts))) {
    const [then, now] = [before.get(artifact) ?? {}, after.get(artifact) ?? {}];
    for (const stage of new Set([...Object.keys(then), ...Object.keys(now)])) {
      const versions = now[stage] ?? [];
      if ((then[stage] ?? []).join() === versions.join()) continue;
      const isConcerned = (event: HistoryRow): boolean => concerns(event, artifact, stage);
      const causes = added.filter(isConcerned);
      // Others changed something of the artifact, and this window changed the stage.
      if (own.has(artifact) && causes.length === 0 && !removed.some(isConcerned)) continue;
      changes.push({ artifact, stage, versions, by: newest(causes)?.author });
    }
  }
  return changes;
}

/** What has no stage of its own, as a deprecation, is about all of them. */
function concerns(event: HistoryRow, artifact: string, stage: string): boolean {
  if (event.artifact !== artifact || event.event === 'registration') return false;
  return event.stage === null || event.stage === stage;
}

function newest(events: readonly HistoryRow[]): HistoryRow | undefined {
  const at = (event: HistoryRow): number => Date.parse(event.timestamp);
  // Of equal ones the later, in the daemon's order.
  return events.reduce<HistoryRow | undefined>(
    (best, each) => (best === undefined || at(each) >= at(best) ? each : best),
    undefined,
  );
}
