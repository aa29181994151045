import { commands, workspace } from 'vscode';
import type { Connection } from '../client/connection';
import { isByRules, NotConnected, Refusal } from '../client/refusal';
import { cardsOf, columnsOf, rowsThen } from '../panels/board';
import type { BoardAnswer, BoardQuestion, FromPage, ToBoard } from '../panels/messages';
import type { AuditResult, TreeRow } from '../protocol';
import { matches, parseFilter } from '../registry/filter';
import { PlacingEvents, type Place } from '../registry/placingEvents';
import type { Repositories } from '../registry/repositories';
import type { Repository } from '../registry/repository';
import { errorText, refusalOf } from '../text/failures';
import { noRulesText } from '../text/audit';
import type { Audits } from './audits';
import { Feature } from './feature';

/** Stages of which it is found out whether the rules of promotion let a version in. */
const JUDGED = 20;

type Move = Extract<FromPage, { readonly asks: 'move' }>;

/** What boards show, and what is done on them. Nothing is written but by the last step of a wizard. */
export class Boards extends Feature {
  /** Gone with the repository that they are of. */
  private events = new WeakMap<Repository, PlacingEvents>();

  constructor(
    private readonly connection: Connection,
    private readonly repositories: Repositories,
    private readonly audits: Pick<Audits, 'of'>,
  ) {
    super();
    this.register(
      repositories.onDidChangeRegistry(({ repository, notice }) =>
        this.events.get(repository)?.forget(notice.artifacts),
      ),
      // A connection that was lost may have missed changes.
      repositories.onDidChange(({ repository }) => {
        if (repository === undefined) this.events = new WeakMap();
      }),
      connection.onDidVerifySignatures(({ repo }) => {
        const repository = repositories.at(repo);
        if (repository !== undefined) this.events.get(repository)?.forgetPending();
      }),
    );
  }

  async answer(question: BoardQuestion, repository: Repository): Promise<BoardAnswer> {
    const { asOf, isJudged, repo } = question;
    const isTrusted = workspace.isTrusted;
    // Signatures are verified, and events judged, by programs.
    const audit = isJudged && isTrusted ? await this.audit(repo) : undefined;
    const found = audit instanceof Refusal ? undefined : audit;
    const { all: known, notes } =
      asOf === null ? { all: repository.inOrder, notes: [] } : await this.then(repository, asOf);
    const registered = known.filter((row) => row.registered);
    const wanted = parseFilter(question.filter);
    const rows = registered.filter((row) => matches(row, wanted, repository.mainStage));
    const places = placesOf(rows, asOf === null ? repository : undefined);
    const how = { signatures: isTrusted, ...(asOf === null ? {} : { as_of: asOf }) };
    const events =
      asOf === null ? this.eventsOf(repository) : new PlacingEvents(this.connection, repo);
    const eventOf = await events.of(places, how);
    const { all } = this.repositories;
    return {
      columns: columnsOf(registered, repository.allowedStages),
      cards: cardsOf(rows, eventOf, found),
      shown: rows.length,
      total: registered.length,
      repositories: all.length > 1 ? all.map(({ root, label }) => ({ repo: root, label })) : [],
      isWritable: isTrusted && asOf === null,
      isJudgeable: isTrusted,
      notes: [
        ...notes,
        ...(audit instanceof Refusal ? [errorText(audit)] : []),
        ...(found?.rules === null ? [noRulesText()] : []),
      ],
    };
  }

  private eventsOf(repository: Repository): PlacingEvents {
    const known =
      this.events.get(repository) ?? new PlacingEvents(this.connection, repository.root);
    this.events.set(repository, known);
    return known;
  }

  private async audit(repo: string): Promise<AuditResult | Refusal> {
    try {
      return await this.audits.of(repo);
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  }

  private async then(
    { root: repo, inOrder }: Repository,
    as_of: string,
  ): Promise<{ readonly all: readonly TreeRow[]; readonly notes: readonly string[] }> {
    const deprecated = this.repositories.showsDeprecated;
    const shown = await this.connection.ask('gto/show', { repo, as_of, deprecated });
    return { all: rowsThen(shown, inOrder), notes: shown.note ? [shown.note] : [] };
  }

  /** Does what the user wants of a board; answers what the page is to say about it. */
  async done(repository: Repository, message: FromPage): Promise<ToBoard | undefined> {
    if (message.asks === 'move') return this.move(repository, message);
    if (message.asks !== 'refusals') return undefined;
    const { name, version } = message;
    const refusals = await this.refusals(repository, name, version);
    return { tells: 'refusals', name, version, refusals };
  }

  /** The stages that the rules do not let a version into now, with their words. */
  private async refusals({ root: repo, stages }: Repository, name: string, version: string) {
    const asked = stages.slice(0, JUDGED).map(async ({ name: stage }) => {
      const planned = this.connection.ask('gto/assign', {
        repo,
        name,
        version,
        stage,
        dry_run: true,
      });
      return [stage, await refusalOf(planned, isByRules).catch(ignoreLost)] as const;
    });
    const found = await Promise.all(asked);
    return Object.fromEntries(found.flatMap(([stage, words]) => (words ? [[stage, words]] : [])));
  }

  /** Opens the last step of what a move is, or says why there is none. */
  private async move(
    repository: Repository,
    { name, version, from, to }: Move,
  ): Promise<ToBoard | undefined> {
    const stage = to ?? from;
    if (stage === null || !workspace.isTrusted) return undefined;
    const target = { repo: repository.root, name, version, stage };
    const method = to === null ? 'gto/unassign' : 'gto/assign';
    const words = await refusalOf(
      this.connection.ask(method, { ...target, dry_run: true }),
      // What may be done all the same is asked about in the last step.
      ({ allow }) => allow === undefined,
    );
    if (words !== undefined) return { tells: 'refused', words };
    await commands.executeCommand(to === null ? 'gto.removeFromStage' : 'gto.assignStage', target);
    const held = Object.entries(repository.row(name)?.stages ?? {});
    const isThere = held.some(([each, versions]) => each === stage && versions.includes(version));
    return isThere === (to !== null) ? undefined : { tells: 'unmoved', name };
  }
}

/** Where the versions are. `today` knows since when. */
function placesOf(rows: readonly TreeRow[], today?: Repository): readonly Place[] {
  return rows.flatMap(({ name, stages, latest }): Place[] => {
    const since = today?.row(name)?.since;
    const held = Object.entries(stages).flatMap(([stage, versions]) =>
      versions.map((version) => ({ name, stage, version, since: since?.[stage] })),
    );
    return held.length > 0 || latest === null ? held : [{ name, stage: null, version: latest }];
  });
}

/** A server that ends meanwhile has no objections; what is done next says that it is gone. */
function ignoreLost(error: unknown): undefined {
  if (!(error instanceof NotConnected)) throw error;
}
