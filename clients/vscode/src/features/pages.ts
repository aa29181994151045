import {
  DocumentLink,
  EventEmitter,
  l10n,
  languages,
  Range,
  Uri,
  workspace,
  type CancellationToken,
  type DocumentLinkProvider,
  type Event,
  type TextDocument,
  type TextDocumentContentProvider,
} from 'vscode';
import type { Connection } from '../client/connection';
import { NotConnected, Refusal } from '../client/refusal';
import type { Repositories } from '../registry/repositories';
import { distinct, type Repository } from '../registry/repository';
import { auditPage, type AuditFilter } from '../text/audit';
import { withPlace } from '../text/descriptions';
import { errorText } from '../text/failures';
import type { Page } from '../text/lines';
import {
  asOfText,
  clashText,
  closedText,
  findingsPage,
  pastText,
  whyPage,
  commitText,
  withHeading,
  type ClashSide,
} from '../text/pages';
import type { Audits } from './audits';
import { Feature } from './feature';

export const SCHEME = 'gto';

/** A question to the daemon about a repository, whose answer is read like a document. */
export type Question =
  | { readonly about: 'asOf'; readonly as_of: string }
  | { readonly about: 'findings' }
  | { readonly about: 'why'; readonly name: string; readonly stage: string }
  | { readonly about: 'commit'; readonly rev: string }
  | ({ readonly about: 'audit' } & AuditFilter)
  | ({ readonly about: 'clash' } & ClashSide);

/** The address of a page holds its question, so that it survives a reload. */
type Asked = Question & { readonly repo: string };

/** Read-only pages with the daemon's answers. An open one is asked for again when its registry changes. */
export class Pages extends Feature implements TextDocumentContentProvider, DocumentLinkProvider {
  private readonly changed = new EventEmitter<Uri>();
  readonly onDidChange = this.changed.event;
  /** The pages that are open, by their addresses, and when they were answered. */
  private readonly known = new Map<string, Page & { readonly at: Date }>();

  constructor(
    private readonly connection: Connection,
    private readonly repositories: Repositories,
    private readonly audits: Audits,
    private readonly started: () => Promise<void>,
    onDidChangeHealth: Event<unknown>,
  ) {
    super();
    this.register(
      // Without a server they are of the past, and with another one they are not.
      onDidChangeHealth(() => this.renew(() => true)),
      repositories.onDidChangeRegistry(({ repository }) =>
        this.renew(({ repo }) => repo === repository.root),
      ),
      repositories.onDidChange(({ repository }) => {
        if (repository === undefined) this.renew(() => true);
      }),
      workspace.registerTextDocumentContentProvider(SCHEME, this),
      languages.registerDocumentLinkProvider({ scheme: SCHEME }, this),
      workspace.onDidCloseTextDocument(({ uri }) => this.known.delete(uri.toString())),
      this.changed,
    );
  }

  /** The address of a page; one that is open already gets a new answer. `title` is what its tab is called. */
  ask(repository: Repository, title: string, question: Question): Uri {
    const uri = pageUri(repository, title, question);
    this.renew((_question, open) => open.toString() === uri.toString());
    return uri;
  }

  /** Has the open pages that are concerned asked for again. */
  private renew(concerns: (asked: Asked, uri: Uri) => boolean): void {
    for (const { uri } of workspace.textDocuments) {
      if (uri.scheme === SCHEME && concerns(askedIn(uri), uri)) this.changed.fire(uri);
    }
  }

  async provideTextDocumentContent(uri: Uri, cancelled: CancellationToken): Promise<string> {
    const asked = askedIn(uri);
    await this.repositories.settled(this.started());
    const isClosed = this.repositories.isLoaded && this.repositories.at(asked.repo) === undefined;
    if (this.connection.isOpen && isClosed) return closedText(asked.repo);
    const key = uri.toString();
    try {
      const page = withHeading(this.placeOf(asked), await this.answer(asked, cancelled));
      this.known.set(key, { ...page, at: new Date() });
      return page.text;
    } catch (error) {
      const known = this.known.get(key);
      // What stood there before would look like the answer.
      if (error instanceof Refusal) return this.noPage(key, `${errorText(error)}\n`);
      if (!(error instanceof NotConnected)) throw error;
      if (known === undefined) return `${error.message}\n`;
      this.known.set(key, { ...known, links: [] });
      return pastText(error.message, known);
    }
  }

  private placeOf({ repo }: Asked): string {
    return this.repositories.at(repo)?.place ?? '';
  }

  private noPage(key: string, text: string): string {
    this.known.delete(key);
    return text;
  }

  provideDocumentLinks({ uri }: TextDocument): DocumentLink[] {
    const { repo } = askedIn(uri);
    return (this.known.get(uri.toString())?.links ?? []).map((link) => {
      const { line, start, end } = link;
      const found = new DocumentLink(new Range(line, start, line, end));
      if (link.to === 'file') {
        const file = Uri.joinPath(Uri.file(repo), link.path);
        found.target = file.with({ fragment: `L${link.at + 1}` });
        found.tooltip = l10n.t('Open file');
      } else if (link.to === 'tag') {
        found.target = commandUri('gto.showTag', { repo, ref: link.ref });
        found.tooltip = l10n.t('Show history');
      } else {
        found.target = commandUri('gto.filterAudit', uri.toString());
        found.tooltip = l10n.t('Change filter');
      }
      return found;
    });
  }

  private async answer(question: Asked, cancelled: CancellationToken): Promise<Page> {
    const { repo } = question;
    switch (question.about) {
      case 'audit': {
        const { verdicts, rules, severities, name } = question;
        const filter = { verdicts, rules, severities, ...(name === undefined ? {} : { name }) };
        return auditPage(await this.audits.of(repo, name), filter);
      }
      case 'asOf': {
        const { as_of } = question;
        const asked = { repo, as_of, deprecated: true };
        return unlinked(asOfText(await this.connection.ask('gto/show', asked, cancelled), as_of));
      }
      case 'findings': {
        const { findings } = await this.connection.ask('gto/doctor', { repo }, cancelled);
        // With the problems of the files on disk, which the sidebar has.
        const problems = this.repositories.at(repo)?.problems ?? [];
        return findingsPage(distinct([...findings, ...problems]));
      }
      case 'why': {
        const { name, stage } = question;
        return whyPage(await this.connection.ask('gto/why', { repo, name, stage }, cancelled));
      }
      case 'clash':
        return unlinked(clashText(question, this.repositories.at(repo)?.place ? repo : undefined));
      case 'commit': {
        const asked = { repo, rev: question.rev };
        return unlinked(commitText(await this.connection.ask('gto/at', asked, cancelled)));
      }
    }
  }
}

const unlinked = (text: string): Page => ({ text, links: [] });

/** The address of a page; `title` is what its tab is called. */
export function pageUri({ root, place }: Repository, title: string, question: Question): Uri {
  // The title of a tab is the end of its path: a slash in it would leave the rest out.
  const path = `/${withPlace({ place }, title).replaceAll('/', '\u2215')}`;
  const asked: Asked = { ...question, repo: root };
  return Uri.from({ scheme: SCHEME, path, query: JSON.stringify(asked) });
}

export const askedIn = (uri: Uri): Asked => JSON.parse(uri.query) as Asked;

const commandUri = (command: string, argument: unknown): Uri =>
  Uri.parse(`command:${command}?${encodeURIComponent(JSON.stringify([argument]))}`);
