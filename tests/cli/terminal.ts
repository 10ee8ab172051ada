import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io, Output } from '../../src/cli/io.ts';
import { main } from '../../src/cli/main.ts';

export interface TerminalOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly stdin?: string;
  /** What stdout lost, as a full disk would have it. */
  readonly lost?: NodeJS.ErrnoException;
}

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A terminal, or a pipe, that remembers what was written to it. */
export function terminal(options: TerminalOptions = {}): { readonly io: Io; ended(exitCode: number): Ended } {
  const written = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr'): Output => ({
    isTTY: options.isTTY ?? false,
    columns: options.columns ?? 160,
    write: (text) => {
      written[name] += typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
    },
  });
  const io: Io = {
    stdout: output('stdout'),
    stderr: output('stderr'),
    stdin: async function* () {
      yield Buffer.from(options.stdin ?? '');
    },
    env: options.env ?? {},
    cwd: options.cwd ?? '/',
    home: '/nonexistent',
    clock: () => new Date(),
    settle: async () => options.lost,
    leave: () => undefined,
  };
  return { io, ended: (exitCode) => ({ exitCode, ...written }) };
}

/** Runs a command line in this process. */
export async function assay(argv: readonly string[], options: TerminalOptions = {}): Promise<Ended> {
  const { io, ended } = terminal(options);
  return ended(await main(argv, io));
}

/** The last line of what people read. */
export function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}

const folders: string[] = [];

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-cli-'));
  folders.push(folder);
  return folder;
}

/** For `afterAll`. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}
