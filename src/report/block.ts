import type { Reason, Severity } from '../model/index.ts';

/** A label and what it says; `code` values keep their line breaks and are set in a fixed-width face. */
export interface Fact {
  readonly label: string;
  readonly values: readonly string[];
  readonly style?: 'code' | 'strong';
}

/** `severity` cells hold a `Severity` or a word of their own; formats mark them. */
export interface Column {
  readonly title: string;
  /** Share of the width, relative to the other columns. */
  readonly share: number;
  readonly style?: 'code' | 'number' | 'strong' | 'severity';
}

export interface Table {
  readonly kind: 'table';
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: Iterable<readonly string[]>;
  /** The last row is a sum. */
  readonly totalled?: boolean;
  /** What every row concludes: readers can filter by it. */
  readonly state?: Reason;
}

/** One finding written out. */
export interface FindingBlock {
  readonly kind: 'finding';
  readonly state: Reason;
  readonly title: string;
  readonly subtitle: string;
  readonly message: string;
  readonly facts: readonly Fact[];
  readonly items?: Table;
}

/** The content of a report, in reading order; a format decides how it looks, never what it says. */
export type Block =
  | {
      readonly kind: 'group';
      readonly title: string;
      readonly subtitle?: string;
      readonly state?: Reason;
      readonly severity?: Severity;
    }
  | { readonly kind: 'heading'; readonly title: string }
  | { readonly kind: 'paragraph'; readonly text: string; readonly tone?: 'warning' | 'quiet' }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | { readonly kind: 'steps'; readonly steps: readonly { readonly text: string; readonly code: string }[] }
  | FindingBlock
  | Table;
