import type { Kind } from '../protocol';

/** A named refusal of the daemon: its words, what to do about it, and its kind. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly kind: Kind | undefined,
    readonly hint: string,
    /** The label of the repository that refused it where several are open; else empty. */
    readonly place = '',
    /** The argument that is at fault, where the daemon says which. */
    readonly reason = '',
    /** The parameters with which it would be done nevertheless, where there are any. */
    readonly allow?: object,
    /** Of an act of several, the number of the one that is refused, from 0 on; `allow` is about that one. */
    readonly action?: number,
  ) {
    super(message);
  }
}

/** The refusals by the rules of promotion of a repository. */
const BY_RULES: ReadonlySet<Kind | undefined> = new Set<Kind>([
  'TransitionNotAllowed',
  'TooEarly',
  'NotOnBranch',
  'SignatureRequired',
  'NotAllowed',
  'DeletionNotAllowed',
  'RulesUnreadable',
]);

export const isByRules = ({ kind }: Refusal): boolean => BY_RULES.has(kind);

/** There is no server to ask. */
export class NotConnected extends Error {}
