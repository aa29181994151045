import { l10n } from 'vscode';
import type { Replacement } from '../protocol';
import { versionText } from './descriptions';

/** What an act changes in a stage: "prod: v3.0.0 → v3.1.0". */
export function replacementText({ stage, from, to }: Omit<Replacement, 'artifact'>): string {
  const now = to === null ? l10n.t('nothing') : versionText(to);
  return from === null
    ? l10n.t('{0}: {1}', stage, now)
    : l10n.t('{0}: {1} → {2}', stage, versionText(from), now);
}
