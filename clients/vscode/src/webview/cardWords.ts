// What a card says, to the eye and to screen readers.
import type { BoardCard } from '../panels/messages';
import type { PageTexts } from '../panels/texts';
import type { Effect, Lane, Movement } from './boardModel';
import { filled } from './words';

/** A mark on a card. */
export interface Mark {
  readonly words: string;
  readonly tone: 'quiet' | 'good' | 'warning' | 'error';
  readonly title?: string;
}

/** How many movements are told in words. */
const NAMED = 3;

export function marksOf(card: BoardCard, texts: PageTexts): readonly Mark[] {
  const marks: Mark[] = [];
  const add = (words: string, tone: Mark['tone'], title?: string): void =>
    void marks.push(title === undefined ? { words, tone } : { words, tone, title });
  if (card.newer !== null) add(filled(texts.isNewer, card.newer), 'quiet');
  const signature = signatureMark(card, texts);
  if (signature !== undefined) marks.push(signature);
  const why = card.violations.join('\n');
  if (card.verdict === 'violating') add(texts.violating, 'error', why);
  if (card.verdict === 'overridden') add(texts.overridden, 'warning', why);
  if (card.verdict === 'unknown') add(texts.notKnown, 'warning');
  if (card.verdict === 'allowed') add(texts.allowed, 'good');
  if (card.unpushed > 0)
    add(card.unpushed === 1 ? texts.unpushedOne : filled(texts.unpushed, card.unpushed), 'quiet');
  if (card.isDeprecated) add(texts.deprecated, 'quiet');
  if (card.hasProblems) add(texts.hasProblems, 'warning');
  return marks;
}

function signatureMark({ signature }: BoardCard, texts: PageTexts): Mark | undefined {
  switch (signature?.status) {
    case 'good': {
      const by = signature.principal ?? signature.key;
      return {
        words: texts.signed,
        tone: 'good',
        ...(by === null ? {} : { title: filled(texts.signedBy, by) }),
      };
    }
    case 'bad':
      return { words: texts.badSignature, tone: 'error' };
    case 'revoked':
      return { words: texts.revokedKey, tone: 'error' };
    case 'expired':
      return { words: texts.expiredKey, tone: 'warning' };
    case 'unknown-key':
      return { words: texts.unknownKey, tone: 'warning' };
    default:
      return undefined;
  }
}

/** All of a card as a sentence. */
export function sentenceOf(card: BoardCard, texts: PageTexts, age: string): string {
  const { name, type, label, stage, author } = card;
  const parts = [
    name,
    type ?? '',
    label === '' ? texts.noVersion : filled(texts.versionOf, label),
    stage === null ? texts.inNoStage : filled(texts.inStage, stage),
    author === null ? '' : filled(texts.by, author),
    age,
    ...marksOf(card, texts).map(({ words, title }) => (title ? `${words}: ${title}` : words)),
  ];
  return parts.filter(Boolean).join(', ');
}

/** A column, by name and number. */
export function laneName({ stage, isAllowed, cards, more }: Lane, texts: PageTexts): string {
  const count = cards.length + more;
  const parts = [
    stage ?? texts.noStage,
    count === 1 ? texts.cardsOne : filled(texts.cards, count),
    isAllowed ? '' : texts.notAllowed,
  ];
  return parts.filter(Boolean).join(', ');
}

/** What letting go of a card in a column would do; `refusal` is what the rules say of it. */
export function hintOf(
  card: BoardCard,
  stage: string | null,
  effect: Effect,
  texts: PageTexts,
  refusal?: string,
): string {
  if (effect.does === 'nothing')
    return stage === card.stage
      ? texts.stays
      : filled(texts.isThere, `${card.name} ${card.label}`, stage ?? '');
  if (effect.does === 'remove') return filled(texts.removes, effect.from);
  const replaces = effect.replaces.join(', ');
  const words =
    replaces === ''
      ? filled(texts.assigns, stage ?? '')
      : filled(texts.replaces, stage ?? '', replaces);
  return refusal === undefined ? words : `${texts.refused} ${refusal}`;
}

/** What moved, for screen readers. */
export function movedText(moved: readonly Movement[], texts: PageTexts): string {
  const named = moved
    .slice(0, NAMED)
    .map(({ card, came }) =>
      filled(came ? texts.came : texts.left, `${card.name} ${card.label}`, card.stage ?? ''),
    );
  const more = moved.length - named.length;
  return [...named, ...(more > 0 ? [filled(texts.moreMoved, more)] : [])].join(' ');
}
