// The page with all versions of an artifact and their metrics: sorted, filtered, chosen, compared.
import type { FromPage, ToPage, VersionsAnswer, VersionsQuestion } from '../panels/messages';
import { button, connect, element, filled, texts } from './dom';
import { Grid } from './grid';
import { comparisons, filtered, ordered, type Order, type Ranked } from './versionRows';
import './page.css';

interface State {
  readonly question: VersionsQuestion;
  readonly order: Order;
  readonly filter: string;
  readonly columns: string;
  readonly chosen: readonly string[];
  readonly active: string | undefined;
  readonly top: number;
}

const vscode = connect<State>();
const ask = (message: FromPage): void => vscode.postMessage(message);
const before = vscode.getState();

let question: VersionsQuestion | undefined;
let answer: VersionsAnswer | undefined;
let order: Order = before?.order ?? { by: 'version', isDescending: true };
let filter = before?.filter ?? '';
let columns = before?.columns ?? '';
/** The versions that are chosen to be compared, two at most. */
let chosen: readonly string[] = before?.chosen ?? [];
let active = before?.active;
let top = before?.top ?? 0;
let all: readonly Ranked[] = [];

const main = document.querySelector('main') ?? document.body;
const title = element('h1');
const count = element('span', { class: 'quiet', role: 'status' });
const empty = element('p', { class: 'quiet' });
const filterBox = box(texts.filter, texts.filterHint, filter, (value) => {
  filter = value;
  show();
});
const columnBox = box(texts.columns, texts.columnsHint, columns, (value) => {
  columns = value;
  show({ anew: true });
});
const against = element('select');
const compareChosen = button(texts.compareChosen, () => compareTheChosen());
const comparePrevious = button(texts.comparePrevious, () => comparedWithPrevious());
const compareStage = button('', () => comparedWithStage());
const assign = button(texts.assign, () => {
  if (active !== undefined) ask({ asks: 'assign', version: active });
});
const grid = new Grid({
  sortBy(by) {
    const isSame = JSON.stringify(order.by) === JSON.stringify(by);
    order = { by, isDescending: isSame ? !order.isDescending : by !== 'stages' };
    grid.view.scrollTop = 0;
    show({ anew: true });
  },
  activate(version) {
    active = version;
    show();
  },
  choose(version) {
    // Of three, the one that was chosen first is let go.
    chosen = chosen.includes(version)
      ? chosen.filter((each) => each !== version)
      : [...chosen, version].slice(-2);
    show();
  },
  compare() {
    if (chosen.length === 2) compareTheChosen();
    else comparedWithPrevious();
  },
  scrolled(to) {
    top = to;
  },
});
grid.view.addEventListener('scrollend', () => keep());
against.addEventListener('change', () => ask({ asks: 'against', stage: against.value || null }));

window.addEventListener(
  'message',
  ({ data }: MessageEvent<ToPage<VersionsQuestion, VersionsAnswer>>) => {
    main.setAttribute('aria-busy', 'false');
    ({ question } = data);
    if (data.tells === 'failure') {
      main.replaceChildren(element('p', { class: 'failure', role: 'alert' }, data.words));
      keep();
      return;
    }
    ({ answer } = data);
    if (!grid.view.isConnected) build();
    answered(data.answer);
  },
);
ask({ asks: 'answer' });

function box(
  label: string,
  hint: string,
  value: string,
  changed: (value: string) => void,
): HTMLElement {
  const attributes = { type: 'search', placeholder: hint, value, spellcheck: 'false' };
  const input = element('input', attributes);
  input.addEventListener('input', () => changed(input.value));
  return element('label', {}, `${label} `, input);
}

function keep(): void {
  if (question !== undefined)
    vscode.setState({ question, order, filter, columns, chosen, active, top });
}

