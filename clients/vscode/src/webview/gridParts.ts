// The elements that the table of versions is made of.
import { element, set } from './dom';

/** Pixels of a row. */
export const ROW = 30;

/** An element of the table, with what it is to screen readers and to the style. */
export function part(
  role: string,
  kind: string,
  attributes: Readonly<Record<string, string | number>> = {},
  ...children: readonly (Node | string)[]
): HTMLElement {
  return element('div', { role, class: kind, ...attributes }, ...children);
}

/** Puts a row in its place and state. What is as it was is left alone: each change would have to be laid out. */
export function place(
  row: HTMLElement,
  at: number,
  { isChosen, isActive }: { readonly isChosen: boolean; readonly isActive: boolean },
): void {
  const index = String(at + 2);
  if (row.getAttribute('aria-rowindex') !== index) {
    set(row, 'aria-rowindex', index);
    row.style.insetBlockStart = `${at * ROW}px`;
  }
  if (row.getAttribute('aria-selected') !== String(isChosen)) {
    set(row, 'aria-selected', String(isChosen));
    const tick = row.querySelector('input');
    if (tick !== null) tick.checked = isChosen;
  }
  if (row.classList.contains('active') !== isActive) row.classList.toggle('active', isActive);
}
