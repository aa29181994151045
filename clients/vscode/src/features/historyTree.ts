import type { Connection } from '../client/connection';
import type { HistoryParams, HistoryResult } from '../protocol';
import type { Repositories } from '../registry/repositories';
import { PAGE, type Repository } from '../registry/repository';
import { idOf, type Node } from '../views/nodes';
import { RegistryTree } from '../views/registryTree';

const HISTORY_VIEW = 'gto.history';

/** The part of the history that is shown; an empty filter shows all of it, of every repository. */
export type HistoryFilter = Pick<HistoryParams, 'name' | 'stage' | 'event' | 'author'> & {
  /** The root of the only repository whose history is shown. */
  readonly repo?: string;
};

/** The events of the registry, the newest first. */
export class HistoryTree extends RegistryTree {
  filter: HistoryFilter = {};
  private readonly wanted = new Map<Repository, number>();
  private readonly pages = new Map<Repository, Promise<HistoryResult>>();

  constructor(
    repositories: Repositories,
    private readonly connection: Connection,
    started: () => Promise<void>,
  ) {
    super(repositories, started, HISTORY_VIEW, { canSelectMany: true });
    this.register(repositories.onDidChange(() => void this.renew()));
  }

  /** Asks again for what is shown, before it is drawn; see `Repository.renew`. */
  private async renew(): Promise<void> {
    const shown = this.repositories.all.filter((each) => this.pages.has(each));
    this.pages.clear();
    if (shown.length > 0) await Promise.allSettled(shown.map((each) => this.page(each)));
    this.draw();
  }

  private page(repository: Repository): Promise<HistoryResult> {
    let page = this.pages.get(repository);
    if (page === undefined) {
      page = this.connection.ask('gto/history', {
        ...this.filter,
        repo: repository.root,
        limit: this.wanted.get(repository) ?? PAGE,
      });
      this.pages.set(repository, page);
      const asked = page;
      // A failed request is not cached.
      page.catch(() => this.pages.get(repository) === asked && this.pages.delete(repository));
    }
    return page;
  }

  protected override shownOf(repositories: readonly Repository[]): readonly Repository[] {
    const { repo } = this.filter;
    return repositories.filter(({ root }) => repo === undefined || root === repo);
  }

  protected override async inRepository(
    repository: Repository,
    parent: Node | undefined,
  ): Promise<Node[]> {
    const answer = await this.busy(this.page(repository));
    const rows: Node[] = answer.events.map((event) => ({
      kind: 'event',
      id: idOf(repository, event.ref, event.event, event.version ?? ''),
      repository,
      parent,
      event,
    }));
    if (answer.next_cursor) {
      const id = idOf(repository, HISTORY_VIEW, '…');
      rows.push({ kind: 'more', id, repository, parent, name: undefined });
    }
    return rows;
  }

  protected override children(): Promise<Node[]> {
    return Promise.resolve([]);
  }

  show(filter: HistoryFilter): void {
    this.filter = filter;
    this.wanted.clear();
    this.pages.clear();
    this.draw();
  }

  showMore(node: Node): void {
    this.wanted.set(node.repository, (this.wanted.get(node.repository) ?? PAGE) + PAGE);
    this.pages.delete(node.repository);
    this.draw(node.parent);
  }
}

/**
 * The filter in words, for the title of the view.
 *
 * @param place the label of the repository that it is restricted to
 */
export function filterText({ name, stage, event, author }: HistoryFilter, place = ''): string {
  return [place, name, stage && `#${stage}`, event, author].filter(Boolean).join(' · ');
}
