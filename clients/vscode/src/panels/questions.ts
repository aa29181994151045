import { l10n } from 'vscode';
import { versionText } from '../text/descriptions';
import type { Question } from './messages';

/** The kinds of pages, as VS Code knows them. */
export const VIEW_TYPES: Readonly<Record<Question['page'], string>> = {
  compare: 'gto.compare',
  versions: 'gto.versions',
  board: 'gto.board',
};

/** The title of the tab. */
export function titleOf(question: Question): string {
  switch (question.page) {
    case 'compare':
      return `${question.name} ${versionText(question.left)} ↔ ${versionText(question.right)}`;
    case 'versions':
      return l10n.t('Versions of {0}', question.name);
    case 'board':
      return l10n.t('Board');
  }
}

/** Whether two pages are about the same, however each of them looks at it. */
export function isSame(one: Question, other: Question): boolean {
  return JSON.stringify(subject(one)) === JSON.stringify(subject(other));
}

function subject(question: Question): object {
  switch (question.page) {
    case 'compare':
      return question;
    case 'versions':
      return { ...question, against: null };
    case 'board':
      return { page: question.page, repo: question.repo };
  }
}
