import { type Io, processIo } from './io.ts';
import { packageVersion } from './package-files.ts';

/** Runs a command line and returns the exit code; never ends the process itself. */
export async function main(argv: readonly string[], io: Io = processIo()): Promise<number> {
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    io.stdout.write(`${packageVersion()}\n`);
    return 0;
  }
  const [{ buildProgram }, { CommanderError }, { exitCodes, explain, exitCodeOf }] = await Promise.all([
    import('./program.ts'),
    import('commander'),
    import('./exit-code.ts'),
  ]);
  let exitCode: number = exitCodes.clean;
  try {
    const program = buildProgram(io, (code) => {
      exitCode = code;
    });
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.clean : exitCodes.usage;
    io.stderr.write(explain(error));
    return exitCodeOf(error);
  }
}
