import { Refusal } from '../client/refusal';
import { showError } from '../text/failures';

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
 * Goes through the steps, forward and back; returns whether the user came to the end. What the server refuses in a step
 * is shown, and the step before asks again with what the user entered there: nothing that was typed is lost.
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
      // A refusal has a kind; without one the act may be done, and is not to be asked for again.
      if (at === 0 || !(error instanceof Refusal) || error.kind === undefined) throw error;
      showError(error);
      answer = BACK;
    }
    if (answer === undefined) return false;
    at = answer === BACK ? Math.max(0, at - 1) : at + 1;
  }
}
