import * as path from 'node:path';
import { l10n } from 'vscode';
import type { Repository } from '../registry/repository';

/** What sets a repository apart from a checkout of its own; empty for one. */
export function repositoryKind({ isBare, linkedTo }: Repository): string {
  if (isBare) return l10n.t('bare');
  return linkedTo === undefined ? '' : l10n.t('worktree of {0}', path.basename(linkedTo));
}
