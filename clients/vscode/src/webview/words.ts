/** Puts values into a text: `{0}`, `{1}`. */
export function filled(text: string, ...values: readonly (string | number)[]): string {
  return text.replace(/\{(\d)\}/g, (whole, at: string) => String(values[Number(at)] ?? whole));
}

const UNITS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** Tells how long ago something was: "3 days ago"; undefined for less than a minute. Making one takes its time. */
export function ages(language: string): (time: string, now: number) => string | undefined {
  const format = new Intl.RelativeTimeFormat(language || 'en');
  return (time, now) => {
    const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1000));
    const [unit, size] = UNITS.find(([, size]) => seconds >= size) ?? [];
    return unit && size ? format.format(-Math.floor(seconds / size), unit) : undefined;
  };
}
