import { l10n } from 'vscode';
import type { RollUp } from '../registry/folders';
import { artifactCount } from './descriptions';

/** What is in a folder, in a line: "24 · prod 20 · ⚠ 1". */
export function folderSummary({ artifacts, inMain, problems }: RollUp, stage: string): string {
  const parts = [String(artifacts)];
  if (inMain > 0) parts.push(`${stage} ${inMain}`);
  if (problems > 0) parts.push(`⚠ ${problems}`);
  return parts.join(' · ');
}

/** The same as a sentence, for screen readers. */
export function folderAriaLabel(
  dir: string,
  { artifacts, inMain, problems }: RollUp,
  stage: string,
): string {
  const parts = [l10n.t('{0}, folder', dir), artifactCount(artifacts)];
  if (inMain > 0) parts.push(l10n.t('{0} in {1}', inMain, stage));
  if (problems > 0) parts.push(l10n.t('{0} with problems', problems));
  return parts.join(', ');
}
