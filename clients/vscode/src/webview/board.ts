// The page with the stages of a registry as columns and its artifacts as cards.
import type {
  BoardAnswer,
  BoardCard,
  BoardQuestion,
  FromBoard,
  FromPage,
  ToBoard,
} from '../panels/messages';
import { activeIn, keyOf, lanesOf, MAX_CARDS, movements, placeOf, stepFrom } from './boardModel';
import { Moves } from './boardMoves';
import { BoardTools } from './boardTools';
import { BoardView } from './boardView';
import { movedText } from './cardWords';
import { button, connect, day, element, filled, texts } from './dom';
import './page.css';
import './board.css';

type Tops = readonly (readonly [string | null, number])[];

interface State {
  readonly question: BoardQuestion;
  readonly active: string | undefined;
  readonly left: number;
  readonly tops: Tops;
}

/** Ages are said anew this often (milliseconds). */
const MINUTE = 60_000;

const vscode = connect<State>();
const ask = (message: FromPage): void => vscode.postMessage(message);
const before = vscode.getState();

let question: BoardQuestion | undefined;
let answer: BoardAnswer | undefined;
/** An answer that came while the mouse held a card. */
let waiting: (() => void) | undefined;
let lanes: ReturnType<typeof lanesOf> = [];
let active = before?.active;
/** Where it is scrolled to; looked up when scrolling ends, because to ask would have all of it laid out. */
let scrolled: Pick<State, 'left' | 'tops'> = before ?? { left: 0, tops: [] };
let isScrolledBack = before === undefined;
const limits = new Map<string | null, number>();

const main = document.querySelector('main') ?? document.body;
const title = element('h1');
const notes = element('div', { class: 'notes' });
const alert = element('div', { role: 'alert' });
const live = element('p', { class: 'unseen', role: 'status' });
const keys = element('p', { id: 'keys', class: 'unseen' });
const empty = element('p', { class: 'quiet' });
const send = (message: FromBoard): void => ask(message);
const tools = new BoardTools(send);
const view = new BoardView((stage) => {
  limits.set(stage, (limits.get(stage) ?? MAX_CARDS) + MAX_CARDS);
  show();
});
const cardOf = (key: string | undefined): BoardCard | undefined =>
  answer?.cards.find((card) => keyOf(card) === key);
const moves = new Moves(
  view,
  {
    pickedUp({ name, version }) {
      alert.replaceChildren();
      if (version !== null) ask({ asks: 'refusals', name, version });
    },
    dropped({ name, version, stage: from }, to) {
      if (version !== null) ask({ asks: 'move', name, version, from, to });
    },
    say,
  },
  cardOf,
);

view.view.addEventListener('mousedown', ({ target }) => activate(view.keyAt(target), false));
view.view.addEventListener('focusin', ({ target }) => activate(view.keyAt(target), false));
view.view.addEventListener('click', (event) => {
  const key = view.keyAt(event.target);
  if (key !== undefined && (event.target as Element).closest('.menu')) view.openMenu(key, event);
});
view.view.addEventListener('dblclick', (event) => {
  const key = view.keyAt(event.target);
  if (key !== undefined) view.openMenu(key, event);
});
view.view.addEventListener('keydown', pressed);
view.view.addEventListener('dragend', () => {
  waiting?.();
  waiting = undefined;
});
view.view.addEventListener('scrollend', scrolledTo, { capture: true });
setInterval(show, MINUTE);

window.addEventListener('message', ({ data }: MessageEvent<ToBoard>) => {
  switch (data.tells) {
    case 'answer':
      if (moves.isDragging) waiting = () => answered(data.question, data.answer);
      else answered(data.question, data.answer);
      break;
    case 'failure':
      main.setAttribute('aria-busy', 'false');
      ({ question } = data);
      moves.cancel();
      main.replaceChildren(element('p', { class: 'failure', role: 'alert' }, data.words));
      keep();
      break;
    case 'refusals':
      moves.judged(data.name, data.version, data.refusals);
      break;
    case 'refused':
      refused(data.words);
      break;
    case 'unmoved':
      say(filled(texts.notMoved, data.name));
      break;
  }
});
ask({ asks: 'answer' });

function say(words: string): void {
  live.textContent = words;
}

/** Why a card was not moved; it stays there to be read until the next one is picked up. */
function refused(words: string): void {
  const dismiss = button(texts.dismiss, () => alert.replaceChildren());
  alert.replaceChildren(element('div', { class: 'refusal' }, element('p', {}, words), dismiss));
}

function scrolledTo(): void {
  scrolled = { left: view.view.scrollLeft, tops: view.tops };
  keep();
}

function keep(): void {
  if (question !== undefined) vscode.setState({ question, active, ...scrolled });
}

function build(): void {
  main.classList.add('board-page');
  main.replaceChildren(title, tools.view, notes, alert, keys, live, view.view, empty);
}

/** Shows another answer, with the keyboard where it was. */
function answered(asked: BoardQuestion, given: BoardAnswer): void {
  main.setAttribute('aria-busy', 'false');
  // What moved is said of one and the same question only: another filter or day moves nothing.
  const isSame = JSON.stringify(asked) === JSON.stringify(question);
  const moved = isSame && answer ? movements(answer.cards, given.cards) : [];
  [question, answer] = [asked, given];
  if (!view.view.isConnected) build();
  const { asOf } = asked;
  title.textContent = asOf === null ? texts.board : filled(texts.boardAsOf, day(asOf));
  if (asOf !== null) title.append(' ', element('span', { class: 'badge' }, texts.readOnly));
  tools.show(asked, given);
  notes.replaceChildren(...given.notes.map((note) => element('p', { class: 'quiet' }, note)));
  keys.textContent = given.isWritable ? texts.boardKeys : texts.boardReadKeys;
  empty.textContent =
    given.shown > 0
      ? ''
      : given.total > 0
        ? texts.noArtifactMatches
        : asOf === null
          ? texts.noArtifacts
          : texts.noArtifactsThen;
  show();
  if (moved.length > 0) say(movedText(moved, texts));
  if (isScrolledBack) return;
  isScrolledBack = true;
  const { left, tops } = scrolled;
  view.view.scrollLeft = left;
  view.scrollTo(tops);
}

function show(): void {
  if (answer === undefined || question === undefined || moves.isDragging) return;
  const old = lanes;
  lanes = lanesOf(answer, limits);
  active = activeIn(lanes, old, active);
  const { repo, asOf } = question;
  view.show(lanes, { repo, isWritable: answer.isWritable, isPast: asOf !== null, active });
  moves.use(lanes, answer.cards);
  keep();
}

function activate(key: string | undefined, focus: boolean): void {
  if (key === undefined) return;
  view.activate(key, { before: active, focus });
  active = key;
  keep();
}

function pressed(event: KeyboardEvent): void {
  const card = cardOf(view.keyAt(event.target));
  if (card === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
  if (moves.pressed(event.key)) {
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  const key = keyOf(card);
  if (event.key === 'Enter' || event.key === ' ') view.openMenu(key);
  else if (event.key.toLowerCase() === 'm' && answer?.isWritable === true) moves.pickUp(card);
  else {
    const at = placeOf(lanes, key);
    const next = at && stepFrom(lanes, at, event.key);
    if (next === undefined) return;
    activate(keyOf(next), true);
  }
  event.preventDefault();
}
