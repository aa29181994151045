import type { CompareResult, MetricsResult, Plot } from '../protocol';

/** What a page is about. VS Code keeps it with the page, which so survives a reload of the window. */
export interface CompareQuestion {
  readonly page: 'compare';
  readonly repo: string;
  readonly name: string;
  readonly left: string;
  readonly right: string;
}

export interface VersionsQuestion {
  readonly page: 'versions';
  readonly repo: string;
  readonly name: string;
  /** The stage that each version is compared with; null for the version before it. */
  readonly against: string | null;
}

export type Question = CompareQuestion | VersionsQuestion;

export interface CompareAnswer {
  readonly compared: CompareResult;
  readonly plots: readonly Plot[];
}

export interface VersionsAnswer {
  readonly metrics: MetricsResult;
  /** The stages that versions may be compared with. */
  readonly stages: readonly string[];
  /** Whether stages can be assigned. */
  readonly isWritable: boolean;
}

/** The words of a page in the user's language, by what they are for. */
export type Texts = Readonly<Record<string, string>>;

/** What the extension sends to a page. */
export type ToPage<Q extends Question, A> =
  | { readonly tells: 'answer'; readonly question: Q; readonly answer: A }
  | { readonly tells: 'failure'; readonly question: Q; readonly words: string };

/** What a page asks the extension to do. */
export type FromPage =
  | { readonly asks: 'answer' }
  | { readonly asks: 'swap' }
  | { readonly asks: 'choose'; readonly side: 'left' | 'right' }
  | { readonly asks: 'commit'; readonly commit: string }
  | { readonly asks: 'file'; readonly path: string }
  | { readonly asks: 'compare'; readonly left: string; readonly right: string }
  | { readonly asks: 'against'; readonly stage: string | null }
  | { readonly asks: 'assign'; readonly version: string }
  | { readonly asks: 'versions' };
