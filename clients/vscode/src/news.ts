import { commands, l10n, window, type Disposable } from 'vscode';
import type { Came, OwnActs } from './client/acts';
import { settings } from './client/settings';
import { reveal } from './commands/reveal';
import { holdersOf, movesOf, type Holders, type Move } from './registry/moves';
import type { Heard } from './registry/repositories';
import type { Repository } from './registry/repository';
import { moved } from './text/words';
import { tell } from './text/failures';
import type { Tools } from './tools';

/** So long nothing more has to come before what came is told, so that a fetch is told at once (milliseconds). */
const QUIET = 1_000;

type Moved = Move & { readonly repository: Repository };

/** Tells when somebody else moves a stage, to those who want that: `gto.notifyStageChanges`. */
export class StageNews implements Disposable {
  private readonly known = new Map<Repository, Holders>();
  private heard: Heard[] = [];
  private timer: NodeJS.Timeout | undefined;
  private readonly listening: Disposable[];

  constructor(
    private readonly tools: Tools,
    private readonly acts: OwnActs,
  ) {
    const { repositories } = tools;
    this.listening = [
      // All of them were read anew: what changed while nobody listened is no news.
      repositories.onDidChange(({ repository }) => {
        if (repository === undefined && this.heard.length === 0) this.remember();
      }),
      repositories.onDidHear((heard) => {
        this.heard.push(heard);
        clearTimeout(this.timer);
        this.timer = setTimeout(() => void this.tell().catch(tell), QUIET);
      }),
    ];
  }

  private remember(): void {
    this.known.clear();
    for (const each of this.tools.repositories.all) this.known.set(each, holdersOf(each.all));
  }

  private async tell(): Promise<void> {
    await this.acts.settled();
    const heard = this.heard.splice(0);
    const concerned = new Set(heard.map(({ repository }) => repository));
    // In the window's order, so that of several worktrees the first is named, whichever was heard of first.
    const open = this.tools.repositories.all.filter((each) => concerned.has(each));
    const moves = open.flatMap((repository) => {
      const after = holdersOf(repository.all);
      const before = this.known.get(repository) ?? after;
      const changes = heard.flatMap((each) => (each.repository === repository ? each.change : []));
      const { root } = repository;
      const sharing = this.tools.repositories.sharing(repository).map((each) => each.root);
      const isOwn = (came: Came, tag: string) => this.acts.take(came, tag, root, sharing);
      return movesOf(before, after, changes, isOwn).map((move): Moved => ({ ...move, repository }));
    });
    this.remember();
    const wanted = settings.notifyStageChanges;
    const told = onceEach(
      moves.filter(
        ({ repository, artifact }) =>
          wanted === 'all' || (wanted === 'watched' && repository.isOpened(artifact)),
      ),
    );
    const [first, ...others] = told;
    if (first === undefined) return;
    const show = l10n.t('Show');
    if ((await window.showInformationMessage(moved(told), show)) !== show) return;
    const isOne = others.every(
      ({ repository, artifact }) => repository === first.repository && artifact === first.artifact,
    );
    if (isOne) await reveal(this.tools, first.repository, first.artifact, { anyway: true });
    else await commands.executeCommand('gto.stages.focus');
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const each of this.listening) each.dispose();
  }
}

/** Of what moved in several worktrees of one repository, because they share it, the first. */
function onceEach(moves: readonly Moved[]): readonly Moved[] {
  const known = new Map<string, Moved>();
  for (const move of moves) {
    const key = [move.repository.store, move.artifact, move.stage].join('\n');
    if (!known.has(key)) known.set(key, move);
  }
  return [...known.values()];
}
