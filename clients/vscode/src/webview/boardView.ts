// The columns and cards of a board. What is as it was is left alone: each change would have to be laid out.
import type { BoardCard } from '../panels/messages';
import { keyOf, type Lane } from './boardModel';
import { laneName, marksOf, sentenceOf } from './cardWords';
import { button, element, filled, moment, set, texts } from './dom';
import { ages } from './words';

const ageOf = ages(document.documentElement.lang);

/** What cards are shown with. */
export interface Shown {
  readonly repo: string;
  readonly isWritable: boolean;
  readonly isPast: boolean;
  readonly active: string | undefined;
}

interface LaneParts {
  readonly root: HTMLElement;
  readonly title: HTMLElement;
  readonly count: HTMLElement;
  readonly note: HTMLElement;
  readonly hint: HTMLElement;
  readonly list: HTMLElement;
  readonly more: HTMLButtonElement;
}

/** What a column says of a card that is being moved. */
export interface Hint {
  readonly words: string;
  readonly isTarget: boolean;
  readonly isRefused: boolean;
}

export class BoardView {
  readonly view = element('div', { class: 'board', role: 'group', 'aria-label': texts.board });
  private readonly lanes = new Map<string | null, LaneParts>();
  private readonly cards = new Map<string, { readonly made: HTMLElement; drawn: string }>();

  /** @param more shows more cards of a stage */
  constructor(private readonly more: (stage: string | null) => void) {}

  show(lanes: readonly Lane[], shown: Shown): void {
    const hadFocus = this.view.contains(document.activeElement);
    const wanted = new Set(lanes.flatMap(({ cards }) => cards.map(keyOf)));
    for (const key of [...this.cards.keys()]) if (!wanted.has(key)) this.cards.delete(key);
    const stages = new Set(lanes.map(({ stage }) => stage));
    for (const stage of [...this.lanes.keys()]) if (!stages.has(stage)) this.lanes.delete(stage);
    const now = Date.now();
    arrange(
      this.view,
      lanes.map((lane) => this.lane(lane, shown, now)),
    );
    const active = this.cards.get(shown.active ?? '')?.made;
    // A card that was put elsewhere, or is no more, has lost it.
    if (hadFocus && !this.view.contains(document.activeElement))
      active?.focus({ preventScroll: true });
  }

  /** The card that the keyboard acts on from now on. */
  activate(
    key: string,
    { before, focus = false }: { before?: string | undefined; focus?: boolean },
  ) {
    if (before !== undefined && before !== key)
      set(this.cards.get(before)?.made ?? element('div'), 'tabindex', -1);
    const made = this.cards.get(key)?.made;
    if (made === undefined) return;
    set(made, 'tabindex', 0);
    if (focus) made.focus();
  }

  keyAt(target: EventTarget | null): string | undefined {
    return (target as Element | null)?.closest<HTMLElement>('.card')?.dataset['key'];
  }

  /** The stage of the column that something is in; undefined outside of all. */
  stageAt(target: EventTarget | null): string | null | undefined {
    const root = (target as Element | null)?.closest('.lane');
    for (const [stage, parts] of this.lanes) if (parts.root === root) return stage;
    return undefined;
  }

  /** Opens the menu of a card, which is VS Code's own, with its commands. */
  openMenu(key: string, place?: { readonly clientX: number; readonly clientY: number }): void {
    const made = this.cards.get(key)?.made;
    if (made === undefined) return;
    const { left, top } = made.getBoundingClientRect();
    const { clientX, clientY } = place ?? { clientX: left + 24, clientY: top + 24 };
    const how = { bubbles: true, cancelable: true, composed: true, clientX, clientY };
    made.dispatchEvent(new MouseEvent('contextmenu', how));
  }

