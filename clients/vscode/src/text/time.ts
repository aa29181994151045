import { env, l10n } from 'vscode';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONTH = 30 * DAY;
const YEAR = 365 * DAY;

/** How long ago something was, in the words of a list: "3 days ago". */
export function ago(time: string, now: number = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1000));
  const in_ = (size: number): number => Math.floor(seconds / size);
  if (seconds < MINUTE) return l10n.t('just now');
  if (seconds < 2 * MINUTE) return l10n.t('1 minute ago');
  if (seconds < HOUR) return l10n.t('{0} minutes ago', in_(MINUTE));
  if (seconds < 2 * HOUR) return l10n.t('1 hour ago');
  if (seconds < DAY) return l10n.t('{0} hours ago', in_(HOUR));
  if (seconds < 2 * DAY) return l10n.t('1 day ago');
  if (seconds < MONTH) return l10n.t('{0} days ago', in_(DAY));
  if (seconds < 2 * MONTH) return l10n.t('1 month ago');
  if (seconds < YEAR) return l10n.t('{0} months ago', in_(MONTH));
  if (seconds < 2 * YEAR) return l10n.t('1 year ago');
  return l10n.t('{0} years ago', in_(YEAR));
}

/** The moment itself, as people write it where they are. */
export function moment(time: string): string {
  return new Date(time).toLocaleString(env.language, isNear() ? HERE : ELSEWHERE);
}

/** A sentence of the daemon with its moments as people write them where they are. */
export function inOwnTime(words: string): string {
  return words.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d/g, moment);
}

const HERE = { dateStyle: 'medium', timeStyle: 'short' } as const;
/** The same, and whose time it is. */
const ELSEWHERE = {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  timeZoneName: 'short',
} as const;

/** Whether this runs where the person is: on a remote machine, its time zone is another. */
const isNear = (): boolean => env.remoteName === undefined;

/** A moment that somebody wrote, with a zone or in UTC; a day stays as it is. */
export function momentOf(written: string): string {
  const hasTime = /\d[T ]\d/.test(written);
  const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/i.test(written);
  const time = hasZone ? written : `${written}Z`;
  return hasTime && !Number.isNaN(Date.parse(time)) ? moment(time) : written;
}
