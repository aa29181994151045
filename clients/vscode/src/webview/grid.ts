// The table of versions: only the rows in sight are in the document.
import type { MetricsResult, VersionValues } from '../protocol';
import { valueText } from '../text/numbers';
import { button, day, digitWidth, element, filled, line, moment, set, texts } from './dom';
import { beginnings, changeText, columnsInSight, valueOf, widthsOf, type Widths } from './columns';
import { part, place, ROW } from './gridParts';
import { comparisons, inSight, sparkline, type Order, type Ranked } from './versionRows';

/** Pixels of the head. */
const HEAD = 56;
/** How far an arrow key scrolls to the side. */
const ACROSS = 120;
const SPARK = { width: 84, height: 18 };

/** What the grid shows. */
export interface Shown {
  readonly repo: string;
  readonly name: string;
  readonly metrics: MetricsResult;
  readonly order: Order;
  /** The metrics that are columns, by their keys. */
  readonly keys: readonly string[];
  /** All rows, the greatest version first. */
  readonly all: readonly Ranked[];
  /** Those that the filter leaves, in their order. */
  readonly rows: readonly Ranked[];
  readonly chosen: readonly string[];
  readonly active: string | undefined;
}

/** What the user does in it. */
export interface Acts {
  sortBy(by: Order['by']): void;
  activate(version: string): void;
  choose(version: string): void;
  compare(): void;
  scrolled(top: number): void;
}

type Range = readonly [from: number, to: number];

/** Rows and columns out of sight are not in the document; screen readers are told how many there are. */
export class Grid {
  private shown: Shown | undefined;
  private readonly headRow = part('row', 'head', { 'aria-rowindex': 1 });
  private readonly body = part('rowgroup', 'body');
  private readonly table = part(
    'grid',
    'table',
    { tabindex: 0, 'aria-describedby': 'keys', 'aria-multiselectable': 'true' },
    part('rowgroup', 'top', {}, this.headRow),
    this.body,
  );
  /** The part of the page that scrolls. */
  readonly view = element('div', { class: 'grid' }, this.table);
  private size = { width: 1000, height: 600 };
  /** The rows that are in the document, by version, and the columns that they have. */
  private readonly rendered = new Map<string, HTMLElement>();
  private columns: Range = [0, 0];
  private widths: Widths = { version: 0, stages: 0, created: 0, metrics: new Map() };
  /** The answer that the widths are of. */
  private measured: MetricsResult | undefined;
  /** Where the columns of metrics begin, from the first one. */
  private begins: readonly number[] = [0];

  constructor(private readonly acts: Acts) {
    this.view.addEventListener('scroll', () => {
      acts.scrolled(this.view.scrollTop);
      this.fill();
    });
    new ResizeObserver(() => {
      this.size = { width: this.view.clientWidth, height: this.view.clientHeight };
      this.fill();
    }).observe(this.view);
    this.table.addEventListener('keydown', (event) => this.pressed(event));
    this.body.addEventListener('click', (event) => this.clicked(event));
  }

  /** Shows other rows, or the same ones in another state; `anew` with other values or columns. */
  show(shown: Shown, { anew = false } = {}): void {
    this.shown = shown;
    const { name, metrics, rows, keys } = shown;
    if (metrics !== this.measured)
      this.widths = widthsOf(metrics, digitWidth(), texts.deregistered);
    this.measured = metrics;
    this.begins = beginnings(keys.map((key) => this.widths.metrics.get(key)?.width ?? 0));
    set(this.table, 'aria-label', filled(texts.versionsOf, name));
    set(this.table, 'aria-rowcount', rows.length + 1);
    set(this.table, 'aria-colcount', keys.length + 3);
    for (const kind of ['version', 'stages', 'created'] as const)
      this.table.style.setProperty(`--${kind}`, `${this.widths[kind]}px`);
    this.table.style.inlineSize = `${this.before + (this.begins.at(-1) ?? 0)}px`;
    this.body.style.blockSize = `${rows.length * ROW}px`;
    this.fill(anew);
  }

