/** What a part of a line leads to. */
export type PageTarget =
  | { readonly to: 'filter' }
  | { readonly to: 'tag'; readonly ref: string }
  /** A line of a file of the repository, from 0. */
  | { readonly to: 'file'; readonly path: string; readonly at: number };

export type PageLink = {
  readonly line: number;
  readonly start: number;
  readonly end: number;
} & PageTarget;

/** A text, and where parts of it lead. */
export interface Page {
  readonly text: string;
  readonly links: readonly PageLink[];
}

/** What would end a line, for an editor; the words of others may hold it. */
const LINE_ENDS = /[\r\n\v\f\u0085\u2028\u2029]+/g;

/** The lines of a page. */
export class Lines {
  private readonly lines: string[] = [];
  private readonly links: PageLink[] = [];

  /** How many there are. */
  get count(): number {
    return this.lines.length;
  }

  /** Adds one line, whatever its parts hold. */
  add(...parts: readonly (string | readonly [string, PageTarget])[]): void {
    let text = '';
    for (const part of parts) {
      const [said, target] = typeof part === 'string' ? [part] : part;
      const words = said.replace(LINE_ENDS, ' ');
      if (target !== undefined) {
        const place = { line: this.lines.length, start: text.length };
        this.links.push({ ...place, end: text.length + words.length, ...target });
      }
      text += words;
    }
    this.lines.push(text);
  }

  get page(): Page {
    return { text: `${this.lines.join('\n')}\n`, links: this.links };
  }
}
