import { l10n, MarkdownString } from 'vscode';
import type { TreeRow } from '../protocol';
import { code, plain } from '../views/tooltips';
import { versionText } from './descriptions';
import { distanceText, type Distance } from './distance';
import { moment } from './time';

/** Names are up to 170 characters long, and the status bar is everybody's. */
const MAX_NAME = 40;
const MAX_DESCRIPTION = 300;

/** The version that is told of an artifact, and why: its stage, or that it is the latest. */
export interface Shown {
  readonly version: string;
  readonly stage: string | undefined;
}

/** What is known of the version that is shown, beside HEAD. */
export interface BesideHead {
  readonly distance: Distance;
  /** Whether the artifact's file is the same; null where Git does not know. */
  readonly isSame: boolean | null;
}

/** Something that can be done about an artifact, from its card and from the list that a click opens. */
export interface CardAction {
  readonly icon: string;
  readonly label: string;
  readonly command: string;
  readonly argument: object;
}

/** "churn: prod v3.0.0 · 4 commits behind HEAD". */
export function inFrontText(
  row: TreeRow,
  shown: Shown | undefined,
  beside: BesideHead | undefined,
): string {
  const { name } = row;
  const label = name.length <= MAX_NAME ? name : `…${name.slice(1 - MAX_NAME)}`;
  return l10n.t('{0}: {1}', label, stateText(shown, beside));
}

/** The state of an artifact without its name. */
export function stateText(shown: Shown | undefined, beside: BesideHead | undefined): string {
  if (shown === undefined) return l10n.t('not registered');
  const version = versionText(shown.version);
  const held = shown.stage === undefined ? version : `${shown.stage} ${version}`;
  return [held, beside === undefined ? '' : distanceText(beside.distance)]
    .filter(Boolean)
    .join(' · ');
}

/** The card of an artifact: its state, and what can be done. Names and texts of others are shown and do nothing. */
export function artifactCard(
  row: TreeRow,
  shown: Shown | undefined,
  beside: BesideHead | undefined,
  actions: readonly CardAction[],
): MarkdownString {
  const title = [`**${plain(row.name)}**`, plain(row.type ?? '')].filter(Boolean).join(' · ');
  const description =
    row.description.length <= MAX_DESCRIPTION
      ? row.description
      : `${row.description.slice(0, MAX_DESCRIPTION)}…`;
  const stages = Object.entries(row.stages).map(([stage, versions]) => {
    const since = row.since[stage];
    const held = versions.map(versionText).map(plain).join(', ');
    return `${plain(stage)}: ${held}${since ? ` · ${plain(moment(since))}` : ''}`;
  });
  const facts = [
    plain(description),
    row.latest === null ? l10n.t('not registered') : l10n.t('Latest: {0}', plain(row.latest)),
    ...stages,
    ...besideText(shown, beside),
    row.path === undefined ? '' : code(row.path),
  ];
  const links = actions.map(({ icon, label, command, argument }) => {
    const given = encodeURIComponent(JSON.stringify([argument]));
    return `[$(${icon}) ${plain(label)}](command:${command}?${escaped(given)})`;
  });
  const text = [title, facts.filter(Boolean).join('  \n'), links.join(' &nbsp; ')].join('\n\n');
  const markdown = new MarkdownString(text, true);
  markdown.isTrusted = { enabledCommands: actions.map(({ command }) => command) };
  return markdown;
}

function besideText(shown: Shown | undefined, beside: BesideHead | undefined): string[] {
  if (shown === undefined || beside === undefined) return [];
  const { distance, isSame } = beside;
  const version = plain(versionText(shown.version));
  const words = distanceText(distance);
  const file =
    isSame === null
      ? ''
      : isSame
        ? l10n.t('The file is the same as at HEAD.')
        : l10n.t('The file is another one at HEAD.');
  return [words ? l10n.t('{0}: {1}', version, words) : '', file];
}

/** What `encodeURIComponent` leaves and Markdown would take for the end of a link. */
const escaped = (given: string): string =>
  given.replace(/[()]/g, (each) => `%${each.charCodeAt(0).toString(16)}`);
