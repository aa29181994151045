import { NotConnected, Refusal } from '../client/refusal';
import { Explained, showError } from '../text/failures';

/** The result of a step when the user wants the one before. */
export const BACK = Symbol('back');

/** Where a step is in its wizard. */
export interface Position {
  readonly step: number;
  readonly total: number;
}

/** Asks one thing. Returns undefined when the user gave up. */
export type Step = (at: Position) => Promise<'next' | typeof BACK | undefined>;

/**
 * Goes through the steps, forward and back; returns whether the user came to the end. What is refused in a step, or fails
 * for want of a server, is shown, and the step before asks again with what the user entered there: nothing is lost.
 */
export async function throughSteps(steps: readonly Step[]): Promise<boolean> {
  let at = 0;
  for (;;) {
    const step = steps[at];
    if (step === undefined) return true;
    let answer: Awaited<ReturnType<Step>>;
    try {
      answer = await step({ step: at + 1, total: steps.length });
    } catch (error) {
      if (at === 0 || !isHarmless(error)) throw error;
      showError(error);
      answer = BACK;
    }
    if (answer === undefined) return false;
    at = answer === BACK ? Math.max(0, at - 1) : at + 1;
  }
}

/** Whether nothing was done. A refusal has a kind; without one the act may be done, and is not to be asked for again. */
function isHarmless(error: unknown): boolean {
  if (error instanceof Refusal) return error.kind !== undefined;
  return error instanceof Explained || error instanceof NotConnected;
}
