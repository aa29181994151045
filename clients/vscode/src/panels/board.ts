import parse from 'semver/functions/parse';
import compare from 'semver/functions/compare';
import type { AuditResult, HistoryRow, ShowResult, TreeRow } from '../protocol';
import { canRollBack, isAnotherHeld } from '../registry/possible';
import { versionText } from '../text/descriptions';
import type { BoardCard, BoardColumn } from './messages';

/** The event that a card is about: the assignment, or for a card in no stage the registration. */
export type EventOf = (card: {
  readonly name: string;
  readonly stage: string | null;
  readonly version: string;
}) => HistoryRow | undefined;

/** The artifacts of another day, in the order that they have today; those that are gone since come last. */
export function rowsThen({ artifacts }: ShowResult, today: readonly TreeRow[]): readonly TreeRow[] {
  const order = new Map(today.map((row, at) => [row.name, { row, at }]));
  const at = ({ name }: TreeRow): number => order.get(name)?.at ?? today.length;
  return Object.entries(artifacts ?? {})
    .map(([name, { version, stage, registered, active }]): TreeRow => {
      const held = Object.entries(stage).filter(([, versions]) => versions !== null);
      return {
        ...(order.get(name)?.row ?? unknown(name)),
        latest: version,
        stages: Object.fromEntries(
          held.map(([each, versions]) => [each, (versions ?? '').split(', ')]),
        ),
        since: {},
        registered,
        deprecated: !active,
        unpushed: null,
        problems: [],
      };
    })
    .sort((one, other) => at(one) - at(other));
}

/** An artifact that nothing but its name is known of. */
function unknown(name: string): TreeRow {
  return {
    name,
    dir: '',
    label: name,
    type: null,
    description: '',
    latest: null,
    stages: {},
    since: {},
    earlier: [],
    registered: true,
    deprecated: false,
    annotated_in: [],
    tags: 0,
    comparable: false,
    problems: [],
  };
}

/** The columns: artifacts in no stage, then the stages of `.gto` in their order, then others that are in use. */
export function columnsOf(
  rows: readonly TreeRow[],
  allowed: readonly string[] | null,
): readonly BoardColumn[] {
  const used = new Set(
    rows.flatMap(({ stages }) => Object.keys(stages).filter((stage) => stages[stage]?.length)),
  );
  for (const stage of allowed ?? []) used.delete(stage);
  return [
    { stage: null, isAllowed: true },
    ...(allowed ?? []).map((stage) => ({ stage, isAllowed: true })),
    ...[...used].sort().map((stage) => ({ stage, isAllowed: allowed === null })),
  ];
}

/** A card for each version in a stage, and one for each artifact that is in none. */
export function cardsOf(
  rows: readonly TreeRow[],
  eventOf: EventOf,
  audit?: AuditResult,
): readonly BoardCard[] {
  const judged = new Map(audit?.events.map((event) => [event.ref, event]));
  return rows.flatMap((row) => {
    const held = Object.entries(row.stages).flatMap(([stage, versions]) =>
      versions.map((version) => ({ stage, version })),
    );
    const places = held.length > 0 ? held : [{ stage: null, version: row.latest }];
    return places.map(({ stage, version }): BoardCard => {
      const event = version === null ? undefined : eventOf({ name: row.name, stage, version });
      const found = event && judged.get(event.ref);
      return {
        name: row.name,
        type: row.type,
        stage,
        version,
        label: version === null ? '' : versionText(version),
        can: {
          rollBack: stage !== null && canRollBack(row, stage),
          compare: row.comparable,
          compareStage: version !== null && isAnotherHeld(row, version),
        },
        newer: isBeyond(row.latest, version) ? row.latest : null,
        ref: event?.ref ?? null,
        author: event?.author ?? null,
        since: event?.timestamp ?? null,
        signature: event?.signature ?? null,
        verdict: found?.verdict ?? null,
        violations: (found?.rules ?? []).map(({ rule, message }) => `${rule}: ${message}`),
        unpushed: row.unpushed ?? 0,
        isDeprecated: row.deprecated,
        hasProblems: row.problems.length > 0,
      };
    });
  });
}

/** Whether a version is greater than another one; of a commit that was never registered it is not known. */
function isBeyond(latest: string | null, version: string | null): boolean {
  const [one, other] = [parse(latest), parse(version)];
  return one !== null && other !== null && compare(one, other) > 0;
}
