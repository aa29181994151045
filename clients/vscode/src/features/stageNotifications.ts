import { commands, l10n, window } from 'vscode';
import { LOG } from '../client/identity';
import { settings } from '../client/settings';
import { reveal } from '../commands/reveal';
import type { Events } from '../protocol';
import type { RegistryChange } from '../registry/repositories';
import type { Repository } from '../registry/repository';
import { holdersOf, stageChanges, type Holders, type StageChange } from '../registry/stageChanges';
import { showError } from '../text/failures';
import { stagesChanged } from '../text/descriptions';
import type { Tools } from '../tools';
import { Feature } from './feature';

/** Nothing more may come for this long before a message is shown, so that a fetch is one message (milliseconds). */
const QUIET = 1_000;
const NO_EVENTS: Events = { added: [], removed: [] };

type Changed = StageChange & { readonly repository: Repository };
type Pending = RegistryChange & { readonly events: Promise<Events> };

/** Shows a message when somebody else changes a stage, if that is wanted: `gto.notifyStageChanges`. */
export class StageNotifications extends Feature {
  private readonly known = new Map<Repository, Holders>();
  private pending: Pending[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly tools: Tools) {
    super();
    const { repositories } = tools;
    this.register(
      // All of them were read again: what changed while nobody listened is not shown.
      repositories.onDidChange(({ repository }) => {
        if (repository === undefined && this.pending.length === 0) this.remember();
      }),
      repositories.onDidChangeRegistry((change) => {
        this.pending.push({ ...change, events: this.eventsOf(change) });
        clearTimeout(this.timer);
        this.timer = setTimeout(() => void this.notify().catch(showError), QUIET);
      }),
      { dispose: () => clearTimeout(this.timer) },
    );
  }

  private remember(): void {
    this.known.clear();
    for (const each of this.tools.repositories.all) this.known.set(each, holdersOf(each.all));
  }

  /** Who changed what, as far as it is to be shown. */
  private async eventsOf({ notice, since }: RegistryChange): Promise<Events> {
    if (notice.origin === 'self' || settings.notifyStageChanges === 'off') return NO_EVENTS;
    try {
      const asked = { repo: notice.repo, since };
      return (await this.tools.connection.ask('gto/changes', asked)).events;
    } catch (error) {
      LOG.warn(`who changed ${notice.repo} is not known: ${String(error)}`);
      return NO_EVENTS;
    }
  }

  private async notify(): Promise<void> {
    const pending = this.pending.splice(0);
    const before = new Map(this.known);
    this.remember();
    const after = new Map(this.known);
    const notices = await Promise.all(
      pending.map(async ({ repository, notice, events }) => ({
        repository,
        ...notice,
        events: await events,
      })),
    );
    // In the window's order, so that of several worktrees the first one is named, whichever was notified first.
    const changes = [...after].flatMap(([repository, holders]) =>
      stageChanges(
        before.get(repository) ?? holders,
        holders,
        notices.filter((each) => each.repository === repository),
      ).map((change): Changed => ({ ...change, repository })),
    );
    await this.show(onceEach(changes.filter((each) => isWanted(each))));
  }

  private async show(changes: readonly Changed[]): Promise<void> {
    const [first, ...others] = changes;
    if (first === undefined) return;
    const show = l10n.t('Show');
    if ((await window.showInformationMessage(stagesChanged(changes), show)) !== show) return;
    const isOne = others.every(
      ({ repository, artifact }) => repository === first.repository && artifact === first.artifact,
    );
    if (isOne) await reveal(this.tools, first.repository, first.artifact, { anyway: true });
    else await commands.executeCommand('gto.stages.focus');
  }
}

function isWanted({ repository, artifact }: Changed): boolean {
  const wanted = settings.notifyStageChanges;
  return wanted === 'all' || (wanted === 'watched' && repository.isOpened(artifact));
}

/** Keeps the first of the changes that several worktrees share because they are of one repository. */
function onceEach(changes: readonly Changed[]): readonly Changed[] {
  const known = new Map<string, Changed>();
  for (const change of changes) {
    const key = [change.repository.store, change.artifact, change.stage].join('\n');
    if (!known.has(key)) known.set(key, change);
  }
  return [...known.values()];
}
