import type { ReportInput } from './report-input.ts';
import type { Tally } from './tally.ts';

export type TextRole = 'exceptions' | 'not-tested' | 'no-exceptions' | 'strong' | 'quiet';

export interface TextOptions {
  readonly bundlePath: string;
  /** Reports that lie beside the bundle already. */
  readonly reportPaths: readonly string[];
  /** The command to go on with, in place of the one that follows from the reports. */
  readonly next?: string;
  /** Columns of the terminal. */
  readonly width: number;
  /** Everything, over as many lines as it takes; otherwise at most 25 lines. */
  readonly full: boolean;
  /** Time to show in place of the run's own. */
  readonly elapsedMs?: number;
  /** Marks text, for example with colour; absent: plain. */
  readonly style?: (role: TextRole, text: string) => string;
}

export interface TextView extends TextOptions {
  readonly input: ReportInput;
  readonly counts: Tally;
  readonly mark: (role: TextRole, text: string) => string;
  /** Lines that one instruction may take. */
  readonly instructionLines: number;
  /** Findings with exceptions that are shown one by one. */
  readonly failures: number;
}
