import type { Connection } from '../client/connection';
import { Refusal } from '../client/refusal';
import type { HistoryRow } from '../protocol';

/** Of more artifacts than this all events are asked for at once. */
const MAX_SINGLE = 8;
/** Events that are asked for at a time: what is in a stage now was mostly put there lately. */
const PAGE = 1_000;

/** A version in a stage, or a registered one in none. */
export interface Place {
  readonly name: string;
  readonly stage: string | null;
  readonly version: string;
  /** Since when, where that is known: an event of another time is not the one. */
  readonly since?: string | undefined;
}

type Kind = 'assignment' | 'registration';

interface How {
  readonly signatures: boolean;
  readonly as_of?: string;
}

/**
 * The events that put versions where they are: by whom, when, and by which tag. Those of places that were asked about are
 * kept until they are forgotten.
 */
export class PlacingEvents {
  private readonly known = new Map<string, HistoryRow>();
  /** How often something was forgotten: an answer from before that is not kept. */
  private forgotten = 0;

  constructor(
    private readonly connection: Pick<Connection, 'ask'>,
    private readonly repo: string,
  ) {}

  /** What is known of these artifacts, or of all, may not be true any more. */
  forget(names?: readonly string[]): void {
    this.forgotten += 1;
    if (names === undefined) this.known.clear();
    for (const [key, { artifact }] of this.known)
      if (names?.includes(artifact)) this.known.delete(key);
  }

  /** Signatures that were pending are verified. */
  forgetPending(): void {
    const pending = [...this.known.values()].filter(
      ({ signature }) => signature?.reason === 'pending',
    );
    this.forget(pending.map(({ artifact }) => artifact));
  }

  /** The event of each of these places, as far as there is one; asks for those that are not known. */
  async of(
    places: readonly Place[],
    how: How,
  ): Promise<(place: Omit<Place, 'since'>) => HistoryRow | undefined> {
    const before = this.forgotten;
    const found = new Map(this.known);
    const missing = places.filter((place) => {
      const event = found.get(keyOf(place));
      return event === undefined || (place.since !== undefined && event.timestamp !== place.since);
    });
    for (const place of missing) found.delete(keyOf(place));
    const names = [...new Set(missing.map(({ name }) => name))];
    if (names.length <= MAX_SINGLE && how.as_of === undefined) {
      const answers = await Promise.all(names.map((name) => this.ask({ ...how, name })));
      for (const { events } of answers) take(found, events);
    } else {
      const ofKind = (kind: Kind): readonly Place[] =>
        missing.filter(({ stage }) => (stage === null) === (kind === 'registration'));
      await this.askForAll(found, 'assignment', ofKind('assignment'), how);
      await this.askForAll(found, 'registration', ofKind('registration'), how);
    }
    // What else was on the pages was looked through, and is not kept.
    const asked = new Map(places.map((place) => [keyOf(place), found.get(keyOf(place))]));
    if (this.forgotten === before)
      for (const [key, event] of asked) if (event !== undefined) this.known.set(key, event);
    return (place) => found.get(keyOf(place));
  }

  private ask(about: object) {
    return this.connection.ask('gto/history', { repo: this.repo, ...about });
  }

  /** Goes back through the events, the newest first, as far as is needed. */
  private async askForAll(
    found: Map<string, HistoryRow>,
    event: Kind,
    places: readonly Place[],
    how: How,
  ): Promise<void> {
    const isDone = (): boolean => places.every((place) => found.has(keyOf(place)));
    let cursor: string | undefined;
    try {
      while (!isDone()) {
        const page = { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
        const { events, next_cursor } = await this.ask({ ...how, event, ...page });
        take(found, events);
        if (next_cursor == null) return;
        cursor = next_cursor;
      }
    } catch (error) {
      // A registry that changes all the time would never come to its last page.
      if (!(error instanceof Refusal) || error.kind !== 'RegistryChanged') throw error;
      for (const place of places) found.delete(keyOf(place));
      take(found, (await this.ask({ ...how, event })).events);
    }
  }
}

const keyOf = ({ name, stage, version }: Place): string => JSON.stringify([name, stage, version]);

/** Of several events of a place the newest counts, which comes first. */
function take(found: Map<string, HistoryRow>, events: readonly HistoryRow[]): void {
  for (const event of events) {
    const { artifact: name, version } = event;
    const stage = event.event === 'assignment' ? event.stage : null;
    if (version === null || (event.event !== 'assignment' && event.event !== 'registration'))
      continue;
    const key = keyOf({ name, stage, version });
    if (!found.has(key)) found.set(key, event);
  }
}
