import type { Kind } from '../protocol';

/** A named refusal of the daemon: its words, what to do about it, and its kind. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly kind: Kind | undefined,
    readonly hint: string,
    /** Which repository refused it, in a word, where several are open; else empty. */
    readonly place = '',
    /** Which argument is at fault, where that is said. */
    readonly reason = '',
    /** The parameters with which it would be done all the same, where there are such. */
    readonly allow?: object,
  ) {
    super(message);
  }
}

/** There is no server to ask. */
export class NotConnected extends Error {}