  /** Pixels before the first metric. */
  private get before(): number {
    return this.widths.version + this.widths.stages + this.widths.created;
  }

  /** Where columns are that are out of sight. */
  private gap(from: number): HTMLElement {
    const made = element('div', { class: 'gap', role: 'presentation' });
    made.style.inlineSize = `${this.begins[from] ?? 0}px`;
    return made;
  }

  private drawHead(keys: readonly string[], [from, to]: Range): void {
    const focused = document.activeElement?.id ?? '';
    this.headRow.replaceChildren(
      this.headCell(texts.version, 'version', 'version', 1),
      this.headCell(texts.stages, 'stages', 'stages', 2),
      this.headCell(texts.created, 'created', 'created', 3),
      this.gap(from),
      ...keys.slice(from, to).map((key, at) => this.metricHead(key, from + at + 4)),
    );
    if (focused.startsWith('sort-')) document.getElementById(focused)?.focus();
  }

  private headCell(label: string, by: Order['by'], kind: string, place: number): HTMLElement {
    const { order } = this.shown ?? {};
    const isOrdered = JSON.stringify(order?.by) === JSON.stringify(by);
    const direction = order?.isDescending === true ? 'descending' : 'ascending';
    const id = `sort-${typeof by === 'string' ? by : by.metric}`;
    const sort = button(label, () => this.acts.sortBy(by), { id, class: 'sort' });
    const told = { 'aria-sort': isOrdered ? direction : 'none', 'aria-colindex': place };
    return part('columnheader', kind, told, sort);
  }

  private metricHead(key: string, place: number): HTMLElement {
    const { metrics, all } = this.shown ?? { metrics: undefined, all: [] };
    const cell = this.headCell(metrics?.short[key] ?? key, { metric: key }, 'metric', place);
    cell.title = key;
    cell.style.inlineSize = `${this.widths.metrics.get(key)?.width ?? 0}px`;
    const values = all.map(({ row }) => row.values[key]).reverse();
    const points = sparkline(values, SPARK);
    const known = values.filter((each) => typeof each === 'number');
    if (points !== '') {
      const trend = filled(texts.trend, valueText(known[0]), valueText(known.at(-1)));
      const words = element('span', { class: 'unseen' }, trend);
      cell.append(line(points, SPARK.width, SPARK.height), words);
    }
    return cell;
  }

  /** Puts what is in sight into the document. `anew`: nothing of what is there is as it should be. */
  private fill(anew = false): void {
    if (this.shown === undefined) return;
    const { rows, keys, chosen, active } = this.shown;
    const { scrollTop, scrollLeft } = this.view;
    const across = { left: scrollLeft - this.before, width: this.size.width };
    const columns = columnsInSight(this.begins, across);
    if (anew || columns.join() !== this.columns.join()) {
      this.columns = columns;
      this.rendered.clear();
      this.body.replaceChildren();
      this.drawHead(keys, columns);
    }
    const sight = { top: scrollTop, height: this.size.height, row: ROW };
    const [from, to] = inSight(sight, rows.length);
    const wanted = rows.slice(from, to);
    const isWanted = new Set(wanted.map(({ row }) => row.version));
    for (const [version, row] of this.rendered) {
      if (isWanted.has(version)) continue;
      row.remove();
      this.rendered.delete(version);
    }
    let next = this.body.firstChild;
    for (const [at, { row }] of wanted.entries()) {
      const made = this.rendered.get(row.version) ?? this.rowOf(row);
      this.rendered.set(row.version, made);
      place(made, from + at, {
        isChosen: chosen.includes(row.version),
        isActive: row.version === active,
      });
      if (made === next) next = next.nextSibling;
      else this.body.insertBefore(made, next);
    }
    const isThere = active !== undefined && isWanted.has(active);
    set(this.table, 'aria-activedescendant', isThere ? `row-${active}` : undefined);
  }

