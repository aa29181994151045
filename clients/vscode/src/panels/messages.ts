import type { AuditedEvent, CompareResult, MetricsResult, Plot, Signature } from '../protocol';

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

export interface BoardQuestion {
  readonly page: 'board';
  readonly repo: string;
  /** The moment that is shown, as RFC 3339; null for the present. */
  readonly asOf: string | null;
  /** Whether the rules of promotion judge what is on it. */
  readonly isJudged: boolean;
  /** The artifacts that are shown, in the words of the filter of the Artifacts view. */
  readonly filter: string;
}

export type Question = CompareQuestion | VersionsQuestion | BoardQuestion;

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

/** A column of a board. */
export interface BoardColumn {
  /** Null for registered artifacts that are in no stage. */
  readonly stage: string | null;
  /** Whether `.gto` allows it, or restricts none. */
  readonly isAllowed: boolean;
}

/** An artifact in a stage, or in none. */
export interface BoardCard {
  readonly name: string;
  readonly type: string | null;
  readonly stage: string | null;
  /** The version in the stage, or the latest one; null for an artifact without versions. */
  readonly version: string | null;
  /** The version as shown to users. */
  readonly label: string;
  /** The latest version, where that is beyond the one in the stage. */
  readonly newer: string | null;
  /** Whether the stage can be rolled back, and the version compared with a smaller one, and with what is in a stage. */
  readonly can: {
    readonly rollBack: boolean;
    readonly compare: boolean;
    readonly compareStage: boolean;
  };
  /** The tag that put it there, or registered it; who made it and when. Null as far as it is not known. */
  readonly ref: string | null;
  readonly author: string | null;
  readonly since: string | null;
  readonly signature: Signature | null;
  readonly verdict: AuditedEvent['verdict'] | null;
  /** Which rules it breaks, and how. */
  readonly violations: readonly string[];
  readonly unpushed: number;
  readonly isDeprecated: boolean;
  readonly hasProblems: boolean;
}

export interface BoardAnswer {
  readonly columns: readonly BoardColumn[];
  /** In the order of the Artifacts view. */
  readonly cards: readonly BoardCard[];
  /** How many artifacts the filter leaves, and how many there are. */
  readonly shown: number;
  readonly total: number;
  /** What may be shown in its place, where several are open. */
  readonly repositories: readonly { readonly repo: string; readonly label: string }[];
  /** Whether stages can be assigned. */
  readonly isWritable: boolean;
  /** Whether the rules can be asked. */
  readonly isJudgeable: boolean;
  /** What is to be known of all of it, such as that there are no rules. */
  readonly notes: readonly string[];
}

/** The words of a page in the user's language, by what they are for. */
export type Texts = Readonly<Record<string, string>>;

/** What the extension sends to a page. */
export type ToPage<Q extends Question, A> =
  | { readonly tells: 'answer'; readonly question: Q; readonly answer: A }
  | { readonly tells: 'failure'; readonly question: Q; readonly words: string };

/** What the extension says to a board beside that. */
export type ToBoard =
  | ToPage<BoardQuestion, BoardAnswer>
  /** The stages that the rules do not let a version into, each with the reason. */
  | {
      readonly tells: 'refusals';
      readonly name: string;
      readonly version: string;
      readonly refusals: Readonly<Record<string, string>>;
    }
  /** Why a card was not moved. */
  | { readonly tells: 'refused'; readonly words: string }
  /** A move was given up. */
  | { readonly tells: 'unmoved'; readonly name: string };

/** What a page is told of what it asked. */
export type Answer = CompareAnswer | VersionsAnswer | BoardAnswer;

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
  | { readonly asks: 'versions' }
  | FromBoard;

/** What a board asks. */
export type FromBoard =
  | { readonly asks: 'repository'; readonly repo: string }
  | { readonly asks: 'moment'; readonly asOf: string | null }
  | { readonly asks: 'judged'; readonly isJudged: boolean }
  | { readonly asks: 'filter'; readonly filter: string }
  /** A card was picked up. */
  | { readonly asks: 'refusals'; readonly name: string; readonly version: string }
  /** It was let go of in another column. */
  | {
      readonly asks: 'move';
      readonly name: string;
      readonly version: string;
      readonly from: string | null;
      readonly to: string | null;
    };
