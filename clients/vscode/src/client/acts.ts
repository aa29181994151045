import type { ActResult, Methods } from '../protocol';

/** What makes tags or deletes them. A fetch is none of these: what it brings, others made. */
const ACTS: ReadonlySet<keyof Methods> = new Set([
  'gto/register',
  'gto/assign',
  'gto/unassign',
  'gto/deregister',
  'gto/deprecate',
  'gto/rollback',
  'gto/apply',
] as const);

export type Came = 'added' | 'removed';

/** The acts of this window, so that what they did is told from what others did. */
export class OwnActs {
  private readonly open = new Set<Promise<unknown>>();
  private readonly done = new Set<string>();

  isAct(method: keyof Methods): boolean {
    return ACTS.has(method);
  }

  /** Follows an act to its end. Its answer and the news of it come in either order. */
  follow<T>(act: Promise<T>): Promise<T> {
    const followed = act.then((result) => {
      const { created, deleted } = (result ?? {}) as Partial<ActResult>;
      for (const { tag } of created ?? []) this.done.add(key('added', tag));
      for (const { tag } of deleted ?? []) this.done.add(key('removed', tag));
      return result;
    });
    const ended: Promise<unknown> = followed.then(
      () => this.open.delete(ended),
      // Whoever asked is told of it.
      () => this.open.delete(ended),
    );
    this.open.add(ended);
    return followed;
  }

  /** Resolves when no act is on its way, so that all that was done is known. */
  async settled(): Promise<void> {
    while (this.open.size > 0) await Promise.all(this.open);
  }

  /** Whether an act of this window did this to a tag. Each deed is answered for once. */
  take(came: Came, tag: string): boolean {
    return this.done.delete(key(came, tag));
  }
}

const key = (came: Came, tag: string): string => `${came} ${tag}`;
