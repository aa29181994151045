import { commands, l10n, workspace, type ViewBadge } from 'vscode';
import type { Health } from '../client/serverHealth';
import { settings } from '../client/settings';
import type { Repositories } from '../registry/repositories';
import type { Repository } from '../registry/repository';
import { withPlace, unpushedTags } from '../text/descriptions';
import type { Tools } from '../tools';
import { Feature } from './feature';

/** The empty state of the views; `ready` where there is something to show. */
export type ViewState =
  'starting' | 'missing' | 'failed' | 'noRepository' | 'empty' | 'hidden' | 'ready';

interface Seen {
  readonly health: Health['state'];
  readonly isLoaded: boolean;
  readonly repositories: readonly { readonly all: readonly unknown[]; readonly hidden: number }[];
}

/** The state of the views, from what is known. */
export function viewState({ health, isLoaded, repositories }: Seen): ViewState {
  // A view that can be seen has asked for the server already.
  if (health === 'idle') return 'starting';
  if (health !== 'ready') return health;
  if (!isLoaded) return 'starting';
  if (repositories.length === 0) return 'noRepository';
  if (repositories.some(({ all }) => all.length > 0)) return 'ready';
  return repositories.some(({ hidden }) => hidden > 0) ? 'hidden' : 'empty';
}

/** Sets the context keys of `when` clauses, and the badge and message of the Artifacts view. */
export class ContextKeys extends Feature {
  constructor(private readonly tools: Tools) {
    super();
    const update = (): void => void this.update();
    this.register(tools.repositories.onDidChange(update), tools.server.onDidChangeHealth(update));
    update();
  }

  private async update(): Promise<void> {
    const { server, repositories, artifacts } = this.tools;
    const state = viewState({
      health: server.health.state,
      isLoaded: repositories.isLoaded,
      repositories: repositories.all,
    });
    const hasRemote = repositories.all.some((each) => each.remotes.length > 0);
    const keys = {
      state,
      readOnly: !workspace.isTrusted,
      hasRemote,
      showDeprecated: settings.showDeprecated,
    };
    await Promise.all(
      Object.entries(keys).map(([key, value]) =>
        commands.executeCommand('setContext', `gto.${key}`, value),
      ),
    );
    artifacts.view.badge = badge(repositories.all);
    artifacts.view.message = message(repositories) ?? '';
  }
}

type Counted = Pick<Repository, 'store' | 'place' | 'unpushed'>;

/** How many tags are not pushed. Those that several worktrees of a repository share count once. */
export function badge(repositories: readonly Counted[]): ViewBadge | undefined {
  const counts = new Map<string, Counted>();
  for (const each of repositories) {
    const before = counts.get(each.store);
    if (each.unpushed > (before?.unpushed ?? 0)) counts.set(each.store, each);
  }
  if (counts.size === 0) return undefined;
  const counted = [...counts.values()];
  return {
    value: counted.reduce((sum, { unpushed }) => sum + unpushed, 0),
    tooltip: counted.map((each) => withPlace(each, unpushedTags(each.unpushed))).join('\n'),
  };
}

function message(repositories: Repositories): string | undefined {
  if (repositories.refusal !== undefined) return repositories.refusal;
  if (!workspace.isTrusted && repositories.all.length > 0) {
    return l10n.t('Read-only: this folder is not trusted.');
  }
  return undefined;
}
