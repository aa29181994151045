/** What a step answers when the user wants the one before. */
export const BACK = Symbol('back');

/** Where a step is in its wizard. */
export interface Position {
  readonly step: number;
  readonly total: number;
}

/** Asks one thing. Answers undefined when the user gave up. */
export type Step = (at: Position) => Promise<'next' | typeof BACK | undefined>;

/** Goes through the steps, forward and back; whether the user came to the end. */
export async function throughSteps(steps: readonly Step[]): Promise<boolean> {
  let at = 0;
  for (;;) {
    const step = steps[at];
    if (step === undefined) return true;
    const answer = await step({ step: at + 1, total: steps.length });
    if (answer === undefined) return false;
    at = answer === BACK ? Math.max(0, at - 1) : at + 1;
  }
}
