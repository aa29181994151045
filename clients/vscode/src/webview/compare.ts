// The page that compares two versions: what differs first, in metrics, params, plots, annotation, commits and files.
import type { CommitRow, ComparedSide, FileChange } from '../protocol';
import type { CompareAnswer, CompareQuestion, FromPage, ToPage } from '../panels/messages';
import { button, connect, element, filled, moment, texts } from './dom';
import { annotationTable, growing, quiet, valueTable } from './compareTables';
import { plotFigure, redrawPlots, removePlots } from './plots';
import './page.css';

interface State {
  readonly question: CompareQuestion;
  readonly showsUnchanged: boolean;
}

const vscode = connect<State>();
const ask = (message: FromPage): void => vscode.postMessage(message);
const main = document.querySelector('main') ?? document.body;
let shown: { readonly question: CompareQuestion; readonly answer: CompareAnswer } | undefined;
let showsUnchanged = vscode.getState()?.showsUnchanged ?? false;

window.addEventListener(
  'message',
  ({ data }: MessageEvent<ToPage<CompareQuestion, CompareAnswer>>) => {
    const { question } = data;
    vscode.setState({ question, showsUnchanged });
    if (data.tells === 'failure') {
      shown = undefined;
      removePlots();
      main.replaceChildren(element('p', { class: 'failure', role: 'alert' }, data.words));
    } else {
      shown = { question, answer: data.answer };
      draw();
    }
    main.setAttribute('aria-busy', 'false');
  },
);
new MutationObserver(redrawPlots).observe(document.body, { attributeFilter: ['class', 'style'] });
ask({ asks: 'answer' });

const nameOf = ({ version, commit }: ComparedSide): string =>
  version === null || /^[0-9a-f]{40,}$/.test(version) ? commit.slice(0, 7) : version;

function draw(): void {
  if (shown === undefined) return;
  const { compared, plots } = shown.answer;
  const { left, right } = compared;
  const labels = [nameOf(left), nameOf(right)] as const;
  const scrolled = document.documentElement.scrollTop;
  const focused = document.activeElement?.id;
  removePlots();
  const toggle = element('input', { type: 'checkbox', id: 'unchanged' });
  toggle.checked = showsUnchanged;
  toggle.addEventListener('change', () => {
    showsUnchanged = toggle.checked;
    if (shown !== undefined) vscode.setState({ question: shown.question, showsUnchanged });
    draw();
  });
  main.replaceChildren(
    element('h1', {}, compared.name),
    element('div', { class: 'sides' }, side(left, 'left'), side(right, 'right')),
    element(
      'div',
      { class: 'toolbar', role: 'toolbar', 'aria-label': compared.name },
      button(texts.swap, () => ask({ asks: 'swap' }), { id: 'swap' }),
      button(texts.allVersions, () => ask({ asks: 'versions' }), { id: 'versions' }),
      element('label', {}, toggle, texts.showUnchanged),
    ),
    section(
      texts.metrics,
      valueTable(compared.metrics ?? {}, labels, texts.metric, texts.noMetrics, showsUnchanged),
    ),
    section(
      texts.params,
      valueTable(compared.params ?? {}, labels, texts.param, texts.noParams, showsUnchanged),
    ),
    section(
      texts.plots,
      plots.length > 0
        ? element('div', { class: 'plots' }, ...plots.map((plot) => plotFigure(plot, labels)))
        : quiet(texts.noPlots),
    ),
    section(texts.annotation, annotationTable(left, right, labels, showsUnchanged)),
    section(texts.commits, commits(labels)),
    section(texts.files, files(compared.files)),
    problems(),
  );
  document.documentElement.scrollTop = scrolled;
  if (focused) document.getElementById(focused)?.focus();
}

function section(title: string, ...content: readonly HTMLElement[]): HTMLElement {
  return element('section', { 'aria-label': title }, element('h2', {}, title), ...content);
}

function side(of: ComparedSide, which: 'left' | 'right'): HTMLElement {
  const { commit, author, created_at, stages } = of;
  const badges = stages.map((stage) => element('span', { class: 'badge' }, stage));
  const choose = button(nameOf(of), () => ask({ asks: 'choose', side: which }), {
    class: `version ${which}`,
    id: `choose-${which}`,
    title: texts.chooseOther,
    'aria-label': `${nameOf(of)}, ${texts.chooseOther}`,
  });
  const by = [author ?? '', moment(created_at)].filter(Boolean).join(' · ');
  return element(
    'div',
    { class: 'side' },
    element('div', {}, choose, ...badges),
    element('div', { class: 'quiet' }, commitButton(commit), by && ` ${by}`),
  );
}

function commitButton(commit: string): HTMLButtonElement {
  const short = commit.slice(0, 7);
  return button(short, () => ask({ asks: 'commit', commit }), {
    class: 'link',
    'aria-label': filled(texts.showCommit, short),
  });
}

function commits([left, right]: readonly [string, string]): HTMLElement {
  const found = shown?.answer.compared;
  if (found === undefined) return element('div');
  const list = (title: string, rows: readonly CommitRow[]): HTMLElement[] =>
    rows.length === 0
      ? []
      : [
          element('h3', {}, title),
          element(
            'ul',
            { class: 'commits' },
            ...rows.map(({ commit, subject, author }) =>
              element(
                'li',
                {},
                commitButton(commit),
                ` ${subject} `,
                element('span', { class: 'quiet' }, author),
              ),
            ),
          ),
        ];
  const content = [
    ...list(filled(texts.since, right, left), found.commits),
    ...list(filled(texts.since, left, right), found.dropped),
  ];
  if (content.length === 0) content.push(quiet(texts.noCommits));
  if (!found.complete) content.push(quiet(texts.incomplete));
  return element('div', {}, ...content);
}

function files(all: readonly FileChange[]): HTMLElement {
  if (all.length === 0) return quiet(texts.noFiles);
  const list = element('ul', { class: 'files' });
  const place = element('div', {}, list);
  growing(
    place,
    list,
    all.map(({ path, status }) => () => {
      const open = button(path, () => ask({ asks: 'file', path }), {
        class: 'link',
        'aria-label': filled(texts.openDiff, path),
      });
      return element(
        'li',
        {},
        open,
        ' ',
        element('span', { class: `status ${status}` }, texts[status]),
      );
    }),
  );
  return place;
}

function problems(): HTMLElement {
  const found = shown?.answer.compared.problems ?? [];
  if (found.length === 0) return element('div');
  const rows = found.map(({ message, hint }) => element('li', {}, `${message} ${hint}`));
  return section(texts.problems, element('ul', {}, ...rows));
}
