import type { ComparedSide, Difference } from '../protocol';
import { differenceText, percentText, valueText } from '../text/numbers';
import { button, element, filled, texts } from './dom';

/** Rows of a table that are shown at first, and added each time. */
const PAGE = 200;

export const quiet = (words: string): HTMLElement => element('p', { class: 'quiet' }, words);

/** A key with its file set back, because the name is what is looked for. */
function keyCell(key: string): HTMLElement {
  const at = key.indexOf(':');
  const [file, name] = at < 0 ? ['', key] : [key.slice(0, at + 1), key.slice(at + 1)];
  return element('th', { scope: 'row' }, element('span', { class: 'quiet' }, file), name);
}

/** A side as it is shown: the names of the numbers that JSON does not have in place of null. */
const fromOf = ({ from, special }: Difference): unknown => special?.from ?? from;
const toOf = ({ to, special }: Difference): unknown => special?.to ?? to;
const isSame = (each: Difference): boolean =>
  JSON.stringify(fromOf(each)) === JSON.stringify(toOf(each));
const isNothing = (value: unknown): boolean => value === null || value === undefined;

/** Values by key that differ, and the others below them if they are wanted. */
export function valueTable(
  all: Readonly<Record<string, Difference>>,
  [left, right]: readonly [string, string],
  what: string,
  none: string,
  showsUnchanged: boolean,
): HTMLElement {
  const rows = Object.entries(all);
  if (rows.length === 0) return quiet(none);
  const same = rows.filter(([, each]) => isSame(each));
  const differing = rows.filter(([, each]) => !isSame(each));
  const wanted = showsUnchanged ? [...differing, ...same] : differing;
  const content: HTMLElement[] = [];
  if (wanted.length > 0)
    content.push(
      table(
        [what, left, right, texts.difference],
        wanted.map(
          ([key, each]) =>
            () =>
              element(
                'tr',
                { class: isSame(each) && 'same' },
                keyCell(key),
                valueCell(fromOf(each)),
                valueCell(toOf(each)),
                differenceCell(each),
              ),
        ),
        true,
      ),
    );
  else content.push(quiet(texts.unchanged));
  if (!showsUnchanged && same.length > 0) content.push(quiet(filled(texts.hidden, same.length)));
  return element('div', {}, ...content);
}

function valueCell(value: unknown): HTMLElement {
  if (isNothing(value)) return element('td', { class: 'number quiet' }, '–');
  const exact = typeof value === 'string' ? value : JSON.stringify(value);
  const words = valueText(value);
  return element('td', { class: 'number', title: exact !== words && exact }, words);
}

function differenceCell({ from, to, difference }: Difference): HTMLElement {
  // Between true and false JSON says 1, as DVC does, and nobody reads it so.
  const isYesOrNo = typeof from === 'boolean' && typeof to === 'boolean';
  if (difference === null || difference === 0 || isYesOrNo)
    return element('td', { class: 'number' });
  const percent = typeof from === 'number' ? percentText(difference, from) : '';
  return element(
    'td',
    { class: 'number difference', title: String(difference) },
    differenceText(difference),
    percent !== '' && element('span', { class: 'quiet' }, ` ${percent}`),
  );
}

/** A table that grows by pages. */
function table(
  heads: readonly string[],
  rows: readonly (() => HTMLElement)[],
  hasNumbers = false,
): HTMLElement {
  const body = element('tbody');
  const head = heads.map((each, at) =>
    element('th', { scope: 'col', class: hasNumbers && at > 0 && 'number' }, each),
  );
  const made = element(
    'table',
    { class: 'wide' },
    element('thead', {}, element('tr', {}, ...head)),
    body,
  );
  const place = element(
    'div',
    { class: 'scrolls', tabindex: 0, role: 'group', 'aria-label': heads[0] },
    made,
  );
  growing(place, body, rows);
  return place;
}

/** Fills a list page by page: a repository may have any number of files and values. */
export function growing(
  place: HTMLElement,
  list: HTMLElement,
  rows: readonly (() => HTMLElement)[],
): void {
  let count = 0;
  const more = button('', () => grow());
  const grow = (): void => {
    list.append(...rows.slice(count, count + PAGE).map((row) => row()));
    count = Math.min(rows.length, count + PAGE);
    more.textContent = filled(texts.more, rows.length - count);
    if (count === rows.length) more.remove();
    else place.append(more);
  };
  grow();
}

/** The fields of the annotation, likewise. */
export function annotationTable(
  left: ComparedSide,
  right: ComparedSide,
  labels: readonly [string, string],
  showsUnchanged: boolean,
): HTMLElement {
  const [before, after] = [left, right].map(
    (each) => (each.annotation ?? {}) as Record<string, unknown>,
  );
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const rows = fields
    .map((field) => ({
      field,
      from: before?.[field] ?? null,
      to: after?.[field] ?? null,
      difference: null,
    }))
    .filter((each) => !(isEmpty(each.from) && isEmpty(each.to)));
  const wanted = rows.filter((each) => showsUnchanged || !isSame(each));
  if (wanted.length === 0) return quiet(texts.unchanged);
  const cell = (value: unknown): HTMLElement =>
    element(
      'td',
      {},
      isEmpty(value) ? '–' : typeof value === 'string' ? value : JSON.stringify(value),
    );
  return table(
    [texts.field, ...labels],
    wanted.map(
      (each) => () =>
        element(
          'tr',
          { class: isSame(each) && 'same' },
          element('th', { scope: 'row' }, each.field),
          cell(each.from),
          cell(each.to),
        ),
    ),
  );
}

const isEmpty = (value: unknown): boolean =>
  isNothing(value) ||
  value === '' ||
  JSON.stringify(value) === '[]' ||
  JSON.stringify(value) === '{}';
