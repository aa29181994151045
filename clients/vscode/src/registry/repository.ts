import { workspace } from 'vscode';
import type { Connection } from '../client/connection';
import { settings } from '../client/settings';
import { SingleFlight } from '../client/restarts';
import type { ArtifactResult, Problem, TreeResult, TreeRow } from '../protocol';
import { linkedTo } from './linked';
import { KnownMetrics } from './metrics';
import { artifactsInOrder } from './order';
import { stageLooks, type StageLook } from './stageLooks';
import { TAMPERING } from './tampering';

/** How many versions, or events, are shown at first, and how many more each time. */
export const PAGE = 200;

/** One repository as the daemon last described it. It holds answers and derives nothing from them. */
export class Repository {
  private tree: TreeResult | undefined;
  /** Differs whenever anything that is shown may differ. */
  content = '';
  private readonly rows = new Map<string, TreeRow>();
  private readonly artifacts = new Map<string, Promise<ArtifactResult>>();
  /** What was asked for last, to take the place of what is shown. */
  private readonly renewing = new Map<string, Promise<ArtifactResult>>();
  private readonly wanted = new Map<string, number>();
  /** What was found when the whole registry was last inspected; problems of files on disk are not among it. */
  private findings: readonly Problem[] = [];
  /** The clock that it was, or is being, inspected at. */
  private inspected: { readonly clock: string; readonly done: Promise<void> } | undefined;
  private readonly refreshing = new SingleFlight(() => this.fetch());
  /** The stages of `.gto`; null where it restricts none. */
  allowedStages: readonly string[] | null = null;
  /** Found when a row is drawn that needs them. */
  private looks: ReadonlyMap<string, StageLook> | undefined;
  /** What it is called beside the others that are open. */
  label = '';
  /** The metrics of versions, as far as they are known. */
  readonly metrics = new KnownMetrics();
  /** The same for messages, which name it only where there are others; else empty. */
  place = '';

  /**
   * @param root canonical path of the checkout
   * @param folder what the user opened of it
   * @param store canonical path of the Git directory that has its tags; worktrees of one repository share it
   * @param showsDeprecated whether deprecated artifacts and deregistered versions are asked for
   * @param isBare whether nothing is checked out, so that it has tags but no files
   */
  constructor(
    private readonly connection: Connection,
    readonly root: string,
    readonly folder: string,
    readonly store: string,
    private readonly showsDeprecated: () => boolean = () => settings.showDeprecated,
    readonly isBare = false,
  ) {}

  /** The path of the repository that this is a linked worktree of; undefined where it is none. */
  get linkedTo(): string | undefined {
    return this.isBare ? undefined : linkedTo(this.root, this.store);
  }

  /** The remote that the user chose for this folder, or else the one that git pushes to. */
  get remote(): string {
    return settings.remoteOf(this.folder) ?? this.tree?.remote ?? 'origin';
  }

  /** Whether it has that remote, so that something can be pushed. */
  get hasRemote(): boolean {
    return this.remotes.includes(this.remote);
  }

  /** Asks for everything that is shown at once. What is shown of single artifacts is asked for when it is. */
  refresh(): Promise<void> {
    return this.refreshing.run();
  }

  private async fetch(): Promise<void> {
    const repo = this.root;
    const [tree, allowed] = await Promise.all([
      this.connection.ask('gto/tree', {
        repo,
        worktree: true,
        deprecated: this.showsDeprecated(),
        remote: settings.remoteOf(this.folder),
      }),
      this.connection.ask('gto/stages', { repo, allowed: true }),
    ]);
    this.tree = tree;
    const { clock, artifacts, hidden, problems } = tree;
    this.content = JSON.stringify([clock, artifacts, hidden, problems, allowed.stages]);
    this.allowedStages = allowed.stages;
    this.looks = undefined;
    this.rows.clear();
    for (const row of tree.artifacts) this.rows.set(row.name, row);
  }

  /** Looks for everything that is wrong, signs of tampering too, unless nothing changed since the last time. */
  inspect(): Promise<void> {
    const clock = this.tree?.clock;
    if (clock === undefined) return Promise.resolve();
    if (this.inspected?.clock !== clock) {
      const done = this.connection.ask('gto/doctor', { repo: this.root }).then(({ findings }) => {
        this.findings = findings;
      });
      const inspected = { clock, done };
      this.inspected = inspected;
      // A failed request is not cached.
      done.catch(() => {
        if (this.inspected === inspected) this.inspected = undefined;
      });
    }
    return this.inspected.done;
  }

  /** Signs of tampering that are no mere hints. */
  get tampering(): readonly Problem[] {
    return this.findings.filter(({ code, severity }) => TAMPERING.has(code) && severity !== 'info');
  }

  /** Everything that was found, with the problems of the files on disk; each once. */
  get allFindings(): readonly Problem[] {
    return distinct([...this.findings, ...this.problems]);
  }

  /** The problems of the files as they are on disk, committed or not. */
  get problemsOnDisk(): readonly (Problem & { readonly path: string })[] {
    const problems = this.tree?.problems ?? [];
    return problems.flatMap((each) =>
      each.path && !each.commit ? [{ ...each, path: each.path }] : [],
    );
  }

