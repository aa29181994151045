import { realpath } from 'node:fs/promises';
import * as path from 'node:path';
import {
  EventEmitter,
  FileDecoration,
  window,
  type FileDecorationProvider,
  type Uri,
} from 'vscode';
import type { Connection } from '../client/connection';
import { LOG } from '../client/identity';
import { NotConnected, Refusal } from '../client/refusal';
import { SingleFlight } from '../client/restarts';
import { settings } from '../client/settings';
import type { TreeRow } from '../protocol';
import type { Change, Repositories } from '../registry/repositories';
import type { Repository } from '../registry/repository';
import { registeredText } from '../text/descriptions';
import { Feature } from './feature';

const BADGE = 'G';
/** How many annotations are asked for at once: there may be thousands, and the sidebar comes first. */
const MAX_AT_ONCE = 50;

/** Marks the files and folders that registered artifacts lie in, where that is wanted: `gto.decorations.enabled`. */
export class FileDecorations extends Feature implements FileDecorationProvider {
  private readonly changed = new EventEmitter<undefined>();
  readonly onDidChangeFileDecorations = this.changed.event;
  /** Path of a file, as VS Code has it, to its tooltip. */
  private marks: ReadonlyMap<string, string> = new Map();
  /** The files of the artifacts by their names, relative to the roots of their repositories. */
  private readonly places = new Map<Repository, Map<string, string | undefined>>();
  /** What changed since they were marked. */
  private readonly pending: Change[] = [];
  private readonly marking = new SingleFlight(() => this.mark());

  constructor(
    private readonly repositories: Repositories,
    private readonly connection: Connection,
  ) {
    super();
    this.register(
      repositories.onDidChange((change) => {
        this.pending.push(change);
        void this.marking.run().catch((error: unknown) => {
          // They are an extra; the views show what is wrong.
          if (!(error instanceof NotConnected)) LOG.error(String(error));
        });
      }),
      window.registerFileDecorationProvider(this),
      this.changed,
    );
  }

  provideFileDecoration(uri: Uri): FileDecoration | undefined {
    const said = uri.scheme === 'file' ? this.marks.get(uri.fsPath) : undefined;
    return said === undefined ? undefined : new FileDecoration(BADGE, said);
  }

  private forget({ repository, artifacts }: Change): void {
    if (repository === undefined) this.places.clear();
    else if (artifacts === undefined) this.places.delete(repository);
    else for (const name of artifacts) this.places.get(repository)?.delete(name);
  }

  private async mark(): Promise<void> {
    // Here and not before, so that no answer from before a change is kept.
    for (const change of this.pending.splice(0)) this.forget(change);
    const rows = new Map<string, TreeRow[]>();
    for (const repository of settings.hasDecorations ? this.repositories.all : []) {
      const places = await this.placesIn(repository);
      const opened = await realpath(repository.folder);
      for (const row of repository.all.filter(isMarked)) {
        const place = places.get(row.name);
        if (place === undefined) continue;
        const file = path.join(repository.root, place);
        // What was opened by another path, through a link, has its files there.
        const below = path.relative(opened, file);
        const isBelow = !below.startsWith('..') && !path.isAbsolute(below);
        const files = new Set([file, ...(isBelow ? [path.join(repository.folder, below)] : [])]);
        for (const each of files) rows.set(each, [...(rows.get(each) ?? []), row]);
      }
    }
    const marks = new Map([...rows].map(([file, there]) => [file, registeredText(there)]));
    if (marks.size === 0 && this.marks.size === 0) return;
    this.marks = marks;
    this.changed.fire(undefined);
  }

  private async placesIn(repository: Repository): Promise<ReadonlyMap<string, string | undefined>> {
    const places = this.places.get(repository) ?? new Map<string, string | undefined>();
    this.places.set(repository, places);
    const unknown = repository.all.filter((row) => isMarked(row) && !places.has(row.name));
    for (let start = 0; start < unknown.length; start += MAX_AT_ONCE) {
      const some = unknown.slice(start, start + MAX_AT_ONCE);
      const found = await Promise.all(some.map((row) => this.place(repository, row)));
      for (const [index, { name }] of some.entries()) places.set(name, found[index]);
    }
    return places;
  }

  /** Where an artifact lies, from the root; undefined where its annotation names no file of this checkout. */
  private async place(repository: Repository, { name }: TreeRow): Promise<string | undefined> {
    try {
      const asked = { repo: repository.root, name, worktree: true };
      const { annotation, location } = await this.connection.ask('gto/describe', asked);
      const named = annotation?.path;
      if (!named || !location || /^[a-z][a-z\d+.-]*:\/\//i.test(named)) return undefined;
      return path.join(path.dirname(location.path), named);
    } catch (error) {
      if (error instanceof Refusal) return undefined; // it went meanwhile, or cannot be read
      throw error;
    }
  }
}

const isMarked = (row: TreeRow): boolean =>
  row.registered && !row.deprecated && row.annotated_in.length > 0;
