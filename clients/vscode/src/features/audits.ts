import { Diagnostic, DiagnosticSeverity, languages, Range, Uri, workspace } from 'vscode';
import type { Connection } from '../client/connection';
import { LOG } from '../client/identity';
import { settings } from '../client/settings';
import type { AuditResult } from '../protocol';
import type { Repositories } from '../registry/repositories';
import { Feature } from './feature';

/** Violations of a repository that Problems lists. */
const MAX_PROBLEMS = 1_000;

/**
 * The audits that pages show. They run programs, so the first one of a repository is asked for by its user; from then on
 * Problems has its violations, as they are after each change.
 */
export class Audits extends Feature {
  /** By repository, and artifact where only one was asked for. */
  private readonly known = new Map<string, Map<string, Promise<AuditResult>>>();
  private readonly problems = languages.createDiagnosticCollection('gto audit');
  private readonly begun = new Set<string>();

  constructor(
    private readonly connection: Connection,
    private readonly repositories: Repositories,
  ) {
    super();
    this.register(
      this.problems,
      repositories.onDidChangeRegistry(({ repository }) => this.forget(repository.root)),
      repositories.onDidChange(({ repository }) => {
        if (repository !== undefined) return;
        for (const root of [...this.begun]) this.forget(root);
      }),
      workspace.onDidChangeConfiguration((change) => {
        if (!change.affectsConfiguration('gto.audit.problems')) return;
        for (const root of this.begun) void this.show(root);
      }),
    );
  }

  /** The audit of a repository, or of one artifact; the same until something changes. */
  of(repo: string, name?: string): Promise<AuditResult> {
    const isFirst = !this.begun.has(repo);
    this.begun.add(repo);
    const found = this.ask(repo, name);
    if (isFirst) void this.show(repo);
    return found;
  }

  private ask(repo: string, name = ''): Promise<AuditResult> {
    const known = this.known.get(repo) ?? new Map<string, Promise<AuditResult>>();
    this.known.set(repo, known);
    let asked = known.get(name);
    if (asked === undefined) {
      asked = this.connection.ask('gto/audit', { repo, ...(name ? { name } : {}) });
      // One that failed is asked for again.
      asked.catch(() => known.get(name) === asked && known.delete(name));
      known.set(name, asked);
    }
    return asked;
  }

  /** What is known of a repository is no longer true. */
  forget(root: string): void {
    this.known.delete(root);
    if (this.begun.has(root)) void this.show(root);
  }

  private async show(root: string): Promise<void> {
    const uri = Uri.joinPath(Uri.file(root), '.gtod.yaml');
    if (!settings.hasAuditProblems || this.repositories.at(root) === undefined) {
      this.problems.delete(uri);
      return;
    }
    try {
      const asked = this.ask(root);
      const { events } = await asked;
      if (this.known.get(root)?.get('') !== asked) return;
      const violating = events.filter(({ verdict }) => verdict === 'violating');
      const found = violating.flatMap(({ ref, rules }) =>
        rules.map(({ rule, message, remedy, range }) => {
          const line = range?.start.line ?? 0;
          const place = new Range(
            line,
            range?.start.character ?? 0,
            range?.end.line ?? line,
            range?.end.character ?? 0,
          );
          const words = `${ref}: ${message} ${remedy}`;
          const problem = new Diagnostic(place, words, DiagnosticSeverity.Warning);
          problem.source = 'gto audit';
          problem.code = { value: rule, target: uri.with({ fragment: `L${line + 1}` }) };
          return problem;
        }),
      );
      this.problems.set(uri, found.slice(0, MAX_PROBLEMS));
    } catch (error) {
      // The page says why.
      LOG.info(`${root}: no audit: ${String(error)}`);
      this.problems.delete(uri);
    }
  }
}
