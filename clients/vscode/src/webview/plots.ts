// Plots of versions laid over each other, in the colours of the theme.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Plot } from '../protocol';
import { valueText } from '../text/numbers';
import { element, filled, texts } from './dom';
import {
  bars,
  confusions,
  drawing,
  sided,
  type Drawing,
  type Series,
  type SidedPlot,
} from './series';

const HEIGHT = 240;
/** Rows of the table of points. */
const MAX_POINTS = 500;
const SIDES = ['--gto-left', '--gto-right', '--gto-third'];

/** What is on the page, so that it can be drawn anew in another theme and taken off. */
const drawn = new Map<HTMLElement, { plot: uPlot; redraw: () => void }>();

/** Draws all plots anew: the theme is another one. */
export function redrawPlots(): void {
  for (const { redraw } of [...drawn.values()]) redraw();
}

/** Forgets the plots that are on the page: another answer takes their place. */
export function removePlots(): void {
  for (const { plot } of drawn.values()) plot.destroy();
  drawn.clear();
  sizes.disconnect();
}

const sizes = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    const found = drawn.get(target as HTMLElement);
    if (found !== undefined && contentRect.width > 0)
      found.plot.setSize({ width: Math.floor(contentRect.width), height: HEIGHT });
  }
});

/** A plot, whatever it is, with its points as a table for those who do not see it. */
export function plotFigure(of: Plot, labels: readonly string[]): HTMLElement {
  const plot = sided(of, labels);
  const title = plot.title || plot.id;
  const figure = element('figure', {}, element('figcaption', {}, title));
  const missing = labels.filter((label) => !plot.data.some((data) => data.label === label));
  if (plot.data.some(({ image }) => image !== undefined)) figure.append(images(plot));
  else if (plot.template.startsWith('confusion')) figure.append(matrices(plot));
  else if (plot.template.startsWith('bar')) figure.append(barTable(plot));
  else figure.append(canvas(plot, title), pointTable(plot, title));
  for (const label of missing)
    figure.append(element('p', { class: 'quiet' }, filled(texts.notHere, label)));
  return figure;
}

const variable = (name: string): string =>
  getComputedStyle(document.body).getPropertyValue(name).trim();

function canvas(plot: SidedPlot, title: string): HTMLElement {
  const found = drawing(plot);
  const count = found.along.length;
  const words = filled(texts.plotted, title, plot.y_label || plot.y, plot.x_label || plot.x, count);
  const place = element('div', { class: 'plot', role: 'img', 'aria-label': words });
  const redraw = (): void => {
    drawn.get(place)?.plot.destroy();
    place.replaceChildren();
    const made = new uPlot(options(plot, found, place.clientWidth), columns(found), place);
    drawn.set(place, { plot: made, redraw });
  };
  // It has a width once it is on the page.
  requestAnimationFrame(() => {
    if (!place.isConnected) return;
    redraw();
    sizes.observe(place);
  });
  return place;
}

const columns = ({ along, values }: Drawing): uPlot.AlignedData =>
  [[...along], ...values.map((each) => [...each])] as uPlot.AlignedData;

function options(plot: SidedPlot, { along, words, series }: Drawing, width: number): uPlot.Options {
  const axis = {
    stroke: variable('--gto-text'),
    font: `11px ${variable('--vscode-font-family') || 'sans-serif'}`,
    labelFont: `11px ${variable('--vscode-font-family') || 'sans-serif'}`,
    grid: { stroke: variable('--gto-grid'), width: 1 },
    ticks: { stroke: variable('--gto-grid'), width: 1 },
    labelSize: 20,
  };
  const isCloud = plot.template.startsWith('scatter');
  return {
    width: Math.max(200, Math.floor(width)),
    height: HEIGHT,
    scales: { x: { time: false } },
    axes: [
      {
        ...axis,
        label: plot.x_label || plot.x,
        ...(words === undefined
          ? {}
          : {
              values: (_: uPlot, at: number[]) => at.map((each) => words[each] ?? ''),
              incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
            }),
      },
      { ...axis, label: plot.y_label || plot.y, size: 60 },
    ],
    series: [
      {
        label: plot.x_label || plot.x,
        value: (_, value: number | null) =>
          value === null ? '' : words === undefined ? valueText(value) : (words[value] ?? ''),
      },
      ...series.map((each) => styled(each, isCloud || along.length === series.length)),
    ],
    cursor: { drag: { x: true, y: false } },
    legend: { live: true },
  };
}