function build(): void {
  main.classList.add('versions');
  const settings = { class: 'toolbar', role: 'toolbar', 'aria-label': texts.filter };
  const acts = { class: 'toolbar', role: 'toolbar', 'aria-label': texts.version };
  main.replaceChildren(
    title,
    element(
      'div',
      settings,
      filterBox,
      columnBox,
      element('label', {}, `${texts.against} `, against),
    ),
    element('div', acts, compareChosen, comparePrevious, compareStage, assign, count),
    element('p', { id: 'keys', class: 'unseen' }, texts.keys),
    grid.view,
    empty,
  );
}

/** Shows another answer, with everything that the user set kept. */
function answered({ metrics, stages, isWritable }: VersionsAnswer): void {
  title.textContent = filled(texts.versionsOf, question?.name ?? '');
  all = metrics.versions.map((row, rank) => ({ row, rank }));
  const known = new Set(all.map(({ row }) => row.version));
  chosen = chosen.filter((each) => known.has(each));
  if (active === undefined || !known.has(active)) active = all[0]?.row.version;
  against.replaceChildren(
    element('option', { value: '' }, texts.before),
    ...stages.map((stage) => element('option', { value: stage }, stage)),
  );
  against.value = question?.against ?? '';
  assign.hidden = !isWritable;
  const stage = wantedStage();
  compareStage.hidden = stage === undefined;
  compareStage.textContent = filled(texts.compareWith, stage ?? '');
  // Before the rows are there, there is nothing to scroll.
  const wanted = top;
  show({ anew: true });
  if (grid.view.scrollTop !== wanted) grid.view.scrollTop = wanted;
}

/** The metrics that are columns: headlines first, then in the order of the files. */
function shownKeys({ metrics }: VersionsAnswer): readonly string[] {
  const { keys, headline } = metrics;
  const wanted = columns.trim().toLowerCase();
  const first = headline.filter((key) => keys.includes(key));
  const others = keys.filter((key) => !headline.includes(key));
  return [...first, ...others].filter((key) => key.toLowerCase().includes(wanted));
}

function show({ anew = false } = {}): void {
  if (answer === undefined || question === undefined) return;
  const { metrics } = answer;
  const { repo, name } = question;
  const rows = ordered(filtered(all, filter, metrics.short), order);
  const counts = [filled(texts.shown, rows.length, all.length)];
  if (chosen.length > 0) counts.push(filled(texts.chosen, chosen.length));
  count.textContent = counts.join(' · ');
  empty.textContent = all.length === 0 ? texts.noVersions : rows.length === 0 ? texts.noMatch : '';
  compareChosen.disabled = chosen.length !== 2;
  comparePrevious.disabled = !comparisons(all, active).earlier;
  compareStage.disabled = holderToCompare() === undefined;
  const keys = shownKeys(answer);
  grid.show({ repo, name, metrics, order, keys, all, rows, chosen, active }, { anew });
  keep();
}

/** The smaller version on the left. */
function compareTheChosen(): void {
  const rankOf = (version: string): number =>
    all.find(({ row }) => row.version === version)?.rank ?? 0;
  const [left, right] = [...chosen].sort((one, other) => rankOf(other) - rankOf(one));
  if (left !== undefined && right !== undefined) ask({ asks: 'compare', left, right });
}

function comparedWithPrevious(): void {
  const at = all.findIndex(({ row }) => row.version === active);
  const previous = all.slice(at + 1).find(({ row }) => row.active)?.row.version;
  if (active !== undefined && previous !== undefined)
    ask({ asks: 'compare', left: previous, right: active });
}

const wantedStage = (): string | undefined => question?.against ?? answer?.stages.at(-1);

/** What is in that stage, where it is another version. */
function holderToCompare(): string | undefined {
  const stage = wantedStage();
  const holder = all.find(({ row }) => stage !== undefined && row.stages.includes(stage));
  return holder?.row.version === active ? undefined : holder?.row.version;
}

function comparedWithStage(): void {
  const left = holderToCompare();
  if (active !== undefined && left !== undefined) ask({ asks: 'compare', left, right: active });
}
