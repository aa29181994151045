/** Significant digits of a number that is no integer. */
const DIGITS = 4;
const MAX_LENGTH = 60;

/** A metric or param as people read it, on one line: numbers with four significant digits, as `gtod` prints them. */
export function valueText(value: unknown): string {
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'string') return short(value.split(/\s+/u).filter(Boolean).join(' '));
  return short(JSON.stringify(value ?? null));
}

/** A difference with its sign: "+0.012". */
export function differenceText(difference: number): string {
  if (difference === 0) return '±0';
  return difference > 0 ? `+${numberText(difference)}` : numberText(difference);
}

/** A difference in percent of what it is a difference to: "+1.3 %"; empty where that says nothing. */
export function percentText(difference: number, from: number): string {
  if (from === 0 || difference === 0) return '';
  const percent = (100 * difference) / Math.abs(from);
  if (!Number.isFinite(percent) || Math.abs(percent) >= 1000) return '';
  const text = Math.abs(percent) >= 100 ? percent.toFixed(0) : percent.toPrecision(2);
  return `${percent > 0 ? '+' : ''}${String(Number(text))} %`;
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  if (Math.abs(value) >= 1000 && Math.abs(value) < 1e9) return String(Math.round(value));
  return String(Number(value.toPrecision(DIGITS)));
}

const short = (text: string): string =>
  text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}…`;
