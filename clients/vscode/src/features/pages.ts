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
  type TextDocument,
  type TextDocumentContentProvider,
} from 'vscode';
import type { Connection } from '../client/connection';
import { Refusal } from '../client/refusal';
import type { Problem } from '../protocol';
import type { Repositories } from '../registry/repositories';
import { distinct, type Repository } from '../registry/repository';
import { auditPage, type AuditFilter, type AuditLink } from '../text/audit';
import { errorText } from '../text/failures';
import {
  asOfText,
  clashText,
  closedText,
  findingsText,
  whyText,
  commitText,
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
  /** Where the parts of the pages that are open lead, by their addresses. */
  private readonly links = new Map<string, readonly AuditLink[]>();

  constructor(
    private readonly connection: Connection,
    private readonly repositories: Repositories,
    private readonly audits: Audits,
    private readonly started: () => Promise<void>,
  ) {
    super();
    this.register(
      repositories.onDidChangeRegistry(({ repository }) =>
        this.renew(({ repo }) => repo === repository.root),
      ),
      repositories.onDidChange(({ repository }) => {
        if (repository === undefined) this.renew(() => true);
      }),
      workspace.registerTextDocumentContentProvider(SCHEME, this),
      languages.registerDocumentLinkProvider({ scheme: SCHEME }, this),
      workspace.onDidCloseTextDocument(({ uri }) => this.links.delete(uri.toString())),
      this.changed,
    );
  }

  /** The address of a page; one that is open already gets a new answer. `title` is what its tab is called. */
  ask({ root, place }: Repository, title: string, question: Question): Uri {
    // VS Code distinguishes tabs of the same name by the path before it.
    const path = place ? `/${place}/${title}` : `/${title}`;
    const asked: Asked = { ...question, repo: root };
    const uri = Uri.from({ scheme: SCHEME, path, query: JSON.stringify(asked) });
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
    try {
      if (asked.about === 'audit') return await this.audit(uri, asked);
      return await this.answer(asked, cancelled);
    } catch (error) {
      // What stood there before would look like the answer.
      if (error instanceof Refusal) return `${errorText(error)}\n`;
      throw error;
    }
  }

  private async audit(uri: Uri, { repo, ...filter }: Asked & AuditFilter): Promise<string> {
    const { text, links } = auditPage(await this.audits.of(repo, filter.name), filter);
    this.links.set(uri.toString(), links);
    return text;
  }

  provideDocumentLinks({ uri }: TextDocument): DocumentLink[] {
    const { repo } = askedIn(uri);
    return (this.links.get(uri.toString()) ?? []).map((link) => {
      const { line, start, end } = link;
      const found = new DocumentLink(new Range(line, start, line, end));
      if (link.to === 'rule') {
        const file = Uri.joinPath(Uri.file(repo), '.gtod.yaml');
        found.target = file.with({ fragment: `L${link.at + 1}` });
        found.tooltip = l10n.t('Open rule');
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

  private async answer(
    question: Exclude<Asked, { about: 'audit' }>,
    cancelled: CancellationToken,
  ): Promise<string> {
    const { repo } = question;
    switch (question.about) {
      case 'asOf': {
        const { as_of } = question;
        const found = await this.connection.ask(
          'gto/show',
          { repo, as_of, deprecated: true },
          cancelled,
        );
        return asOfText(found, as_of);
      }
      case 'findings':
        return findingsText(await this.findings(repo, cancelled));
      case 'why': {
        const { name, stage } = question;
        return whyText(await this.connection.ask('gto/why', { repo, name, stage }, cancelled));
      }
      case 'clash':
        return clashText(question, this.repositories.at(repo)?.place ? repo : undefined);
      case 'commit':
        return commitText(
          await this.connection.ask('gto/at', { repo, rev: question.rev }, cancelled),
        );
    }
  }

  /** The findings of the daemon in tags and HEAD, with the problems of the files on disk that the sidebar has. */
  private async findings(repo: string, cancelled: CancellationToken): Promise<readonly Problem[]> {
    const { findings } = await this.connection.ask('gto/doctor', { repo }, cancelled);
    return distinct([...findings, ...(this.repositories.at(repo)?.problems ?? [])]);
  }
}

export const askedIn = (uri: Uri): Asked => JSON.parse(uri.query) as Asked;

const commandUri = (command: string, argument: unknown): Uri =>
  Uri.parse(`command:${command}?${encodeURIComponent(JSON.stringify([argument]))}`);
