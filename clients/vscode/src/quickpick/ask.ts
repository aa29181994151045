import {
  QuickInputButtons,
  QuickPickItemKind,
  window,
  type QuickInput,
  type QuickPickItem,
} from 'vscode';
import { LOG } from '../client/identity';
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
  /** Items that are chosen on purpose only: none of them is what Enter takes. */
  readonly isUnlikely?: (item: T) => boolean;
}

/** What is typed, as an item of its own before all others. */
export interface Typed<T extends QuickPickItem> {
  /** What was typed before. */
  readonly value: string;
  /** The item for it; while nothing is typed, the one that asks for it. */
  readonly item: (typed: string, wrong: string | undefined) => T;
  readonly wrong: (typed: string) => Promise<string | undefined> | string | undefined;
}

/**
 * Lets the user choose; undefined when they gave up.
 *
 * @throws what the items failed with
 */
export function choose<T extends QuickPickItem>(
  asked: Choices<T>,
  typed?: Typed<T>,
): Promise<T | typeof BACK | undefined> {
  const pick = window.createQuickPick<T>();
  prepare(pick, asked);
  pick.placeholder = asked.placeholder ?? '';
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  let isOpen = true;
  let items: readonly T[] = [];
  let first: T | undefined;
  let timer: NodeJS.Timeout | undefined;
  if (typed !== undefined) {
    pick.value = typed.value;
    pick.onDidChangeValue(() => offer());
    offer();
  }
  return answered<T>(pick, (done, fail) => {
    pick.onDidAccept(() => {
      const [chosen] = pick.selectedItems;
      if (chosen !== undefined && !asked.isInert?.(chosen)) done(chosen);
    });
    fill().catch(fail);
  }).finally(() => {
    isOpen = false;
    clearTimeout(timer);
  });

  async function fill(): Promise<void> {
    pick.busy = true;
    // It is asked for with the items, so its failure is not nobody's.
    const completed = asked.completed?.catch((error: unknown) => {
      LOG.warn(`a choice is not completed: ${String(error)}`);
      return undefined;
    });
    items = await asked.items;
    if (!isOpen) return;
    draw(items.filter(isLikely).find((item) => asked.active?.(item) ?? false));
    complete(items, await completed);
    pick.busy = false;
  }

  function complete(before: readonly T[], completed: readonly T[] | undefined): void {
    if (completed === undefined || !isOpen) return;
    const [active] = pick.activeItems;
    const at = before.findIndex((item) => item === active);
    pick.keepScrollPosition = true;
    items = completed;
    draw(at < 0 ? active : completed[at]);
  }

  function isLikely(item: T): boolean {
    return (
      item.kind !== QuickPickItemKind.Separator &&
      !(asked.isInert?.(item) ?? false) &&
      !(asked.isUnlikely?.(item) ?? false)
    );
  }

  /** Shows the items; what is typed comes first, but what is there already is what Enter chooses. */
  function draw(active?: T): void {
    const value = pick.value.trim();
    const isListed = items.some(({ label }) => label === value);
    pick.items = first === undefined || isListed ? items : [first, ...items];
    const isMeant = ({ label }: T): boolean => label.toLowerCase().includes(value.toLowerCase());
    const wanted = active ?? items.filter(isLikely).find(isMeant) ?? first;
    pick.activeItems = wanted === undefined ? [] : [wanted];
  }

  /** Offers what is typed, at once, and says what is wrong with it as soon as that is known. */
  function offer(): void {
    const value = pick.value.trim();
    clearTimeout(timer);
    first = typed?.item(value, undefined);
    draw();
    if (value !== '') timer = setTimeout(() => void check(value).catch(showError), PAUSE);
  }

  async function check(value: string): Promise<void> {
    const wrong = await typed?.wrong(value);
    if (wrong === undefined || !isOpen || pick.value.trim() !== value) return;
    const [active] = pick.activeItems;
    const before = first;
    first = typed?.item(value, wrong);
    draw(active === before ? first : active);
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
  if (box.value !== '') void check(box.value).catch(showError);
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
  accept: (done: (value: T) => void, fail: (error: unknown) => void) => void,
): Promise<T | typeof BACK | undefined> {
  return new Promise((resolve, reject) => {
    const finish = (value: T | typeof BACK | undefined): void => {
      resolve(value);
      input.dispose();
    };
    accept(finish, (error) => {
      reject(error instanceof Error ? error : new Error(String(error)));
      input.dispose();
    });
    input.onDidTriggerButton((button) => button === QuickInputButtons.Back && finish(BACK));
    input.onDidHide(() => finish(undefined));
    input.show();
  });
}
