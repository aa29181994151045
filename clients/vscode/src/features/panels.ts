import { randomBytes } from 'node:crypto';
import {
  commands,
  env,
  l10n,
  Uri,
  ViewColumn,
  window,
  workspace,
  type Event,
  type WebviewPanel,
} from 'vscode';
import type { Connection } from '../client/connection';
import { NotConnected, Refusal } from '../client/refusal';
import { SingleFlight } from '../client/restarts';
import { openChange } from '../commands/compare';
import { chooseVersion } from '../commands/target';
import type {
  Answer,
  BoardQuestion,
  CompareQuestion,
  FromPage,
  Question,
  ToPage,
} from '../panels/messages';
import { pageHtml } from '../panels/html';
import { isSame, titleOf, VIEW_TYPES } from '../panels/questions';
import type { Repositories } from '../registry/repositories';
import type { Repository } from '../registry/repository';
import { versionText, withPlace } from '../text/descriptions';
import { errorText, showError } from '../text/failures';
import { closedText } from '../text/pages';
import { Boards } from './boards';
import type { Audits } from './audits';
import { Feature } from './feature';

/** Milliseconds between two answers to a board of a registry that does not rest. */
const PAUSE = 150;

/** An open page, and what it shows. */
interface Open {
  readonly panel: WebviewPanel;
  question: Question;
  answer: Answer | undefined;
  /** How often it was asked for: an answer that another one has overtaken is not shown. */
  asked: number;
  /** Answers again, once for all changes that come while it does. */
  readonly renewing: SingleFlight;
}

/** The pages. They follow their registry while they are in sight. */
export class Panels extends Feature {
  private readonly open = new Set<Open>();
  private readonly boards: Boards;

  constructor(
    private readonly connection: Connection,
    private readonly repositories: Repositories,
    private readonly started: () => Promise<void>,
    private readonly extensionUri: Uri,
    onDidChangeHealth: Event<unknown>,
    audits: Pick<Audits, 'of'>,
  ) {
    super();
    // Before all else, so that it knows of a change when it is asked because of that.
    this.boards = new Boards(connection, repositories, audits);
    const isBoard = ({ question }: Open): boolean => question.page === 'board';
    this.register(
      this.boards,
      // A server that failed, and so left pages without answers, may be there again.
      onDidChangeHealth(() => this.renew(undefined, ({ answer }) => answer === undefined)),
      repositories.onDidChangeRegistry(({ repository }) => this.renew(repository)),
      repositories.onDidChange(({ repository }) => {
        // A board has what the rows of the sidebar have.
        this.renew(repository, repository && isBoard);
      }),
      connection.onDidVerifySignatures(({ repo }) => {
        this.renew(repositories.at(repo), isBoard);
      }),
      workspace.onDidGrantWorkspaceTrust(() => this.renew()),
      ...Object.values(VIEW_TYPES).map((viewType) =>
        window.registerWebviewPanelSerializer(viewType, {
          deserializeWebviewPanel: (panel, state: { readonly question?: Question } | undefined) => {
            if (state?.question === undefined) panel.dispose();
            else this.adopt(panel, state.question);
            return Promise.resolve();
          },
        }),
      ),
      { dispose: () => [...this.open].forEach(({ panel }) => void panel.dispose()) },
    );
  }

  /** Shows two versions side by side, the older one on the left. */
  compare({ root: repo }: Repository, name: string, left: string, right: string): void {
    this.show({ page: 'compare', repo, name, left, right });
  }

  /** Shows all versions of an artifact. */
  versions(repository: Repository, name: string): void {
    const against = repository.comparedStage(name) ?? null;
    this.show({ page: 'versions', repo: repository.root, name, against });
  }

  /** Shows which version of which artifact is in which stage. */
  board({ root: repo }: Repository): void {
    this.show({ page: 'board', repo, asOf: null, isJudged: false, filter: '' });
  }

  private show(question: Question): void {
    for (const each of this.open) {
      if (isSame(each.question, question)) {
        each.panel.reveal();
        return;
      }
    }
    const panel = window.createWebviewPanel(
      VIEW_TYPES[question.page],
      this.titleOf(question),
      ViewColumn.Active,
      { enableFindWidget: true },
    );
    this.adopt(panel, question);
  }

  /** Makes a page of an empty panel, new or from before a reload. */
  private adopt(panel: WebviewPanel, question: Question): void {
    const renewing = new SingleFlight(async () => {
      await this.tell(one);
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    });
    const one: Open = { panel, question, answer: undefined, asked: 0, renewing };
    const root = Uri.joinPath(this.extensionUri, 'dist', 'webview');
    this.open.add(one);
    panel.onDidDispose(() => this.open.delete(one));
    panel.webview.options = { enableScripts: true, localResourceRoots: [root] };
    panel.webview.onDidReceiveMessage((message: FromPage) => {
      this.answer(one, message).catch(showError);
    });
    const at = (name: string): string =>
      panel.webview.asWebviewUri(Uri.joinPath(root, `${question.page}.${name}`)).toString();
    panel.webview.html = pageHtml({
      language: env.language,
      source: panel.webview.cspSource,
      nonce: randomBytes(16).toString('base64'),
      script: at('js'),
      style: at('css'),
    });
  }

