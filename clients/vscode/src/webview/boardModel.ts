// What is where on a board, and where the keys lead: no document is needed to know that.
import type { BoardAnswer, BoardCard, BoardColumn } from '../panels/messages';

/** Cards of a column that are shown before somebody asks for more. */
export const MAX_CARDS = 300;

/** A column with its cards. */
export interface Lane extends BoardColumn {
  readonly cards: readonly BoardCard[];
  /** How many cards are not shown. */
  readonly more: number;
}

/** The same card after whatever else changed. */
export const keyOf = ({ name, stage, version }: BoardCard): string =>
  JSON.stringify([name, stage, version]);

/**
 * The cards in their columns.
 *
 * @param limits how many cards are shown of stages of which somebody wanted more
 */
export function lanesOf(
  { columns, cards }: Pick<BoardAnswer, 'columns' | 'cards'>,
  limits: ReadonlyMap<string | null, number> = new Map(),
): readonly Lane[] {
  const inStage = new Map<string | null, BoardCard[]>(columns.map(({ stage }) => [stage, []]));
  for (const card of cards) inStage.get(card.stage)?.push(card);
  return columns.map((column) => {
    const all = inStage.get(column.stage) ?? [];
    const shown = all.slice(0, limits.get(column.stage) ?? MAX_CARDS);
    return { ...column, cards: shown, more: all.length - shown.length };
  });
}

/** The place of a card. */
export interface At {
  readonly lane: number;
  readonly row: number;
}

export function placeOf(lanes: readonly Lane[], key: string | undefined): At | undefined {
  for (const [lane, { cards }] of lanes.entries()) {
    const row = cards.findIndex((card) => keyOf(card) === key);
    if (row >= 0) return { lane, row };
  }
  return undefined;
}

/** Rows that Page Up and Page Down go past. */
const PAGE = 10;

/** The card that a key leads to from another one; undefined where the key leads nowhere. */
export function stepFrom(lanes: readonly Lane[], at: At, key: string): BoardCard | undefined {
  const { cards = [] } = lanes[at.lane] ?? {};
  const rows: Readonly<Record<string, number>> = {
    ArrowDown: at.row + 1,
    ArrowUp: at.row - 1,
    PageDown: at.row + PAGE,
    PageUp: at.row - PAGE,
    Home: 0,
    End: cards.length - 1,
  };
  const row = rows[key];
  if (row !== undefined) return cards[Math.min(cards.length - 1, Math.max(0, row))];
  const direction = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
  if (direction === 0) return undefined;
  // Columns without cards are passed by.
  for (let lane = at.lane + direction; lanes[lane] !== undefined; lane += direction) {
    const others = lanes[lane]?.cards ?? [];
    if (others.length > 0) return others[Math.min(others.length - 1, at.row)];
  }
  return undefined;
}

/** The card that has the keyboard: the one that had it; else where its version went; else what took its place. */
export function activeIn(
  lanes: readonly Lane[],
  before: readonly Lane[],
  key: string | undefined,
): string | undefined {
  if (placeOf(lanes, key) !== undefined) return key;
  const first = lanes.find(({ cards }) => cards.length > 0)?.cards[0];
  const at = placeOf(before, key);
  const card = at && before[at.lane]?.cards[at.row];
  if (at === undefined || card === undefined) return first && keyOf(first);
  const moved = lanes
    .flatMap(({ cards }) => cards)
    .find(({ name, version }) => name === card.name && version === card.version);
  const { cards = [] } = lanes.find(({ stage }) => stage === card.stage) ?? {};
  const next = moved ?? cards[Math.min(cards.length - 1, at.row)] ?? first;
  return next && keyOf(next);
}

/** A version that came into a stage, or left it. */
export interface Movement {
  readonly card: BoardCard;
  readonly came: boolean;
}

/** What moved between two answers to one question. A version that takes another one's place is told once. */
export function movements(
  before: readonly BoardCard[],
  after: readonly BoardCard[],
): readonly Movement[] {
  const [old, fresh] = [before, after].map((cards) => new Set(cards.map(keyOf)));
  const came = after.filter((card) => card.stage !== null && !old?.has(keyOf(card)));
  const filled = new Set(came.map(({ name, stage }) => JSON.stringify([name, stage])));
  const left = before.filter(
    (card) =>
      card.stage !== null &&
      !fresh?.has(keyOf(card)) &&
      !filled.has(JSON.stringify([card.name, card.stage])),
  );
  return [
    ...came.map((card) => ({ card, came: true })),
    ...left.map((card) => ({ card, came: false })),
  ];
}

/** What letting go of a card in a column would do. */
export type Effect =
  /** It is there. */
  | { readonly does: 'nothing' }
  | { readonly does: 'assign'; readonly replaces: readonly string[] }
  | { readonly does: 'remove'; readonly from: string };

export function effectOf(card: BoardCard, stage: string | null, all: readonly BoardCard[]): Effect {
  if (stage === null)
    return card.stage === null ? { does: 'nothing' } : { does: 'remove', from: card.stage };
  const held = all.filter((each) => each.name === card.name && each.stage === stage);
  if (held.some(({ version }) => version === card.version)) return { does: 'nothing' };
  return { does: 'assign', replaces: held.map(({ label }) => label) };
}
