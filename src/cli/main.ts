import { type Io, processIo } from './io.ts';
import { packageVersion } from './package-files.ts';

/** Runs a command line and returns the exit code. */
export async function main(argv: readonly string[], io: Io = processIo()): Promise<number> {
  const exitCode = await run(argv, io);
  const lost = await io.settle();
  // After a signal, nothing that cannot be called off (a name server that is silent) may hold the process.
  if (exitCode >= 128) io.leave(exitCode);
  // Who stopped reading (`| head`) has what was wanted.
  if (lost === undefined || lost.code === 'EPIPE') return exitCode;
  const { explainLostOutput } = await import('./exit-code.ts');
  return explainLostOutput(lost, exitCode, io);
}

async function run(argv: readonly string[], io: Io): Promise<number> {
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    io.stdout.write(`${packageVersion()}\n`);
    return 0;
  }
  const [{ buildProgram }, { CommanderError }, { exitCodes, exitLine, explain, exitCodeOf }] =
    await Promise.all([import('./program.ts'), import('commander'), import('./exit-code.ts')]);
  let exitCode: number = exitCodes.clean;
  try {
    const program = buildProgram(io, (code) => {
      exitCode = code;
    });
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      io.stderr.write(explain(error));
      return exitCodeOf(error);
    }
    if (error.exitCode === 0) return exitCodes.clean;
    io.stderr.write(`${exitLine(exitCodes.usage)}\n`);
    return exitCodes.usage;
  }
}