  /** Asks again for what is in sight: of a repository, or of all. What is hidden asks when it is shown. */
  private renew(repository?: Repository, counts: (one: Open) => boolean = () => true): void {
    for (const one of this.open) {
      const isConcerned = repository === undefined || one.question.repo === repository.root;
      if (!isConcerned || !one.panel.visible || !counts(one)) continue;
      const renewed = one.question.page === 'board' ? one.renewing.run() : this.tell(one);
      renewed.catch(showError);
    }
  }

  private titleOf(question: Question): string {
    const place = this.repositories.at(question.repo)?.place ?? '';
    return withPlace({ place }, titleOf(question));
  }

  /** Sends the answer to what a page is about, or why there is none. */
  private async tell(one: Open): Promise<void> {
    const { question } = one;
    const asked = ++one.asked;
    let message: ToPage<Question, Answer>;
    try {
      await this.repositories.settled(this.started());
      const repository = this.repositories.at(question.repo);
      if (repository === undefined && this.connection.isOpen) {
        message = { tells: 'failure', question, words: closedText(question.repo) };
      } else {
        const answer = await this.ask(question, repository);
        message = { tells: 'answer', question, answer };
      }
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof NotConnected)) throw error;
      message = { tells: 'failure', question, words: errorText(error) };
    }
    if (one.asked !== asked || !this.open.has(one)) return;
    one.answer = message.tells === 'answer' ? message.answer : undefined;
    one.panel.title = this.titleOf(question);
    await one.panel.webview.postMessage(message);
  }

  private async ask(question: Question, repository: Repository | undefined): Promise<Answer> {
    if (question.page === 'board') {
      if (repository === undefined)
        throw new NotConnected(l10n.t('The GTO server is not connected.'));
      return this.boards.answer(question, repository);
    }
    const { repo, name } = question;
    if (question.page === 'compare') {
      const { left, right } = question;
      const asked = { repo, name, left, right, metrics: true, params: true };
      const [compared, { plots }] = await Promise.all([
        this.connection.ask('gto/compare', asked),
        // HEAD is no version, and has no plots.
        this.connection.ask('gto/plots', {
          repo,
          name,
          versions: [left, right].filter((each) => each !== 'HEAD'),
          images: true,
        }),
      ]);
      return { compared, plots };
    }
    const { against } = question;
    const metrics = await this.connection.ask('gto/metrics', { repo, name, against, limit: null });
    return {
      metrics,
      stages: repository?.heldStages(name) ?? [],
      isWritable: workspace.isTrusted,
    };
  }

  /** Does what the user wants of a page. */
  private async answer(one: Open, message: FromPage): Promise<void> {
    const { question } = one;
    if (message.asks === 'answer') return this.tell(one);
    if (question.page === 'board') return this.answerBoard(one, question, message);
    const { repo, name } = question;
    const repository = this.repositories.at(repo);
    switch (message.asks) {
      case 'swap':
        if (question.page !== 'compare') return;
        return this.become(one, { ...question, left: question.right, right: question.left });
      case 'choose':
        if (question.page === 'compare' && repository)
          await this.choose(one, question, message.side);
        return;
      case 'against':
        if (question.page !== 'versions') return;
        return this.become(one, { ...question, against: message.stage });
      case 'compare':
        if (repository) this.compare(repository, name, message.left, message.right);
        return;
      case 'versions':
        if (repository) this.versions(repository, name);
        return;
      case 'assign':
        // Where nothing may be done the page has no such button; until it knows, it may have.
        if (workspace.isTrusted)
          await commands.executeCommand('gto.assignStage', {
            repo,
            name,
            version: message.version,
          });
        return;
      case 'commit':
        await commands.executeCommand('gto.showCommit', { repo, name, commit: message.commit });
        return;
      case 'file':
        if (one.answer && 'compared' in one.answer && repository)
          await openChange(repository, one.answer.compared, message.path);
        return;
    }
  }

  private async answerBoard(one: Open, question: BoardQuestion, message: FromPage): Promise<void> {
    const repository = this.repositories.at(question.repo);
    switch (message.asks) {
      case 'repository':
        return this.become(one, { ...question, repo: message.repo });
      case 'moment':
        return this.become(one, { ...question, asOf: message.asOf });
      case 'judged':
        return this.become(one, { ...question, isJudged: message.isJudged });
      case 'filter':
        return this.become(one, { ...question, filter: message.filter });
    }
    if (repository === undefined) return;
    const said = await this.boards.done(repository, message);
    if (said !== undefined && this.open.has(one)) await one.panel.webview.postMessage(said);
  }

  private become(one: Open, question: Question): Promise<void> {
    one.question = question;
    return this.tell(one);
  }

  private async choose(
    one: Open,
    question: CompareQuestion,
    side: 'left' | 'right',
  ): Promise<void> {
    const { repo, name } = question;
    const repository = this.repositories.at(repo);
    if (repository === undefined) return;
    const other = question[side === 'left' ? 'right' : 'left'];
    const title = l10n.t('Compare {0} {1} with', name, versionText(other));
    const chosen = await chooseVersion({ repository, name }, title, other);
    if (chosen !== undefined) await this.become(one, { ...question, [side]: chosen.version });
  }
}
