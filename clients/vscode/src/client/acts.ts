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
  /** Each deed, with the worktrees whose news of it was answered for. */
  private readonly done = new Map<string, Set<string>>();

  isAct(method: keyof Methods): boolean {
    return ACTS.has(method);
  }

  /** Follows an act to its end. Its answer and the news of it come in either order. */
  follow<T>(act: Promise<T>): Promise<T> {
    const followed = act.then((result) => {
      const { repo = '', created, deleted } = (result ?? {}) as Partial<ActResult>;
      for (const { tag } of created ?? []) this.done.set(key(repo, 'added', tag), new Set());
      for (const { tag } of deleted ?? []) this.done.set(key(repo, 'removed', tag), new Set());
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

  /**
   * Whether an act of this window did this to a tag. Each deed is answered for once in each worktree that hears of it.
   *
   * @param root the worktree that heard of it
   * @param sharing the open worktrees of its repository, itself included: an act in one is told to all
   */
  take(came: Came, tag: string, root: string, sharing: readonly string[]): boolean {
    for (const asked of sharing) {
      const deed = key(asked, came, tag);
      const answered = this.done.get(deed);
      if (answered === undefined || answered.has(root)) continue;
      answered.add(root);
      if (sharing.every((each) => answered.has(each))) this.done.delete(deed);
      return true;
    }
    return false;
  }
}

const key = (repo: string, came: Came, tag: string): string => [repo, came, tag].join('\n');