  private rowOf(row: VersionValues): HTMLElement {
    const { repo = '', name = '', keys = [], all = [] } = this.shown ?? {};
    const { version, label, stages, created_at, commit } = row;
    const choose = filled(texts.choose, label);
    const tick = element('input', { type: 'checkbox', tabindex: -1, 'aria-label': choose });
    const badges = stages.map((stage) => element('span', { class: 'badge' }, stage));
    if (!row.active) badges.push(element('span', { class: 'quiet' }, texts.deregistered));
    const [from, to] = this.columns;
    const made = part(
      'row',
      'row',
      { id: `row-${version}` },
      part('rowheader', 'version', { 'aria-colindex': 1 }, element('label', {}, tick, label)),
      part('gridcell', 'stages', { 'aria-colindex': 2 }, ...badges),
      part(
        'gridcell',
        'created',
        { 'aria-colindex': 3, title: moment(created_at) },
        day(created_at),
      ),
      this.gap(from),
      ...keys.slice(from, to).map((key, at) => this.metricCell(row, key, from + at + 4)),
    );
    made.dataset['version'] = version;
    // The menu of a row is VS Code's own, with its commands.
    const context = { webviewSection: 'version', preventDefaultContextMenuItems: true };
    const offered = comparisons(all, version);
    const about = { ...context, repo, name, version, commit, ...offered };
    made.dataset['vscodeContext'] = JSON.stringify(about);
    return made;
  }

  private metricCell(row: VersionValues, key: string, place: number): HTMLElement {
    const { width = 0, change = 0 } = this.widths.metrics.get(key) ?? {};
    const value = valueOf(row, key);
    const words = value === null ? '–' : valueText(value);
    const cell = part('gridcell', 'metric', { 'aria-colindex': place }, words);
    cell.style.inlineSize = `${width}px`;
    if (value === null) cell.classList.add('quiet');
    else cell.title = typeof value === 'string' ? value : JSON.stringify(value);
    if (change > 0) {
      // It is there without words too, so that the values are below each other.
      const beside = element('span', { class: 'change quiet' }, changeText(row, key));
      beside.style.inlineSize = `${change}px`;
      cell.append(' ', beside);
    }
    return cell;
  }

  /** Brings a row into sight, below the head. */
  private reveal(at: number): void {
    const { view, size } = this;
    const height = size.height - HEAD;
    if (at * ROW < view.scrollTop) view.scrollTop = at * ROW;
    else if ((at + 1) * ROW > view.scrollTop + height) view.scrollTop = (at + 1) * ROW - height;
  }

  private pressed(event: KeyboardEvent): void {
    if (this.shown === undefined || event.target !== this.table) return;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { rows, active } = this.shown;
    const at = rows.findIndex(({ row }) => row.version === active);
    const page = Math.max(1, Math.floor((this.size.height - HEAD) / ROW) - 1);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: rows.length - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) this.activate(Math.min(rows.length - 1, Math.max(0, to)));
    else if (event.key === 'ArrowRight') this.view.scrollLeft += ACROSS;
    else if (event.key === 'ArrowLeft') this.view.scrollLeft -= ACROSS;
    else if (event.key === ' ' && active !== undefined) this.acts.choose(active);
    else if (event.key === 'Enter') this.acts.compare();
    else return;
    event.preventDefault();
  }

  private activate(at: number): void {
    const version = this.shown?.rows[at]?.row.version;
    if (version === undefined) return;
    this.reveal(at);
    this.acts.activate(version);
  }

  private clicked({ target }: MouseEvent): void {
    const row = (target as Element).closest<HTMLElement>('[data-version]');
    const version = row?.dataset['version'];
    if (version === undefined) return;
    if (target instanceof HTMLInputElement) this.acts.choose(version);
    else if (!(target instanceof HTMLLabelElement)) this.acts.activate(version);
  }
}
