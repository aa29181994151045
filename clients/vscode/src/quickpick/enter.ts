import type { QuickPickItem } from 'vscode';
import { choose, write, type Choices, type Text } from './ask';
import { BACK } from './steps';

/** What may be entered in place of what is listed. */
export interface Entry extends Pick<Text, 'prompt' | 'placeholder'> {
  /** Asks for it: "Enter a new name…". */
  readonly label: string;
  /** Offers what is typed: "New artifact ranker". */
  readonly offer: (typed: string) => string;
  /** What was entered before. */
  readonly value: string;
  readonly wrong: NonNullable<Text['wrong']>;
}

/** What the user entered. */
export class Entered {
  constructor(readonly text: string) {}
}

interface Offer extends QuickPickItem {
  readonly typed: string;
}

/**
 * Lets the user choose or enter something. What they type is offered first and checked while they type; what is wrong
 * goes on in a box that says why.
 */
export async function chooseOrEnter<T extends QuickPickItem>(
  asked: Choices<T>,
  entry: Entry,
): Promise<T | Entered | typeof BACK | undefined> {
  const { title, at } = asked;
  const { label, offer, prompt, placeholder, wrong } = entry;
  let { value } = entry;
  for (;;) {
    const chosen = await choose<T | Offer>(asked as Choices<T | Offer>, {
      value,
      item: (typed, refusal) => ({
        label:
          typed === '' ? `$(edit) ${label}` : `$(${refusal ? 'error' : 'add'}) ${offer(typed)}`,
        ...(refusal === undefined ? {} : { detail: refusal }),
        alwaysShow: true,
        typed,
      }),
      wrong,
    });
    if (chosen === undefined || chosen === BACK) return chosen;
    if (!('typed' in chosen)) return chosen;
    value = chosen.typed;
    if (value !== '' && (await wrong(value)) === undefined) return new Entered(value);
    const written = await write({
      title,
      ...(at ? { at } : {}),
      prompt,
      ...(placeholder === undefined ? {} : { placeholder }),
      value,
      wrong,
    });
    if (written === undefined) return undefined;
    if (written !== BACK) return new Entered(written);
  }
}
