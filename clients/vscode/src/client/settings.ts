import { Uri, workspace } from 'vscode';
import type { Sort } from '../registry/order';
import type { ChosenLooks } from '../registry/stageLooks';

export type ImportStrategy = 'fromEnvironment' | 'useBundled';
export type AfterCreate = 'never' | 'ask' | 'always';
export type NotifyStageChanges = 'off' | 'watched' | 'all';

function read<T>(name: string, fallback: T): T {
  return workspace.getConfiguration('gto').get(name, fallback);
}

/** The settings under `gto.`, read when asked for, so that a change counts at once. */
export const settings = {
  get path(): string {
    return read('path', '').trim();
  },
  get interpreter(): string {
    return read('interpreter', '').trim();
  },
  get socket(): string {
    return read('socket', '').trim();
  },
  get importStrategy(): ImportStrategy {
    return read<ImportStrategy>('importStrategy', 'fromEnvironment');
  },
  get showDeprecated(): boolean {
    return read('views.showDeprecated', false);
  },
  get groupByFolder(): boolean {
    return read('views.groupByFolder', true);
  },
  get sort(): Sort {
    return read<Sort>('views.sort', 'name');
  },
  get hasDecorations(): boolean {
    return read('decorations.enabled', false);
  },
  /** Whether the row of an artifact begins with the most important stage that it is in. */
  get isStageFirst(): boolean {
    return read('views.stageFirst', true);
  },
  /** The most important stage that is set for a folder. */
  mainStageOf(folder: string): string | null {
    return workspace.getConfiguration('gto', Uri.file(folder)).get<string>('mainStage', '') || null;
  },
  get stageLooks(): ChosenLooks {
    return { icons: read('stages.icons', {}), colors: read('stages.colors', {}) };
  },
  /** The remote that is set for a folder: each folder of a workspace may have its own. */
  remoteOf(folder: string): string | null {
    return (
      workspace.getConfiguration('gto', Uri.file(folder)).get<string>('push.remote', '') || null
    );
  },
  get afterCreate(): AfterCreate {
    return read<AfterCreate>('push.afterCreate', 'ask');
  },
  get hasAuditProblems(): boolean {
    return read('audit.problems', true);
  },
  get notifyStageChanges(): NotifyStageChanges {
    return read<NotifyStageChanges>('notifyStageChanges', 'off');
  },
};

/** How a problem is listed: `gto.diagnostics.enabled` and `gto.diagnostics.severity`, as the server reads them. */
export function severityOf(code: string, own: 'error' | 'warning' | 'info'): DiagnosticLevel {
  if (!read<boolean>('diagnostics.enabled', true)) return 'off';
  return read<Record<string, DiagnosticLevel>>('diagnostics.severity', {})[code] ?? own;
}

type DiagnosticLevel = 'error' | 'warning' | 'info' | 'hint' | 'off';

/** The settings that decide which server is run. */
export const SERVER_SETTINGS = ['gto.path', 'gto.interpreter', 'gto.importStrategy', 'gto.socket'];
