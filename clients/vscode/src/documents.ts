import { Uri, type CancellationToken, type TextDocumentContentProvider } from 'vscode';
import type { Connection } from './client/connection';
import {
  asOfText,
  clashText,
  comparedText,
  findingsText,
  whyText,
  commitText,
  type ClashSide,
} from './text/pages';

export const SCHEME = 'gto';

/** A question to the daemon whose answer is read like a document. The address holds it, so that it survives a reload. */
export type Question =
  | {
      readonly about: 'compare';
      readonly repo: string;
      readonly name: string;
      readonly left: string;
      readonly right: string;
      readonly side: 'left' | 'right';
    }
  | { readonly about: 'asOf'; readonly repo: string; readonly as_of: string }
  | { readonly about: 'findings'; readonly repo: string }
  | {
      readonly about: 'why';
      readonly repo: string;
      readonly name: string;
      readonly stage: string;
    }
  | { readonly about: 'commit'; readonly repo: string; readonly rev: string }
  | ({ readonly about: 'clash'; readonly repo: string } & ClashSide);

/** The address of a page; `title` is what its tab is called. */
export function pageUri(title: string, question: Question): Uri {
  return Uri.from({ scheme: SCHEME, path: `/${title}`, query: JSON.stringify(question) });
}

/** Pages that are the daemon's answers. */
export class Pages implements TextDocumentContentProvider {
  constructor(private readonly connection: Connection) {}

  async provideTextDocumentContent(uri: Uri, cancelled: CancellationToken): Promise<string> {
    const question = JSON.parse(uri.query) as Question;
    const { repo } = question;
    switch (question.about) {
      case 'compare': {
        const { name, left, right, side } = question;
        const found = await this.connection.ask(
          'gto/compare',
          { repo, name, left, right },
          cancelled,
        );
        return comparedText(found, side);
      }
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
        return findingsText(await this.connection.ask('gto/doctor', { repo }, cancelled));
      case 'why': {
        const { name, stage } = question;
        return whyText(await this.connection.ask('gto/why', { repo, name, stage }, cancelled));
      }
      case 'clash':
        return clashText(question);
      case 'commit':
        return commitText(
          await this.connection.ask('gto/at', { repo, rev: question.rev }, cancelled),
        );
    }
  }
}
