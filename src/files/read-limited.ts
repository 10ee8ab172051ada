import { open, stat } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';

/** What a file holds, or, where it cannot be had, what is there instead, to be said after "got". */
export type LimitedRead =
  | { readonly bytes: Buffer; readonly mode: number }
  | { readonly got: string; readonly cause?: NodeJS.ErrnoException };

/** What the shell passes for `<(…)`, and standard input: pipes that already have a writer. */
const descriptor = /^\/(?:dev\/(?:fd\/\d+|stdin)|proc\/self\/fd\/\d+)$/;

/**
 * Reads a file that a user names. It never waits for somebody to open the other end: a named pipe or a socket is not
 * opened, but a pipe that is named by its descriptor is.
 */
export async function readLimited(path: string, limitBytes: number): Promise<LimitedRead> {
  try {
    const there = await stat(path);
    if (there.isSocket()) return { got: 'a socket' };
    if (there.isFIFO() && !descriptor.test(path)) return { got: 'a named pipe' };
    const file = await open(path, 'r');
    try {
      const { mode } = await file.stat();
      // Up to one byte over, rather than asked for its size: a pipe or a device has none.
      const bytes = await buffer(file.createReadStream({ end: limitBytes, autoClose: false }));
      return bytes.length > limitBytes ? { got: `more than ${limitBytes} bytes` } : { bytes, mode };
    } finally {
      await file.close();
    }
  } catch (error) {
    const cause = error as NodeJS.ErrnoException;
    return { got: cause.code ?? 'an error', cause };
  }
}
