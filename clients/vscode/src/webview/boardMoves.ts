// Moving a card, by mouse and by keyboard. It ends in the last step of a wizard, or where the card was.
import type { BoardCard } from '../panels/messages';
import { effectOf, keyOf, type Lane } from './boardModel';
import type { BoardView, Hint } from './boardView';
import { hintOf } from './cardWords';
import { filled, texts } from './dom';

export interface MoveActs {
  /** The rules are to be asked where a card may go. */
  pickedUp(card: BoardCard): void;
  dropped(card: BoardCard, stage: string | null): void;
  say(words: string): void;
}

interface Move {
  readonly card: BoardCard;
  readonly isDrag: boolean;
  target: string | null | undefined;
  refusals: Readonly<Record<string, string>>;
}

export class Moves {
  private move: Move | undefined;
  private lanes: readonly Lane[] = [];
  private all: readonly BoardCard[] = [];

  constructor(
    private readonly view: BoardView,
    private readonly acts: MoveActs,
    cardOf: (key: string | undefined) => BoardCard | undefined,
  ) {
    const { view: root } = view;
    root.addEventListener('dragstart', (event) => {
      const card = cardOf(view.keyAt(event.target));
      if (card === undefined || event.dataTransfer === null) return;
      event.dataTransfer.effectAllowed = 'move';
      event.dataTransfer.setData('application/x-gto-card', keyOf(card));
      this.begin(card, true);
    });
    root.addEventListener('dragover', (event) => {
      if (this.move?.isDrag !== true) return;
      event.preventDefault();
      const stage = view.stageAt(event.target);
      const isSomewhere = stage !== undefined && this.effect(stage) !== 'nothing';
      if (event.dataTransfer) event.dataTransfer.dropEffect = isSomewhere ? 'move' : 'none';
      this.aim(stage);
    });
    root.addEventListener('dragleave', (event) => {
      if (!root.contains(event.relatedTarget as Node | null)) this.aim(undefined);
    });
    root.addEventListener('drop', (event) => {
      if (this.move?.isDrag !== true) return;
      event.preventDefault();
      this.aim(view.stageAt(event.target));
      this.drop();
    });
    root.addEventListener('dragend', () => {
      if (this.move?.isDrag === true) this.end();
    });
  }

  /** Whether the mouse holds a card, which must stay in the document as long as that. */
  get isDragging(): boolean {
    return this.move?.isDrag === true;
  }

  /** What is on the board now. A card that is no longer there is not moved any more. */
  use(lanes: readonly Lane[], all: readonly BoardCard[]): void {
    this.lanes = lanes;
    this.all = all;
    const { move } = this;
    if (move === undefined) return;
    const key = keyOf(move.card);
    if (all.some((card) => keyOf(card) === key)) this.draw();
    else this.cancel();
  }

  /** Begins to move a card by keyboard. */
  pickUp(card: BoardCard): void {
    if (card.version === null) return;
    this.begin(card, false);
    this.acts.say(filled(texts.moving, `${card.name} ${card.label}`));
  }

  /** What the rules say of where the card may go. */
  judged(name: string, version: string, refusals: Readonly<Record<string, string>>): void {
    const { move } = this;
    if (move?.card.name !== name || move.card.version !== version) return;
    move.refusals = refusals;
    this.draw();
    if (!move.isDrag && this.refusal(move.target) !== undefined) this.sayTarget();
  }

  /** A key while a card is moved by keyboard; answers whether it was one for that. */
  pressed(key: string): boolean {
    const { move } = this;
    if (move === undefined || move.isDrag) return false;
    const at = this.lanes.findIndex(({ stage }) => stage === move.target);
    switch (key) {
      case 'ArrowLeft':
      case 'ArrowRight': {
        const next = this.lanes[at + (key === 'ArrowRight' ? 1 : -1)];
        if (next === undefined) return true;
        this.aim(next.stage);
        this.sayTarget();
        return true;
      }
      case 'Enter':
      case ' ':
        this.drop();
        return true;
      case 'Escape':
        this.cancel();
        return true;
      default:
        // Nothing else is done with a card on its way.
        return key !== 'Tab';
    }
  }

  /** Leaves the card where it is. */
  cancel(): void {
    const { move } = this;
    if (move === undefined) return;
    this.end();
    this.acts.say(filled(texts.notMoved, `${move.card.name} ${move.card.label}`));
  }

  private begin(card: BoardCard, isDrag: boolean): void {
    this.move = { card, isDrag, target: isDrag ? undefined : card.stage, refusals: {} };
    this.view.lift(keyOf(card));
    this.draw();
    this.acts.pickedUp(card);
  }

  private aim(stage: string | null | undefined): void {
    if (this.move === undefined || this.move.target === stage) return;
    this.move.target = stage;
    this.draw();
  }

  private drop(): void {
    const { move } = this;
    if (move === undefined) return;
    const { card, target } = move;
    if (target === undefined || this.effect(target) === 'nothing') {
      const words = target === undefined ? '' : this.words(target);
      this.cancel();
      if (words !== '') this.acts.say(words);
      return;
    }
    this.end();
    this.acts.dropped(card, target);
  }

  private end(): void {
    this.move = undefined;
    this.view.hint();
    this.view.lift(undefined);
  }

  private effect(stage: string | null): string {
    return this.move === undefined ? 'nothing' : effectOf(this.move.card, stage, this.all).does;
  }

  private words(stage: string | null): string {
    if (this.move === undefined) return '';
    const { card } = this.move;
    const effect = effectOf(card, stage, this.all);
    return hintOf(card, stage, effect, texts, this.refusal(stage));
  }

  /** A stage may have the name of something that every object has. */
  private refusal(stage: string | null | undefined): string | undefined {
    const { refusals = {} } = this.move ?? {};
    return stage != null && Object.hasOwn(refusals, stage) ? refusals[stage] : undefined;
  }

  private sayTarget(): void {
    const target = this.move?.target;
    if (target !== undefined) this.acts.say(`${target ?? texts.noStage}: ${this.words(target)}`);
  }

  private draw(): void {
    const { move } = this;
    if (move === undefined) return;
    const hints = this.lanes.map(({ stage }): [string | null, Hint] => {
      const isTarget = move.target === stage;
      const isRefused = this.refusal(stage) !== undefined;
      const isOwn = stage === move.card.stage && !isTarget;
      return [stage, { words: isOwn ? '' : this.words(stage), isTarget, isRefused }];
    });
    this.view.hint(new Map(hints));
  }
}
