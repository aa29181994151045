import {
  EventEmitter,
  FileDecoration,
  window,
  workspace,
  type FileDecorationProvider,
  type Uri,
} from 'vscode';
import { settings } from '../client/settings';
import type { TreeRow } from '../protocol';
import { registeredText } from '../text/descriptions';
import type { ArtifactFiles } from './artifactFiles';
import { Feature } from './feature';

const BADGE = 'G';

/** Marks the files and folders that registered artifacts lie in, where that is wanted: `gto.decorations.enabled`. */
export class FileDecorations extends Feature implements FileDecorationProvider {
  private readonly changed = new EventEmitter<undefined>();
  readonly onDidChangeFileDecorations = this.changed.event;

  constructor(private readonly files: Pick<ArtifactFiles, 'at' | 'onDidChange'>) {
    super();
    this.register(
      files.onDidChange(() => {
        if (settings.hasDecorations) this.changed.fire(undefined);
      }),
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('gto.decorations.enabled')) this.changed.fire(undefined);
      }),
      window.registerFileDecorationProvider(this),
      this.changed,
    );
  }

  provideFileDecoration({ scheme, fsPath }: Uri): FileDecoration | undefined {
    if (scheme !== 'file' || !settings.hasDecorations) return undefined;
    const rows = this.files.at(fsPath).flatMap(({ row }) => (isMarked(row) ? [row] : []));
    return rows.length === 0 ? undefined : new FileDecoration(BADGE, registeredText(rows));
  }
}

const isMarked = (row: TreeRow): boolean => row.registered && !row.deprecated;
