import { FileDecoration, ThemeColor, window, type FileDecorationProvider, type Uri } from 'vscode';
import type { Mark } from '../views/drawn';
import { MARKED } from '../views/items';
import { Feature } from './feature';

const BADGES: Readonly<Record<Mark['severity'], string>> = { error: '!!', warning: '!' };
const COLORS: Readonly<Record<Mark['severity'], string>> = {
  error: 'list.errorForeground',
  warning: 'list.warningForeground',
};

/** Marks rows that something is wrong with, at their right end: no width of the sidebar cuts that off. */
export class RowMarks extends Feature implements FileDecorationProvider {
  constructor() {
    super();
    this.register(window.registerFileDecorationProvider(this));
  }

  provideFileDecoration(uri: Uri): FileDecoration | undefined {
    if (uri.scheme !== MARKED) return undefined;
    const { severity, words } = JSON.parse(uri.query) as Mark;
    return new FileDecoration(BADGES[severity], words, new ThemeColor(COLORS[severity]));
  }
}
