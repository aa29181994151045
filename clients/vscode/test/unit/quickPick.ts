import { window } from './vscode';

interface Item {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
}

/** A quick pick that was shown: what it said, and which item Enter would have taken. */
export interface Shown {
  readonly title: string;
  readonly items: readonly Item[];
  readonly active: string | undefined;
}

/** The quick picks that were shown, in order. */
export const picks: Shown[] = [];
/** What is chosen in the next ones: the item with this in its label; `undefined` gives up, and `back` goes back. */
export const answers: (string | undefined)[] = [];

type Listener = (value?: unknown) => void;

/** Answers as soon as there are items, as a quick person does. */
class QuickPick {
  title = '';
  value = '';
  placeholder = '';
  busy = false;
  selectedItems: readonly Item[] = [];
  buttons: readonly unknown[] = [];
  private shown: readonly Item[] = [];
  private active: readonly Item[] = [];
  private accept: Listener = () => undefined;
  private hidden: Listener = () => undefined;
  private press: Listener = () => undefined;
  private isAnswered = false;

  get items(): readonly Item[] {
    return this.shown;
  }
  set items(items: readonly Item[]) {
    this.shown = items;
    // VS Code has the first one active, unless it is told otherwise at once.
    this.active = items.slice(0, 1);
    if (!this.isAnswered) setImmediate(() => this.answer());
  }
  get activeItems(): readonly Item[] {
    return this.active;
  }
  set activeItems(items: readonly Item[]) {
    this.active = items;
  }

  onDidChangeValue(): void {
    // Nobody types here.
  }
  onDidAccept(listener: Listener): void {
    this.accept = listener;
  }
  onDidHide(listener: Listener): void {
    this.hidden = listener;
  }
  onDidTriggerButton(listener: Listener): void {
    this.press = listener;
  }
  show(): void {
    // It waits for its items.
  }
  dispose(): void {
    this.isAnswered = true;
  }

  private answer(): void {
    if (this.isAnswered) return;
    this.isAnswered = true;
    picks.push({ title: this.title, items: this.shown, active: this.active[0]?.label });
    const wanted = answers.shift();
    if (wanted === 'back') {
      this.press(this.buttons[0]);
      return;
    }
    const found =
      wanted === undefined ? undefined : this.shown.find(({ label }) => label.includes(wanted));
    if (found === undefined) {
      this.hidden();
      return;
    }
    this.selectedItems = [found];
    this.accept();
  }
}

Object.assign(window, { createQuickPick: () => new QuickPick() });
