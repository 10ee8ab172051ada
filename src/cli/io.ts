import { homedir } from 'node:os';

/** The process, as commands see it: passed in, so that tests can be the terminal. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  /** What comes in, byte for byte; asked for at most once. */
  readonly stdin: () => AsyncIterable<Uint8Array>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
  readonly clock: () => Date;
  /** Waits until stdout has taken everything; what lost some of it, if something did. */
  settle(): Promise<NodeJS.ErrnoException | undefined>;
  /** Ends the process soon, if it does not end by itself. */
  leave(exitCode: number): void;
}

export interface Output {
  readonly isTTY: boolean;
  /** Columns of the terminal; 80 where it does not tell. */
  readonly columns: number;
  write(text: string | Uint8Array): void;
}

const lingerMs = 200;

/** The real process. */
export function processIo(): Io {
  return {
    stdout: outputOf(process.stdout),
    stderr: quietly(process.stderr),
    stdin: () => process.stdin,
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
    clock: () => new Date(),
    settle: watch(process.stdout),
    leave: (exitCode) => void setTimeout(() => process.exit(exitCode), lingerMs).unref(),
  };
}

/** Unheard, a reader that left (`| head`) or a full disk would end the process in the middle of its work. */
function watch(stream: NodeJS.WriteStream): Io['settle'] {
  let lost: NodeJS.ErrnoException | undefined;
  stream.on('error', (error) => {
    lost ??= error;
  });
  return () =>
    new Promise((resolve) => {
      stream.write('', (error) => resolve(lost ?? error ?? undefined));
    });
}

/** Where stderr cannot be written there is nobody left to tell. */
function quietly(stream: NodeJS.WriteStream): Output {
  stream.on('error', () => undefined);
  return outputOf(stream);
}

function outputOf(stream: NodeJS.WriteStream): Output {
  return {
    isTTY: stream.isTTY === true,
    // A pseudo-terminal may report 0 columns.
    columns: stream.columns > 0 ? stream.columns : 80,
    write: (text) => {
      stream.write(text);
    },
  };
}
