import { Disposable, EventEmitter, extensions, Uri, type Event } from 'vscode';

/** The part of VS Code's Git extension that is used here (vscode, extensions/git/src/api/git.d.ts). */
export interface GitRepository {
  readonly rootUri: Uri;
  log(options: { readonly maxEntries: number; readonly refNames?: string[] }): Promise<GitCommit[]>;
  push(remote: string, refspec: string): Promise<void>;
}

export interface GitCommit {
  readonly hash: string;
  readonly message: string;
  readonly commitDate?: Date;
}

interface GitApi {
  readonly repositories: GitRepository[];
  readonly onDidOpenRepository: Event<GitRepository>;
  readonly onDidCloseRepository: Event<GitRepository>;
  toGitUri(uri: Uri, ref: string): Uri;
}

interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): GitApi;
}

const changed = new EventEmitter<void>();
/** VS Code's Git extension found another repository in this window, or lost one. */
export const onDidChangeGitFolders = changed.event;
let api: GitApi | undefined;

/** Makes use of VS Code's Git extension, where it is there and enabled. Everything works without it. */
export async function useGitExtension(): Promise<Disposable> {
  const extension = extensions.getExtension<GitExtension>('vscode.git');
  if (!extension) return Disposable.from(changed);
  const git = await extension.activate();
  if (!git.enabled) return Disposable.from(changed);
  api = git.getAPI(1);
  const listening = [
    api.onDidOpenRepository(() => changed.fire()),
    api.onDidCloseRepository(() => changed.fire()),
  ];
  if (api.repositories.length > 0) changed.fire();
  return Disposable.from(changed, ...listening);
}

/** The roots of the repositories that the Git extension has open. */
export function gitFolders(): string[] {
  return (api?.repositories ?? []).map((each) => each.rootUri.fsPath);
}

/** The Git extension's repository of a checkout. */
export function gitRepository(root: string): GitRepository | undefined {
  return api?.repositories.find((each) => each.rootUri.fsPath === root);
}

/** A file as it was at a commit, to be read in an editor; undefined without the Git extension. */
export function fileAt(file: string, commit: string): Uri | undefined {
  return api?.toGitUri(Uri.file(file), commit);
}
