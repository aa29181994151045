import { EventEmitter } from './events';
import type { Uri } from './uri';
import type { MarkdownString } from './vscode';

export class TabInputText {
  constructor(readonly uri: Uri) {}
}
export class TabInputCustom {}
export class TabInputNotebook {}
export class TabInputTextDiff {
  constructor(
    readonly original: Uri,
    readonly modified: Uri,
  ) {}
}
export enum StatusBarAlignment {
  Left = 1,
}
/** An item of the status bar, and whether it is seen. */
export class StatusBarItem {
  name = '';
  text = '';
  command = '';
  tooltip: MarkdownString | undefined;
  accessibilityInformation: { readonly label: string } | undefined;
  isShown = false;
  show(): void {
    this.isShown = true;
  }
  hide(): void {
    this.isShown = false;
  }
  dispose(): void {
    this.isShown = false;
  }
}
/** Those that were made, by their ids. */
export const statusItems = new Map<string, StatusBarItem>();
/** What is in front: a tab, and the line of the cursor where it is a text. */
export const front = {
  changed: new EventEmitter<unknown>(),
  input: undefined as unknown,
  editor: undefined as unknown,
  is(input: unknown, line?: number): void {
    const selection = { active: { line: line ?? 0 } };
    front.input = input;
    front.editor =
      input instanceof TabInputText && line !== undefined
        ? { document: { uri: input.uri }, selection }
        : undefined;
    front.changed.fire({});
  },
};
