import type { Kind } from '../protocol';

/** A named refusal of the daemon: its words, what to do about it, and its kind. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly kind: Kind | undefined,
    readonly hint: string,
  ) {
    super(message);
  }
}

/** There is no server to ask. */
export class NotConnected extends Error {}
