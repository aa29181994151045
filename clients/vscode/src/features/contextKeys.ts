import { commands, l10n, workspace, type ViewBadge } from 'vscode';
import { NotConnected, Refusal } from '../client/refusal';
import { SingleFlight } from '../client/restarts';
import type { Health } from '../client/serverHealth';
import { filterText } from '../registry/filter';
import type { Repositories } from '../registry/repositories';
import type { Repository } from '../registry/repository';
import { tamperingSigns, unpushedTags, withPlace, isBlocking } from '../text/descriptions';
import { filterMessage } from '../text/filter';
import type { Tools } from '../tools';
import { Feature } from './feature';

/** How many signs of tampering the tooltip has in words. */
const NAMED = 5;

/** The empty state of the views; `ready` where there is something to show. */
export type ViewState =
  'starting' | 'missing' | 'failed' | 'noRepository' | 'empty' | 'bare' | 'hidden' | 'ready';

interface Seen {
  readonly health: Health['state'];
  readonly isLoaded: boolean;
  readonly repositories: readonly {
    readonly all: readonly unknown[];
    readonly hidden: number;
    readonly isBare: boolean;
  }[];
}

/** The state of the views, from what is known. */
export function viewState({ health, isLoaded, repositories }: Seen): ViewState {
  // A view that can be seen has asked for the server already.
  if (health === 'idle') return 'starting';
  if (health !== 'ready') return health;
  if (!isLoaded) return 'starting';
  if (repositories.length === 0) return 'noRepository';
  if (repositories.some(({ all }) => all.length > 0)) return 'ready';
  if (repositories.some(({ hidden }) => hidden > 0)) return 'hidden';
  return repositories.every(({ isBare }) => isBare) ? 'bare' : 'empty';
}

/** Sets the context keys of `when` clauses, and the badge and message of the Artifacts view. */
export class ContextKeys extends Feature {
  /** Looking for tampering reads every tag, so it is done after everything that is shown is there. */
  private readonly inspecting = new SingleFlight(() => this.inspect());

  constructor(private readonly tools: Tools) {
    super();
    const update = (): void => void this.update();
    this.register(
      tools.repositories.onDidChange(update),
      tools.server.onDidChangeHealth(update),
      tools.artifacts.onDidFilter(() => this.showMessage()),
    );
    update();
  }

  private async update(): Promise<void> {
    const { server, repositories, artifacts } = this.tools;
    const state = viewState({
      health: server.health.state,
      isLoaded: repositories.isLoaded,
      repositories: repositories.all,
    });
    const hasRemote = repositories.all.some((each) => each.hasRemote);
    const keys = {
      state,
      readOnly: !workspace.isTrusted,
      hasRemote,
      hasFiles: repositories.all.some((each) => !each.isBare),
      showDeprecated: repositories.showsDeprecated,
    };
    await Promise.all(
      Object.entries(keys).map(([key, value]) =>
        commands.executeCommand('setContext', `gto.${key}`, value),
      ),
    );
    artifacts.view.badge = badge(repositories.all);
    this.showMessage();
    await this.inspecting.run();
  }

  private showMessage(): void {
    const { repositories, artifacts } = this.tools;
    const words = [message(repositories), filtered(repositories.all, artifacts)];
    artifacts.view.message = words.filter(Boolean).join(' ');
  }

  private async inspect(): Promise<void> {
    const { repositories, artifacts } = this.tools;
    for (const each of repositories.all) {
      try {
        await each.inspect();
        artifacts.view.badge = badge(repositories.all);
      } catch (error) {
        // What is wrong with it is said where it is shown.
        if (!(error instanceof Refusal || error instanceof NotConnected)) throw error;
      }
    }
  }
}

type Counted = Pick<Repository, 'store' | 'place' | 'unpushed' | 'tampering'>;

/**
 * How many signs of tampering there are, or else how many tags are not pushed. Those that several worktrees of a
 * repository share count once.
 */
export function badge(repositories: readonly Counted[]): ViewBadge | undefined {
  const signs = mostOf(repositories, ({ tampering }) => tampering.length);
  const counts = mostOf(repositories, ({ unpushed }) => unpushed);
  if (signs.length === 0 && counts.length === 0) return undefined;
  const told = [
    ...signs.flatMap((each) => [
      withPlace(each, tamperingSigns(each.tampering.length)),
      ...each.tampering.slice(0, NAMED).map(({ message }) => message),
    ]),
    ...counts.map((each) => withPlace(each, unpushedTags(each.unpushed))),
  ];
  const value =
    signs.length > 0
      ? signs.reduce((sum, { tampering }) => sum + tampering.length, 0)
      : counts.reduce((sum, { unpushed }) => sum + unpushed, 0);
  return { value, tooltip: told.join('\n') };
}

/** Of the worktrees of each repository, the one that has most of something, if it has any. */
function mostOf(repositories: readonly Counted[], count: (each: Counted) => number): Counted[] {
  const most = new Map<string, Counted>();
  for (const each of repositories) {
    const before = most.get(each.store);
    if (count(each) > (before === undefined ? 0 : count(before))) most.set(each.store, each);
  }
  return [...most.values()];
}

/** What the filter leaves of the artifacts; undefined without one. */
function filtered(all: readonly Repository[], artifacts: Tools['artifacts']): string | undefined {
  if (artifacts.filter.length === 0) return undefined;
  const count = (rows: (each: Repository) => readonly unknown[]): number =>
    all.reduce((sum, each) => sum + rows(each).length, 0);
  const found = count((each) => artifacts.rowsOf(each));
  // An empty view has words of its own, which VS Code leaves out beside a message.
  if (found === 0 && !all.some(({ problems }) => problems.some(isBlocking))) return undefined;
  return filterMessage(
    filterText(artifacts.filter),
    found,
    count((each) => each.all),
  );
}

function message(repositories: Repositories): string | undefined {
  if (repositories.refusal !== undefined) return repositories.refusal;
  if (!workspace.isTrusted && repositories.all.length > 0) {
    return l10n.t('Read-only: this folder is not trusted.');
  }
  return undefined;
}
