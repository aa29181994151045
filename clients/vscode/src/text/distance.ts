import { l10n } from 'vscode';
import type { CompareResult } from '../protocol';

/** So many commits are counted; beyond that there are "200+". */
export const MAX_COUNTED = 200;

/** How far a version and HEAD are apart. */
export type Distance = Pick<CompareResult, 'related' | 'complete'> & {
  /** Commits that HEAD has and the version lacks. */
  readonly behind: number;
  /** The reverse. */
  readonly ahead: number;
};

/** @param compared the version, and HEAD on the right */
export function distanceOf({ commits, dropped, complete, related }: CompareResult): Distance {
  return { behind: commits.length, ahead: dropped.length, complete, related };
}

/** "4 commits behind HEAD"; empty where the clone lacks the commits that would tell. */
export function distanceText({ behind, ahead, complete, related }: Distance): string {
  if (related === false) return l10n.t('no history in common with HEAD');
  if (!complete && Math.max(behind, ahead) < MAX_COUNTED) return '';
  const [late, early] = [count(behind), count(ahead)];
  if (behind > 0 && ahead > 0) return l10n.t('{0} behind and {1} ahead of HEAD', late, early);
  if (behind === 1) return l10n.t('1 commit behind HEAD');
  if (behind > 0) return l10n.t('{0} commits behind HEAD', late);
  if (ahead === 1) return l10n.t('1 commit ahead of HEAD');
  return ahead > 0 ? l10n.t('{0} commits ahead of HEAD', early) : l10n.t('at HEAD');
}

const count = (commits: number): string =>
  commits < MAX_COUNTED ? String(commits) : `${MAX_COUNTED}+`;
