import { type ChildProcess, spawn } from 'node:child_process';

/** How a command that was to print a secret ended. */
export type CommandEnd =
  | { readonly kind: 'printed'; readonly text: string }
  | { readonly kind: 'failed'; readonly got: string };

export interface CommandLimits {
  readonly timeMs: number;
  readonly bytes: number;
}

const defaultLimits: CommandLimits = { timeMs: 10_000, bytes: 64 * 1024 };

/**
 * Runs a command and keeps what it prints on stdout. No shell reads it; it has no stdin, and its stderr is not read: it
 * could hold what nobody may see. What outlives its limits or the signal is ended with all that it started.
 */
export async function runSecretCommand(
  [program, ...args]: readonly [string, ...string[]],
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
  limits: CommandLimits = defaultLimits,
): Promise<CommandEnd> {
  return await new Promise((resolve) => {
    const chunks: Buffer[] = [];
    // A group of its own, so that it can be ended as a whole.
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'ignore'], detached: true });
    const end = (result: CommandEnd): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      endGroup(child);
      child.stdout.destroy();
      resolve(result);
    };
    const fail = (got: string): void => end({ kind: 'failed', got });
    const stop = (): void => fail('an interruption');
    const timer = setTimeout(() => fail(`no end within ${limits.timeMs} ms`), limits.timeMs);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (Buffer.concat(chunks).length > limits.bytes) fail(`more than ${limits.bytes} bytes`);
    });
    child.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? 'an error'));
    child.on('close', (code, killedBy) => {
      if (code === 0) end({ kind: 'printed', text: Buffer.concat(chunks).toString('utf8') });
      else fail(code === null ? `signal ${killedBy}` : `exit code ${code}`);
    });
  });
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
