import { outputError } from '../bundle/disk.ts';
import { AssayError } from '../model/index.ts';
import { visible } from '../report/visible.ts';
import type { Io } from './io.ts';

/** Every exit code and its meaning; what a scan concluded (0, 3, 4, 130, 143) is said by its outcome. */
export const exitCodes = {
  clean: 0,
  defect: 1,
  usage: 2,
  exceptions: 3,
  notProven: 4,
  verification: 5,
  output: 6,
  interrupted: 130,
  terminated: 143,
} as const;

/** The exit code of a command that could not do what it was asked. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof AssayError)) return exitCodes.defect;
  if (error.code.startsWith('ERR_VERIFY')) return exitCodes.verification;
  return error.code.startsWith('ERR_OUTPUT') ? exitCodes.output : exitCodes.usage;
}

const meanings: Readonly<Record<number, string>> = {
  [exitCodes.defect]: 'a defect of assay',
  [exitCodes.usage]: 'the command, configuration, control or key is not right',
  [exitCodes.verification]: 'verification failed',
  [exitCodes.output]: 'the output cannot be written',
};

/** `exit code 2: …`: an exit code that is no scan's conclusion, in words. */
export function exitLine(code: number): string {
  return `exit code ${code}: ${meanings[code]}`;
}

/** What went wrong, what to do, and the exit code in words: three lines at most. */
export function explain(error: unknown): string {
  const code = exitCodeOf(error);
  const exit = exitLine(code);
  if (!(error instanceof AssayError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `assay: ${stack}\n${exit}; please report it\n`;
  }
  const remedy = error.remedy === undefined ? '' : `  fix: ${visible(error.remedy)}\n`;
  return `assay: ${visible(error.message)}\n${remedy}${exit} (${error.code})\n`;
}

/** Says that stdout could not take everything; the exit code is 6 where a command ended with less (design.md). */
export function explainLostOutput(lost: Error, exitCode: number, io: Io): number {
  io.stderr.write(explain(outputError(lost, 'standard output')));
  const less: readonly number[] = [exitCodes.clean, exitCodes.exceptions, exitCodes.notProven];
  return less.includes(exitCode) ? exitCodes.output : exitCode;
}