  /** Says in the columns what letting go of a card there would do; without hints nothing is being moved. */
  hint(hints?: ReadonlyMap<string | null, Hint>): void {
    this.view.classList.toggle('moving', hints !== undefined);
    for (const [stage, { root, hint }] of this.lanes) {
      const { words = '', isTarget = false, isRefused = false } = hints?.get(stage) ?? {};
      hint.textContent = words;
      hint.hidden = words === '';
      root.classList.toggle('target', isTarget);
      root.classList.toggle('refused', isRefused);
      if (isTarget) root.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
  }

  /** Marks the card that is being moved. */
  lift(key: string | undefined): void {
    for (const [each, { made }] of this.cards) made.classList.toggle('lifted', each === key);
  }

  /** How far down the columns are, by stage. To ask makes the browser lay out what is not yet. */
  get tops(): readonly (readonly [string | null, number])[] {
    return [...this.lanes].map(([stage, { list }]) => [stage, list.scrollTop] as const);
  }

  scrollTo(tops: readonly (readonly [string | null, number])[]): void {
    for (const [stage, top] of tops) {
      const list = this.lanes.get(stage)?.list;
      if (list !== undefined) list.scrollTop = top;
    }
  }

  private lane(lane: Lane, shown: Shown, now: number): HTMLElement {
    const parts = this.lanes.get(lane.stage) ?? this.newLane(lane.stage);
    const { root, title, count, note, list, more } = parts;
    const words = lane.stage ?? texts.noStage;
    tell(title, words);
    title.title = words;
    tell(count, String(lane.cards.length + lane.more));
    tell(note, lane.isAllowed ? '' : texts.notAllowed);
    const name = laneName(lane, texts);
    if (list.getAttribute('aria-label') !== name) set(list, 'aria-label', name);
    arrange(
      list,
      lane.cards.map((card) => this.card(card, shown, now)),
    );
    more.hidden = lane.more === 0;
    tell(more, filled(texts.more, lane.more));
    return root;
  }

  private newLane(stage: string | null): LaneParts {
    const title = element('h2', { dir: 'auto' });
    const count = element('span', { class: 'badge' });
    const note = element('span', { class: 'quiet' });
    const head = element('div', { class: 'head' }, title, count, note);
    const hint = element('p', { class: 'hint', hidden: true });
    const list = element('div', { class: 'cards', role: 'listbox', 'aria-describedby': 'keys' });
    const more = button('', () => this.more(stage), { class: 'more' });
    const root = element('section', { class: 'lane' }, head, hint, list, more);
    const made = { root, title, count, note, hint, list, more };
    this.lanes.set(stage, made);
    return made;
  }

  private card(card: BoardCard, shown: Shown, now: number): HTMLElement {
    const key = keyOf(card);
    let known = this.cards.get(key);
    if (known === undefined) {
      known = { made: element('div', { class: 'card', role: 'option' }), drawn: '' };
      known.made.dataset['key'] = key;
      this.cards.set(key, known);
    }
    const { made } = known;
    const { repo, isWritable, isPast, active } = shown;
    const age = card.since === null ? '' : (ageOf(card.since, now) ?? texts.justNow);
    const drawn = JSON.stringify([card, age, repo, isWritable, isPast]);
    if (known.drawn !== drawn) {
      known.drawn = drawn;
      draw(made, card, age);
      set(made, 'draggable', isWritable && card.version !== null ? 'true' : undefined);
      made.dataset['vscodeContext'] = contextOf(card, shown);
    }
    const index = key === active ? 0 : -1;
    if (made.tabIndex !== index || !made.hasAttribute('tabindex')) set(made, 'tabindex', index);
    return made;
  }
}

function draw(made: HTMLElement, card: BoardCard, age: string): void {
  const { name, label, author, since } = card;
  const marks = marksOf(card, texts).map(({ words, tone, title }) =>
    element('span', { class: `mark ${tone}`, title }, words),
  );
  made.replaceChildren(
    element(
      'div',
      { class: 'name' },
      element('bdi', { title: name }, name),
      element(
        'span',
        { class: 'menu', title: filled(texts.menu, name), 'aria-hidden': 'true' },
        '⋯',
      ),
    ),
    element(
      'div',
      { class: 'place' },
      element('span', { class: 'version' }, label || texts.noVersion),
      element('span', { class: 'quiet', title: moment(since) }, age),
      element('bdi', { class: 'quiet', title: author ?? '' }, author ?? ''),
    ),
    ...(marks.length > 0 ? [element('div', { class: 'marks' }, ...marks)] : []),
  );
  set(made, 'aria-label', sentenceOf(card, texts, age));
}

/** What the commands of the menu are about, and what decides which of them there are. */
function contextOf(card: BoardCard, { repo, isPast }: Shown): string {
  const { name, version, stage, can } = card;
  return JSON.stringify({
    webviewSection: isPast ? 'pastCard' : 'card',
    preventDefaultContextMenuItems: true,
    repo,
    name,
    ...(version === null ? {} : { version }),
    ...(stage === null || isPast ? {} : { from: stage }),
    ...can,
  });
}

/** Changes a text where it is another one. */
function tell(of: HTMLElement, words: string): void {
  if (of.textContent !== words) of.textContent = words;
}

/** Puts elements into their order, and takes out all others. */
function arrange(parent: Element, wanted: readonly Element[]): void {
  const kept = new Set(wanted);
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
  let next = parent.firstElementChild;
  for (const each of wanted) {
    if (each === next) next = next.nextElementSibling;
    else parent.insertBefore(each, next);
  }
}
