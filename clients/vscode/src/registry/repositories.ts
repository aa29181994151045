import { EventEmitter, workspace, type Disposable, type Memento } from 'vscode';
import type { Connection } from '../client/connection';
import { NotConnected, Refusal } from '../client/refusal';
import { LOG } from '../client/identity';
import { SingleFlight } from '../client/restarts';
import { settings } from '../client/settings';
import type { DidChangeParams } from '../protocol';
import { errorText } from '../text/failures';
import { gitFolders, onDidChangeGitFolders } from './git';
import { labelsOf } from './labels';
import { together, type Noticed } from './notices';
import { Repository } from './repository';

/** Between two looks at what changed in a repository, however often it does (milliseconds). */
const PAUSE = 150;

/** A checkout: its root, and the Git directory that has its tags. */
interface Checkout {
  readonly root: string;
  readonly store: string;
  readonly isBare: boolean;
}

/** Where a workspace remembers whether deprecated artifacts are shown. */
const SHOWS_DEPRECATED = 'gto.showsDeprecated';

/** Something that is shown changed. Without names, everything may have. */
export interface Change {
  readonly repository?: Repository;
  readonly artifacts?: readonly string[] | undefined;
}

/** Notifications of the daemon, as one; the repository has been asked again since. */
export interface RegistryChange {
  readonly repository: Repository;
  readonly notice: DidChangeParams;
  /** The clock that it changed from. */
  readonly since: string;
}

/** Every repository that is open in this window, followed live. */
export class Repositories implements Disposable {
  private open: Repository[] = [];
  private readonly changed = new EventEmitter<Change>();
  readonly onDidChange = this.changed.event;
  private readonly registryChanged = new EventEmitter<RegistryChange>();
  readonly onDidChangeRegistry = this.registryChanged.event;
  /** Why folders are not among them, in the daemon's words. */
  private refusals: string[] = [];
  isLoaded = false;
  /** The content that was fired last, and so is drawn or about to be. */
  private readonly drawn = new WeakMap<Repository, string>();
  private drawnRoots: string | undefined;
  private readonly refreshing = new Set<Change & { readonly repository: Repository }>();
  /** The root of each that is subscribed to, with the clock up to which its changes were notified. */
  private readonly subscribed = new Map<string, string>();
  /** The notifications of each that is being asked again, which came since. */
  private readonly notices = new Map<string, Noticed[]>();
  private readonly finding = new SingleFlight(() => this.find());
  private readonly listening: Disposable[];

  /** @param memory what is remembered of this workspace; without it, nothing is */
  constructor(
    private readonly connection: Connection,
    private readonly memory?: Pick<Memento, 'get' | 'update'>,
  ) {
    connection.placeOf = (root) => this.at(root)?.place ?? '';
    const again = (): void => void this.reload();
    this.listening = [
      connection.onDidChange((notice) => void this.refreshChanged(notice)),
      connection.onDidVerifySignatures(({ repo }) => void this.renewSigned(repo)),
      workspace.onDidChangeWorkspaceFolders(again),
      onDidChangeGitFolders(again),
    ];
  }

  /** Whether deprecated artifacts are shown: as was chosen last in this workspace, or else as the setting says. */
  get showsDeprecated(): boolean {
    return this.memory?.get<boolean>(SHOWS_DEPRECATED) ?? settings.showDeprecated;
  }

  /** Shows deprecated artifacts in this workspace, or not; undefined for as the setting says. */
  async showDeprecated(isWanted: boolean | undefined): Promise<void> {
    const isSetting = isWanted === settings.showDeprecated;
    await this.memory?.update(SHOWS_DEPRECATED, isSetting ? undefined : isWanted);
    await this.reload({ redraw: true });
  }

  get all(): readonly Repository[] {
    return this.open;
  }

  /** The one that has this root; a folder in it may be, or become, the root of another. */
  at(root: string): Repository | undefined {
    return this.open.find((each) => each.root === root);
  }

  /** The open worktrees of the same repository, itself first: what is done to the tags of one is done to all. */
  sharing(repository: Repository): readonly Repository[] {
    const others = this.open.filter((each) => each !== repository);
    return [repository, ...others.filter((each) => each.store === repository.store)];
  }

  /** Why folders are not among them, in the daemon's words; undefined where it refused none. */
  get refusal(): string | undefined {
    return this.refusals.length > 0 ? this.refusals.join(' ') : undefined;
  }

  /** Resolves when there is something to show, or will be nothing, so that the first drawing has all rows. */
  async settled(started: Promise<void>): Promise<void> {
    await started;
    // Reading them began when the server was ready; one that is not has none.
    if (!this.isLoaded && this.connection.isOpen) await this.tried(this.finding.join());
  }

  /** Finds the repositories again and asks for all that they show. With `redraw` all of it is drawn again, changed or not. */
  async reload({ redraw = false } = {}): Promise<void> {
    if (redraw) this.drawnRoots = undefined;
    await this.tried(this.finding.run());
  }

  private async tried(found: Promise<void>): Promise<void> {
    try {
      await found;
    } catch (error) {
      // A server that went away meanwhile says so itself, and comes back to this.
      if (!(error instanceof NotConnected)) LOG.error(String(error));
    }
  }

  /** Fires for everything, unless all of it is as it was: a row that is drawn again loses a click that is on its way. */
  private fireIfChanged(): void {
    const roots = this.open.map((each) => each.root).join('\n');
    const isSame = this.open.every((each) => this.drawn.get(each) === each.content);
    if (this.isLoaded && isSame && roots === this.drawnRoots) return;
    this.drawnRoots = roots;
    for (const each of this.open) this.drawn.set(each, each.content);
    this.isLoaded = true;
    this.changed.fire({});
  }

