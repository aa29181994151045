import type { TreeItemCollapsibleState } from 'vscode';

/** A row as it is drawn. */
export interface Drawn {
  readonly label: string;
  /** How many characters at the beginning of the label stand out. */
  readonly emphasis?: number;
  readonly description?: string;
  readonly icon: string;
  readonly color?: string | undefined;
  readonly ariaLabel: string;
  readonly context: string;
  readonly state: TreeItemCollapsibleState;
  /** What is marked as wrong at the right end of the row. */
  readonly mark?: Mark | undefined;
}

/** Something that is wrong with what a row is about. */
export interface Mark {
  readonly severity: 'error' | 'warning';
  readonly words: string;
}

/** Flags behind the kind, for the `when` clauses of the menus: `gto:version+latest+unpushed`. */
export function flags(kind: string, set: Readonly<Record<string, boolean>>): string {
  const on = Object.keys(set).filter((flag) => set[flag]);
  return [`gto:${kind}`, ...on].join('+');
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** A name among other words: one that is written from right to left does not carry them along. */
export function isolated(name: string): string {
  return RIGHT_TO_LEFT.test(name) ? `\u2068${name}\u2069` : name;
}