  /**
   * Asks again for the versions of these artifacts, or of all, as far as they are loaded; until they are there, the
   * versions stay as they are. Call it before they are drawn again: while VS Code waits for rows it has none, and a
   * click on one of them reaches its command without the row.
   */
  async renew(names: readonly string[] = [...this.artifacts.keys()]): Promise<void> {
    const renewed = names.map(async (name) => {
      const before = this.artifacts.get(name);
      if (before === undefined) return;
      const asked = this.askFor(name);
      this.renewing.set(name, asked);
      const answered = await asked.then(
        () => true,
        () => false,
      );
      // What was asked for later is newer.
      if (this.renewing.get(name) !== asked) return;
      this.renewing.delete(name);
      if (this.artifacts.get(name) !== before) return;
      // One that fails is forgotten, and asked for again when it is shown.
      if (answered) this.artifacts.set(name, asked);
      else this.artifacts.delete(name);
    });
    await Promise.all(renewed);
  }

  /** The state that is shown. */
  get clock(): string | undefined {
    return this.tree?.clock;
  }

  get isLoaded(): boolean {
    return this.tree !== undefined;
  }

  get all(): readonly TreeRow[] {
    return this.tree?.artifacts ?? [];
  }

  /** The same in the order that they are shown in. */
  get inOrder(): readonly TreeRow[] {
    return artifactsInOrder(this.all, settings.sort);
  }

  /** How many deprecated artifacts are not shown. */
  get hidden(): number {
    return this.tree?.hidden ?? 0;
  }

  get remotes(): readonly string[] {
    return this.tree?.remotes ?? [];
  }

  /** How many tags the remote is known to lack. */
  get unpushed(): number {
    return this.all.reduce((sum, row) => sum + (row.unpushed ?? 0), 0);
  }

  /** The problems, those of the files on disk included, each once. */
  get problems(): readonly Problem[] {
    return distinct(this.tree?.problems ?? []);
  }

  row(name: string): TreeRow | undefined {
    return this.rows.get(name);
  }

  /** An artifact with as many of its versions as somebody wanted to see. */
  artifact(name: string): Promise<ArtifactResult> {
    let known = this.artifacts.get(name);
    if (known === undefined) {
      const asked = this.askFor(name);
      // A failed request is not cached.
      asked.catch(() => this.artifacts.get(name) === asked && this.artifacts.delete(name));
      this.artifacts.set(name, asked);
      known = asked;
    }
    return known;
  }

  private askFor(name: string): Promise<ArtifactResult> {
    return this.connection.ask('gto/artifact', {
      repo: this.root,
      name,
      worktree: true,
      deprecated: this.showsDeprecated(),
      remote: settings.remoteOf(this.folder),
      // They are verified by programs.
      signatures: workspace.isTrusted,
      // The newest may be on the last of the daemon's pages, which begin with the greatest.
      limit: settings.sort === 'time' ? null : (this.wanted.get(name) ?? PAGE),
    });
  }

  /** The artifacts whose versions are shown, or were. */
  get opened(): readonly string[] {
    return [...this.artifacts.keys()];
  }

  /** Whether somebody looked into this artifact: its versions are shown, or were. */
  isOpened(name: string): boolean {
    return this.artifacts.has(name);
  }

  /** Shows one page of versions more from now on. */
  wantMore(name: string): void {
    this.wanted.set(name, (this.wanted.get(name) ?? PAGE) + PAGE);
    this.artifacts.delete(name);
  }

  /** The stages that are allowed or in use, the allowed ones in their order first. */
  get stages(): readonly { readonly name: string; readonly isAllowed: boolean }[] {
    const allowed = this.allowedStages ?? [];
    const used = new Set(this.all.flatMap((row) => Object.keys(row.stages)));
    for (const name of allowed) used.delete(name);
    return [
      ...allowed.map((name) => ({ name, isAllowed: true })),
      ...[...used].sort().map((name) => ({ name, isAllowed: this.allowedStages === null })),
    ];
  }

  /** The stages that an artifact is in, the most important one last. */
  heldStages(name: string): readonly string[] {
    const held = Object.entries(this.row(name)?.stages ?? {}).flatMap(([stage, versions]) =>
      versions.length > 0 ? [stage] : [],
    );
    return this.byImportance(held);
  }

  /** These stages in the order of `.gto`, the most important one last. */
  byImportance(stages: readonly string[]): readonly string[] {
    const order = this.allowedStages ?? [];
    const main = this.mainStage;
    const rank = (stage: string): number => (stage === main ? order.length : order.indexOf(stage));
    return [...stages].sort((one, other) => rank(one) - rank(other));
  }

  /** How a stage is drawn. */
  stageLook(stage: string): StageLook | undefined {
    this.looks ??= stageLooks(this.stages, this.mainStage, settings.stageLooks);
    return this.looks.get(stage);
  }

  /** The stage that versions of an artifact are compared with, if something is in it. */
  comparedStage(name: string): string | undefined {
    return this.heldStages(name).includes(this.mainStage) ? this.mainStage : undefined;
  }

  /** The most important stage: the one that the user chose for this folder, the last that is allowed, or else `prod`. */
  get mainStage(): string {
    return settings.mainStageOf(this.folder) ?? this.allowedStages?.at(-1) ?? 'prod';
  }

  /** The artifacts that are in a stage. */
  inStage(stage: string): readonly TreeRow[] {
    return this.all.filter((row) => (row.stages[stage] ?? []).length > 0);
  }
}

/** Each of these problems once: HEAD and the files on disk have most in common. */
export function distinct(problems: readonly Problem[]): readonly Problem[] {
  const known = new Map<string, Problem>();
  for (const each of problems) {
    const key = JSON.stringify([each.code, each.path, each.tag, each.artifact, each.message]);
    if (!known.has(key)) known.set(key, each);
  }
  return [...known.values()];
}
