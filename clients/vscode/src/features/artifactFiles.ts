import { realpath } from 'node:fs/promises';
import * as path from 'node:path';
import { commands, EventEmitter, type Uri } from 'vscode';
import { LOG } from '../client/identity';
import { SingleFlight } from '../client/restarts';
import type { TreeRow } from '../protocol';
import type { Repositories } from '../registry/repositories';
import type { Repository } from '../registry/repository';
import { Feature } from './feature';

/** An artifact that a file belongs to. */
export interface FoundArtifact {
  readonly repository: Repository;
  readonly row: TreeRow;
}

/** An entry of an annotation file. */
interface Entry extends FoundArtifact {
  readonly line: number;
}

/** Which files and folders belong to which artifacts, by the paths that VS Code has for them. */
export class ArtifactFiles extends Feature {
  private readonly changed = new EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private places: ReadonlyMap<string, readonly FoundArtifact[]> = new Map();
  private entries: ReadonlyMap<string, readonly Entry[]> = new Map();
  /** The paths that menus know. */
  private told = '';
  private readonly finding = new SingleFlight(() => this.find());

  constructor(private readonly repositories: Pick<Repositories, 'all' | 'onDidChange'>) {
    super();
    this.register(
      repositories.onDidChange(() => {
        this.finding.run().catch((error: unknown) => LOG.error(String(error)));
      }),
      this.changed,
    );
  }

  /** The artifacts at exactly this path. */
  at(file: string): readonly FoundArtifact[] {
    return this.places.get(file) ?? [];
  }

  /**
   * The artifact that a file is, lies in, or describes; the innermost, where folders of artifacts lie in each other.
   *
   * @param line of the cursor, by which an annotation file is about one of its artifacts
   */
  of({ scheme, fsPath }: Uri, line = 0): FoundArtifact | undefined {
    if (scheme !== 'file') return undefined;
    const entries = this.entries.get(fsPath) ?? [];
    const entry = entries.findLast((each) => each.line <= line) ?? entries[0];
    if (entry !== undefined) return entry;
    for (let place = fsPath; ; place = path.dirname(place)) {
      const [found] = this.at(place);
      if (found !== undefined || place === path.dirname(place)) return found;
    }
  }

  private async find(): Promise<void> {
    const places = new Map<string, FoundArtifact[]>();
    const entries = new Map<string, Entry[]>();
    for (const repository of this.repositories.all) {
      // What was opened by another path, through a link, has its files there.
      const opened = await realpath(repository.folder).catch(() => repository.root);
      const shown = (file: string): Set<string> => {
        const below = path.relative(opened, file);
        const isBelow = !below.startsWith('..') && !path.isAbsolute(below);
        return new Set([file, ...(isBelow ? [path.join(repository.folder, below)] : [])]);
      };
      for (const row of repository.all) {
        const found = { repository, row };
        if (row.path !== undefined && isInside(row.path)) {
          for (const each of shown(path.join(repository.root, row.path))) put(places, each, found);
        }
        if (!row.location) continue;
        const { line } = row.location.range.start;
        for (const each of shown(path.join(repository.root, row.location.path)))
          put(entries, each, { ...found, line });
      }
    }
    for (const each of entries.values()) each.sort((one, other) => one.line - other.line);
    [this.places, this.entries] = [places, entries];
    this.changed.fire();
    // For the menus of files.
    const paths = [...places.keys(), ...entries.keys()];
    const told = paths.join('\n');
    if (told === this.told) return;
    this.told = told;
    await commands.executeCommand('setContext', 'gto.artifactPaths', paths);
  }
}

/** Whether a path is one in the repository: no URL, not the repository itself, and nothing outside. */
function isInside(place: string): boolean {
  if (place.includes('://') || path.posix.isAbsolute(place)) return false;
  return place !== '.' && place !== '..' && !place.startsWith('../');
}

function put<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}
