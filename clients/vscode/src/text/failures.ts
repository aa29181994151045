import { CancellationError, commands, l10n, window } from 'vscode';
import { NotConnected, Refusal } from '../client/refusal';
import { LOG } from '../client/identity';
import { withPlace, withoutLinks } from './descriptions';

/** Something cannot be done, and the message says all there is to know: nothing goes into the log. */
export class Explained extends Error {}

/** The daemon's words: what happened, then what to do about it. */
export function errorText(error: unknown): string {
  if (error instanceof Refusal) return sentences(error.message, error.hint);
  return error instanceof Error ? error.message : String(error);
}

function sentences(message: string, hint: string): string {
  if (!hint) return message;
  return /[.!?:]$/.test(message) ? `${message} ${hint}` : `${message}. ${hint}`;
}

/** Shows what went wrong: a refusal as it is, anything else with a way to find out more. */
export function showError(error: unknown): void {
  if (error instanceof CancellationError) return;
  const place = error instanceof Refusal ? error.place : '';
  const words = withoutLinks(withPlace({ place }, errorText(error)));
  if (error instanceof Refusal || error instanceof Explained) {
    void window.showErrorMessage(words);
    return;
  }
  LOG.error(error instanceof Error && error.stack ? error.stack : words);
  const log = l10n.t('Show Log');
  const restart = l10n.t('Restart Server');
  const choices = error instanceof NotConnected ? [restart, log] : [log];
  void window.showErrorMessage(words, ...choices).then((choice) => {
    if (choice === log) void commands.executeCommand('gto.showLog');
    if (choice === restart) void commands.executeCommand('gto.restartServer');
  });
}

/** The daemon's refusal in its own words; undefined where it does not refuse, or the refusal does not count. */
export async function refusalOf(
  asked: Promise<unknown>,
  counts: (refusal: Refusal) => boolean = () => true,
): Promise<string | undefined> {
  try {
    await asked;
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return counts(error) ? errorText(error) : undefined;
    throw error;
  }
}

/** Whether the name itself is invalid: all that can be checked before the rest is known. */
export const isOfName = ({ kind }: Refusal): boolean => kind === 'ValidationError';