  private async find(): Promise<void> {
    if (!this.connection.isOpen) return;
    const began = Date.now();
    const found = new Map<string, Repository>();
    this.refusals = [];
    const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
    const looked = [...new Set([...folders, ...gitFolders()])];
    const checkouts = await Promise.all(looked.map((folder) => this.checkoutOf(folder)));
    for (const [index, folder] of looked.entries()) {
      const checkout = checkouts[index];
      if (checkout === undefined || found.has(checkout.root)) continue;
      const { root, store, isBare } = checkout;
      const known = this.at(root);
      const isSame = known?.store === store;
      const shows = (): boolean => this.showsDeprecated;
      const made = (): Repository =>
        new Repository(this.connection, root, folder, store, shows, isBare);
      found.set(root, isSame ? known : made());
    }
    this.open = [...found.values()];
    const labels = labelsOf([...found.keys()]);
    for (const each of this.open) {
      each.label = labels.get(each.root) ?? each.root;
      each.place = this.open.length > 1 ? each.label : '';
    }
    await Promise.all(
      this.open.map(async (repository) => {
        const [clock] = await Promise.all([
          this.subscribe(repository.root),
          repository.refresh(),
          repository.renew(),
        ]);
        // What changed between the two is not notified.
        if (clock !== undefined && clock !== repository.clock)
          await Promise.all([repository.refresh(), repository.renew()]);
      }),
    );
    LOG.info(`${this.open.length} repositories read in ${Date.now() - began} ms`);
    this.fireIfChanged();
  }

  /** Returns the clock from which changes are notified; undefined where they already are. */
  private async subscribe(repo: string): Promise<string | undefined> {
    if (this.subscribed.has(repo)) return undefined;
    // Before the answer comes, so that there is one subscription however often this is called meanwhile.
    this.subscribed.set(repo, '');
    const { clock } = await this.connection.ask('gto/subscribe', { repo });
    this.subscribed.set(repo, clock);
    return clock;
  }

  /** There is a new connection: subscriptions ended with the one before. */
  async reconnected(): Promise<void> {
    this.subscribed.clear();
    await this.reload();
  }

  private async checkoutOf(folder: string): Promise<Checkout | undefined> {
    try {
      const { repository } = await this.connection.ask('gto/status', { repo: folder });
      const root = repository?.repo ?? folder;
      return { root, store: repository?.common ?? root, isBare: repository?.bare ?? false };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      LOG.info(`${folder}: ${error.message}`);
      if (error.kind !== 'NotARepository') this.refusals.push(errorText(error));
      return undefined;
    }
  }

  /** The first change is looked at at once; those that come meanwhile, and shortly after, together. */
  private async refreshChanged(notice: DidChangeParams): Promise<void> {
    const { repo, clock } = notice;
    if (this.at(repo) === undefined) return;
    const since = this.subscribed.get(repo) ?? '';
    this.subscribed.set(repo, clock);
    const waiting = this.notices.get(repo);
    if (waiting !== undefined) {
      waiting.push({ notice, since });
      return;
    }
    const pending = [{ notice, since }];
    this.notices.set(repo, pending);
    while (pending.length > 0) {
      const changes = together(pending.splice(0));
      const repository = this.at(repo);
      if (repository === undefined) break;
      await this.refreshOne(
        repository,
        changes.flatMap((each) => each.notice.artifacts),
      );
      for (const each of changes) this.registryChanged.fire({ repository, ...each });
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
    this.notices.delete(repo);
  }

  /** Draws the versions again that were shown before their signatures were verified. */
  private async renewSigned(repo: string): Promise<void> {
    const repository = this.at(repo);
    const artifacts = repository?.opened ?? [];
    if (repository === undefined || artifacts.length === 0) return;
    await repository.renew(artifacts);
    this.changed.fire({ repository, artifacts });
  }

  /** Asks again for what is shown of a repository: of these artifacts, or all of it. */
  async refresh(repository: Repository, artifacts?: readonly string[]): Promise<void> {
    // The other worktrees are not notified of a push from one of them.
    await Promise.all(this.sharing(repository).map((each) => this.refreshOne(each, artifacts)));
  }

  private async refreshOne(repository: Repository, artifacts?: readonly string[]): Promise<void> {
    const before = shownNames(repository);
    const mine = { repository, artifacts };
    this.refreshing.add(mine);
    try {
      await Promise.all([repository.refresh(), repository.renew(artifacts)]);
    } catch (error) {
      LOG.warn(`${repository.root}: ${String(error)}`);
      this.refreshing.delete(mine);
      return;
    }
    // It may have brought what other calls wait for, and those will then find nothing new.
    const together = [...this.refreshing].filter((each) => each.repository === repository);
    this.refreshing.delete(mine);
    if (this.drawn.get(repository) === repository.content) return;
    this.drawn.set(repository, repository.content);
    // Where rows come, go or move, the whole list is drawn.
    const isWhole = together.some((each) => each.artifacts === undefined);
    const names = [...new Set(together.flatMap((each) => each.artifacts ?? []))];
    const partly = !isWhole && before === shownNames(repository);
    this.changed.fire(partly ? { repository, artifacts: names } : { repository });
  }

  dispose(): void {
    for (const each of this.listening) each.dispose();
    this.changed.dispose();
    this.registryChanged.dispose();
  }
}

function shownNames(repository: Repository): string {
  return repository.inOrder.map((row) => row.name).join('\n');
}
