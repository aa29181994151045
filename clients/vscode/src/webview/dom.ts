import type { PageTexts } from '../panels/texts';

type Child = Node | string | undefined | false;
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** An element. Text of others comes in as children and attributes, and so is never markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(made, name, value);
  made.append(...children.filter((each) => each !== undefined && each !== false));
  return made;
}

/** Sets or removes an attribute. */
export function set(of: Element, name: string, value: string | number | boolean | undefined): void {
  if (value === undefined || value === false) of.removeAttribute(name);
  else of.setAttribute(name, value === true ? '' : String(value));
}

/** A button that does something. */
export function button(
  label: string,
  act: () => void,
  attributes: Attributes = {},
): HTMLButtonElement {
  const made = element('button', { type: 'button', ...attributes }, label);
  made.addEventListener('click', act);
  return made;
}

const SVG = 'http://www.w3.org/2000/svg';

/** A line in a box of its own. */
export function line(points: string, width: number, height: number): SVGElement {
  const box = document.createElementNS(SVG, 'svg');
  set(box, 'viewBox', `-2 -2 ${width + 4} ${height + 4}`);
  set(box, 'aria-hidden', 'true');
  set(box, 'class', 'spark');
  const made = document.createElementNS(SVG, 'polyline');
  set(made, 'points', points);
  const [x, y] = (points.split(' ').at(-1) ?? '').split(',');
  const end = document.createElementNS(SVG, 'circle');
  set(end, 'cx', x);
  set(end, 'cy', y);
  set(end, 'r', 1.8);
  box.append(made, end);
  return box;
}

/** The width of a digit in the font of the page, in pixels. */
export function digitWidth(): number {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return 8;
  context.font = getComputedStyle(document.body).font;
  return context.measureText('0').width;
}

export { filled } from './words';

interface VsCode<S> {
  postMessage(message: unknown): void;
  getState(): S | undefined;
  setState(state: S): void;
}

declare function acquireVsCodeApi<S>(): VsCode<S>;

/** The way to the extension; it is given out once. */
export const connect = <S>(): VsCode<S> => acquireVsCodeApi<S>();

/** The words of the page, which come with it. */
export const texts = JSON.parse(document.body.dataset['texts'] ?? '{}') as PageTexts;

const local = (time: string | null, how: Intl.DateTimeFormatOptions): string =>
  time === null
    ? ''
    : new Date(time).toLocaleString(document.documentElement.lang || undefined, how);

/** When it was, as people write it where they are. */
export const moment = (time: string | null): string =>
  local(time, { dateStyle: 'medium', timeStyle: 'short' });

/** The day of it. */
export const day = (time: string | null): string => local(time, { dateStyle: 'medium' });
