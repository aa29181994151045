import type { Connection } from '../../src/client/connection';
import type {
  DidChangeParams,
  DidVerifySignaturesParams,
  Problem,
  TreeRow,
} from '../../src/protocol';
import { EventEmitter, workspace } from './vscode';
import { artifact } from './rows';

export type Checkouts = Record<string, { readonly repo: string; readonly common: string }>;
export const ONE: Checkouts = { '/repo': { repo: '/repo', common: '/repo/.git' } };

/** A daemon that answers with the rows it has, each question when it is let. */
export function daemon(checkouts: Checkouts) {
  const told = new EventEmitter<DidChangeParams>();
  const verified = new EventEmitter<DidVerifySignaturesParams>();
  const state = {
    rows: [artifact(), artifact({ name: 'other' })],
    clock: 1,
    problems: [] as Problem[],
  };
  const waiting: (() => void)[] = [];
  let isHeld = false;
  const answers: Record<string, (params: { readonly repo: string }) => unknown> = {
    'gto/status': ({ repo }) => ({ repository: checkouts[repo] }),
    'gto/subscribe': () => ({ clock: String(state.clock) }),
    'gto/stages': () => ({ stages: null }),
    'gto/tree': () => ({
      artifacts: state.rows,
      hidden: 0,
      remotes: ['origin'],
      clock: String(state.clock),
      problems: state.problems,
    }),
  };
  const asked: string[] = [];
  const about: string[] = [];
  const signed: (boolean | undefined)[] = [];
  const connection = {
    isOpen: true,
    onDidChange: told.event,
    onDidVerifySignatures: verified.event,
    ask: async (
      method: string,
      params: { readonly repo: string; readonly remote?: string; readonly signatures?: boolean },
    ) => {
      asked.push(method);
      if (method === 'gto/artifact') signed.push(params.signatures);
      about.push([method, params.repo, params.remote].filter(Boolean).join(' '));
      if (isHeld) await new Promise<void>((resolve) => waiting.push(resolve));
      return answers[method]?.(params);
    },
  } as unknown as Connection;
  return {
    connection,
    answers,
    state,
    told,
    verified,
    asked,
    about,
    signed,
    hold: () => void (isHeld = true),
    release: () => {
      isHeld = false;
      for (const resolve of waiting.splice(0)) resolve();
    },
    change: (name: string, row: Partial<TreeRow>) => {
      state.rows = state.rows.map((each) => (each.name === name ? { ...each, ...row } : each));
      state.clock += 1;
    },
  };
}

export function openFolders(...folders: string[]): void {
  workspace.workspaceFolders = folders.map((fsPath) => ({ uri: { fsPath } }));
}
