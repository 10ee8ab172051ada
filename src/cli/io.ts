import { homedir } from 'node:os';

/** The process, as commands see it: passed in, so that tests can be the terminal. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
  readonly clock: () => Date;
}

export interface Output {
  readonly isTTY: boolean;
  /** Columns of the terminal; 80 where it does not tell. */
  readonly columns: number;
  write(text: string | Uint8Array): void;
}

/** The real process. */
export function processIo(): Io {
  return {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
    clock: () => new Date(),
  };
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
