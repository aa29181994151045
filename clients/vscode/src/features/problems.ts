import * as path from 'node:path';
import { Diagnostic, DiagnosticSeverity, l10n, languages, Range, Uri, workspace } from 'vscode';
import { NotConnected, Refusal } from '../client/refusal';
import { SingleFlight } from '../client/restarts';
import { severityOf } from '../client/settings';
import type { Problem } from '../protocol';
import type { Repositories } from '../registry/repositories';
import type { Repository } from '../registry/repository';
import { problemText } from '../text/descriptions';
import { findingsPage } from '../text/pages';
import { showError } from '../text/failures';
import { Feature } from './feature';
import { pageUri } from './pages';

/** What Problems lists of one repository. */
const MAX_PROBLEMS = 1_000;

const SEVERITIES = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/**
 * Lists what is wrong in Problems: in the files on disk, opened or not, and of tags and HEAD on the page of the check.
 * The language server does that for files that are open.
 */
export class Problems extends Feature {
  private readonly collection = languages.createDiagnosticCollection('gto');
  /** The files that have some, by repository. */
  private readonly shown = new Map<Repository, readonly Uri[]>();
  private readonly inspecting = new SingleFlight(() => this.inspect());

  constructor(private readonly repositories: Pick<Repositories, 'all' | 'onDidChange'>) {
    super();
    const show = ({ uri }: { readonly uri: Uri }): void => {
      if (uri.scheme === 'file') this.showAll();
    };
    this.register(
      this.collection,
      repositories.onDidChange(() => {
        this.showAll();
        this.inspecting.run().catch(showError);
      }),
      workspace.onDidOpenTextDocument(show),
      workspace.onDidCloseTextDocument(show),
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('gto.diagnostics')) this.showAll();
      }),
    );
  }

  /** Reads every tag, so it is done after everything that is shown is there. */
  private async inspect(): Promise<void> {
    for (const each of this.repositories.all) {
      try {
        await each.inspect();
        this.show(each);
      } catch (error) {
        // What is wrong with it is said where it is shown.
        if (!(error instanceof Refusal || error instanceof NotConnected)) throw error;
      }
    }
  }

  private showAll(): void {
    const { all } = this.repositories;
    for (const [repository, files] of this.shown) {
      if (all.includes(repository)) continue;
      for (const each of files) this.collection.delete(each);
      this.shown.delete(repository);
    }
    for (const each of all) this.show(each);
  }

  private show(repository: Repository): void {
    const open = new Set(workspace.textDocuments.map(({ uri }) => uri.fsPath));
    const found = new Map<string, { readonly uri: Uri; readonly all: Diagnostic[] }>();
    const put = (uri: Uri, problem: Problem, range: Range): void => {
      const severity = severityOf(problem.code, problem.severity);
      if (severity === 'off') return;
      const diagnostic = new Diagnostic(range, problemText(problem), SEVERITIES[severity]);
      diagnostic.source = 'gto';
      diagnostic.code = problem.code;
      const known = found.get(uri.toString()) ?? { uri, all: [] };
      found.set(uri.toString(), known);
      known.all.push(diagnostic);
    };
    const inFiles = repository.problemsOnDisk.slice(0, MAX_PROBLEMS);
    for (const problem of inFiles) {
      const file = path.join(repository.root, problem.path);
      if (!open.has(file)) put(Uri.file(file), problem, rangeOf(problem));
    }
    const known = new Set(inFiles.map(({ path: file, message }) => `${file}\n${message}`));
    const findings = repository.allFindings;
    const page = pageUri(repository, l10n.t('Registry check'), { about: 'findings' });
    const { at } = findingsPage(findings);
    for (const [index, problem] of findings.slice(0, MAX_PROBLEMS).entries()) {
      const line = at[index] ?? 0;
      if (!known.has(`${problem.path ?? ''}\n${problem.message}`))
        put(page, problem, new Range(line, 0, line, 1_000));
    }
    const files = [...found.values()];
    for (const each of this.shown.get(repository) ?? [])
      if (!found.has(each.toString())) this.collection.delete(each);
    for (const { uri, all } of files) this.collection.set(uri, all);
    this.shown.set(
      repository,
      files.map(({ uri }) => uri),
    );
  }
}

function rangeOf({ range }: Problem): Range {
  const { start, end } = range ?? {
    start: { line: 0, character: 0 },
    end: { line: 0, character: 0 },
  };
  return new Range(start.line, start.character, end.line, end.character);
}