function styled({ label, side, line }: Series, isCloud: boolean): uPlot.Series {
  const stroke = variable(SIDES[side % SIDES.length] ?? '');
  return {
    label,
    stroke,
    width: 1.5,
    spanGaps: true,
    ...(line > 0 ? { dash: [2 + 4 * line, 4] } : {}),
    ...(isCloud
      ? { paths: () => null, points: { show: true, size: 5, fill: stroke } }
      : { points: { show: false } }),
    value: (_, value: number | null) => (value === null ? '' : valueText(value)),
  };
}

function pointTable(plot: SidedPlot, title: string): HTMLElement {
  const details = element('details', {}, element('summary', {}, filled(texts.points, title)));
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1) details.append(...filledTable());
  });
  const filledTable = (): Node[] => {
    const rows = plot.data.flatMap(({ label, points }) =>
      points.map((point) => [label, point[plot.x], point[plot.y]] as const),
    );
    const body = rows
      .slice(0, MAX_POINTS)
      .map((row) => element('tr', {}, ...row.map((each) => element('td', {}, valueText(each)))));
    const heads = [texts.version, plot.x_label || plot.x, plot.y_label || plot.y];
    const head = element('tr', {}, ...heads.map((each) => element('th', { scope: 'col' }, each)));
    const more = rows.length - MAX_POINTS;
    return [
      element('table', {}, element('thead', {}, head), element('tbody', {}, ...body)),
      ...(more > 0 ? [element('p', { class: 'quiet' }, filled(texts.morePoints, more))] : []),
    ];
  };
  return details;
}

function images(plot: SidedPlot): HTMLElement {
  return element(
    'div',
    { class: 'beside' },
    ...plot.data.map(({ label, image }) => {
      const caption = element('figcaption', {}, label);
      if (image?.data === undefined)
        return element('figure', {}, caption, element('p', { class: 'quiet' }, texts.tooLarge));
      const picture = element('img', { alt: `${plot.title || plot.id}, ${label}` });
      // Only what browsers show as a picture, and run nothing of.
      if (/^image\/[\w.+-]+$/.test(image.media_type))
        picture.src = `data:${image.media_type};base64,${image.data}`;
      return element('figure', {}, caption, picture);
    }),
  );
}

function matrices(plot: SidedPlot): HTMLElement {
  const { classes, of } = confusions(plot);
  return element(
    'div',
    { class: 'beside' },
    ...of.map(({ label, counts }) => matrix(label, classes, counts, plot)),
  );
}

function matrix(
  label: string,
  classes: readonly string[],
  counts: readonly (readonly number[])[],
  plot: SidedPlot,
): HTMLElement {
  const isNormalized = plot.template.includes('normalized');
  const body = counts.map((row, at) => {
    const total = row.reduce((sum, each) => sum + each, 0) || 1;
    const most = isNormalized ? 1 : Math.max(1, ...counts.flat());
    const cells = row.map((count) => {
      const shown = isNormalized ? count / total : count;
      const cell = element('td', { class: 'weighted' }, valueText(shown));
      cell.style.setProperty('--weight', `${Math.round((65 * shown) / most)}%`);
      return cell;
    });
    return element('tr', {}, element('th', { scope: 'row' }, classes[at] ?? ''), ...cells);
  });
  const corner = element(
    'td',
    { class: 'quiet' },
    `${plot.x_label || texts.actual} ↓ ${plot.y_label || texts.predicted} →`,
  );
  const heads = classes.map((each) => element('th', { scope: 'col' }, each));
  return element(
    'table',
    { class: 'matrix' },
    element('caption', {}, label),
    element('thead', {}, element('tr', {}, corner, ...heads)),
    element('tbody', {}, ...body),
  );
}

function barTable(plot: SidedPlot): HTMLElement {
  const { words, of } = bars(plot);
  const most = Math.max(...of.flatMap(({ values }) => [...values.values()].map(Math.abs)), 1e-300);
  const body = words.map((word) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, word),
      element('td', {}, ...of.map(({ values, side }) => bar(values.get(word), most, side))),
    ),
  );
  const key = of.map(({ label, side }) => element('span', { class: `key side${side}` }, label));
  return element(
    'table',
    { class: 'bars' },
    element('caption', {}, ...key),
    element('tbody', {}, ...body),
  );
}

function bar(value: number | undefined, most: number, side: number): HTMLElement {
  const made = element('div', { class: 'bar' });
  if (value === undefined) return made;
  const filling = element('span', { class: `filling side${side}` });
  filling.style.setProperty('inline-size', `${(70 * Math.abs(value)) / most}%`);
  made.append(filling, element('span', {}, valueText(value)));
  return made;
}
