// The views and inputs of VS Code's that tests look into.
import { EventEmitter, window } from './vscode';

/** A view of rows: what is done to it is said by firing its events. */
export function treeView() {
  const [expanded, collapsed] = [new EventEmitter<unknown>(), new EventEmitter<unknown>()];
  const visibility = new EventEmitter<unknown>();
  return {
    visible: false,
    message: '',
    visibility,
    onDidChangeVisibility: visibility.event,
    expanded,
    collapsed,
    onDidExpandElement: expanded.event,
    onDidCollapseElement: collapsed.event,
    dispose: () => undefined,
  };
}

/** What quick picks and input boxes have in common. */
class Input {
  value = '';
  title = '';
  validationMessage: string | undefined;
  private isGone = false;
  private readonly changed = new EventEmitter<string>();
  private readonly accepted = new EventEmitter<void>();
  private readonly hidden = new EventEmitter<void>();
  private readonly pressed = new EventEmitter<unknown>();
  readonly onDidChangeValue = this.changed.event;
  readonly onDidAccept = this.accepted.event;
  readonly onDidHide = this.hidden.event;
  readonly onDidTriggerButton = this.pressed.event;
  show(): void {
    shown.push(this);
  }
  hide(): void {
    this.isGone = true;
    this.hidden.fire();
  }
  dispose(): void {
    if (!this.isGone) this.hide();
  }
  type(value: string): void {
    this.value = value;
    this.changed.fire(value);
  }
  accept(): void {
    this.accepted.fire();
  }
  press(button: unknown): void {
    this.pressed.fire(button);
  }
}

interface Item {
  readonly label: string;
  readonly detail?: string;
}

export class QuickPick extends Input {
  items: readonly Item[] = [];
  activeItems: readonly Item[] = [];
  get selectedItems(): readonly Item[] {
    return this.activeItems;
  }
  get labels(): readonly string[] {
    return this.items.map(({ label }) => label);
  }
}

export class InputBox extends Input {}

/** Has these inputs shown for one test, whoever else has others shown. */
export function useInputs(test: { after: (done: () => void) => void }): void {
  const { createQuickPick } = window;
  Object.assign(window, { createQuickPick: () => new QuickPick() });
  test.after(() => void Object.assign(window, { createQuickPick }));
}

/** The quick picks and input boxes that were shown. */
export const shown: Input[] = [];
