import { AssayError } from '../model/index.ts';

/** Every exit code and its meaning; what a scan concluded (0, 3, 4, 130, 143) is said by its outcome. */
export const exitCodes = {
  clean: 0,
  defect: 1,
  usage: 2,
  exceptions: 3,
  notProven: 4,
  verification: 5,
  output: 6,
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

/** What went wrong, what to do, and the exit code in words: three lines at most. */
export function explain(error: unknown): string {
  const code = exitCodeOf(error);
  const exit = `exit ${code}: ${meanings[code]}`;
  if (!(error instanceof AssayError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `assay: ${stack}\n${exit}; please report it\n`;
  }
  const remedy = error.remedy === undefined ? '' : `  fix: ${error.remedy}\n`;
  return `assay: ${error.message}\n${remedy}${exit} (${error.code})\n`;
}
