import { QuickInputButtons, window, type QuickInput, type QuickPickItem } from 'vscode';
import { showError } from '../text/failures';
import { BACK, type Position } from './steps';

/** While somebody types, the daemon is asked no more often than this (milliseconds). */
const PAUSE = 150;

interface Asked {
  readonly title: string;
  readonly at?: Position;
  readonly placeholder?: string;
}

export interface Choices<T extends QuickPickItem> extends Asked {
  readonly items: readonly T[] | Promise<readonly T[]>;
  /** The same items in the same order, with what takes longer to find out. */
  readonly completed?: Promise<readonly T[]>;
  /** Which of them was chosen before. */
  readonly active?: (item: T) => boolean;
  /** Items that only say something: to choose one does nothing. */
  readonly isInert?: (item: T) => boolean;
}

/** Lets the user choose; undefined when they gave up. */
export function choose<T extends QuickPickItem>(
  asked: Choices<T>,
): Promise<T | typeof BACK | undefined> {
  const pick = window.createQuickPick<T>();
  prepare(pick, asked);
  pick.placeholder = asked.placeholder ?? '';
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  void fill();
  return answered(pick, (done) => {
    pick.onDidAccept(() => {
      const [chosen] = pick.selectedItems;
      if (chosen !== undefined && !asked.isInert?.(chosen)) done(chosen);
    });
  });

  async function fill(): Promise<void> {
    pick.busy = true;
    try {
      pick.items = await asked.items;
      const active = pick.items.filter((item) => asked.active?.(item) ?? false);
      if (active.length > 0) pick.activeItems = active;
      await complete();
    } catch (error) {
      pick.hide();
      showError(error);
    }
    pick.busy = false;
  }

  async function complete(): Promise<void> {
    const before = pick.items;
    const completed = await asked.completed;
    if (completed === undefined) return;
    const at = before.findIndex((item) => item === pick.activeItems[0]);
    pick.keepScrollPosition = true;
    pick.items = completed;
    const active = completed[at];
    if (active !== undefined) pick.activeItems = [active];
  }
}

export interface Text extends Asked {
  readonly prompt: string;
  readonly value?: string;
  /** What is wrong with it, in words; undefined when nothing is. */
  readonly wrong?: (value: string) => Promise<string | undefined> | string | undefined;
}

/** Lets the user write; checked while they do. */
export function write(asked: Text): Promise<string | typeof BACK | undefined> {
  const box = window.createInputBox();
  prepare(box, asked);
  box.prompt = asked.prompt;
  box.value = asked.value ?? '';
  box.placeholder = asked.placeholder ?? '';
  let timer: NodeJS.Timeout | undefined;
  let latest = 0;
  const check = async (value: string): Promise<boolean> => {
    const mine = ++latest;
    const wrong = await asked.wrong?.(value);
    if (mine !== latest) return false;
    box.validationMessage = wrong;
    return wrong === undefined;
  };
  box.onDidChangeValue((value) => {
    clearTimeout(timer);
    timer = setTimeout(() => void check(value).catch(showError), PAUSE);
  });
  return answered(box, (done) => {
    box.onDidAccept(() => {
      clearTimeout(timer);
      const value = box.value.trim();
      box.busy = true;
      check(value)
        .then((isRight) => isRight && done(value), showError)
        .finally(() => (box.busy = false));
    });
  });
}

function prepare(input: QuickInput & { buttons: readonly unknown[] }, { title, at }: Asked): void {
  input.title = title;
  input.ignoreFocusOut = true;
  if (at !== undefined && at.total > 1) {
    input.step = at.step;
    input.totalSteps = at.total;
    if (at.step > 1) input.buttons = [QuickInputButtons.Back];
  }
}

function answered<T>(
  input: QuickInput & {
    onDidTriggerButton: (listener: (button: unknown) => void) => unknown;
  },
  accept: (done: (value: T) => void) => void,
): Promise<T | typeof BACK | undefined> {
  return new Promise((resolve) => {
    const finish = (value: T | typeof BACK | undefined): void => {
      resolve(value);
      input.dispose();
    };
    accept(finish);
    input.onDidTriggerButton((button) => button === QuickInputButtons.Back && finish(BACK));
    input.onDidHide(() => finish(undefined));
    input.show();
  });
}
