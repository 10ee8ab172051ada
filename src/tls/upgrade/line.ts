import { Buffer } from 'node:buffer';
import { foreign, nothing, type Preamble } from './preamble.ts';

const longestLineBytes = 8192;
/** Enough for a code and the name of a product; greetings are free text. */
const keptBytes = 160;
const newline = 10;

/** A line with its end. Control characters are in no line of any of the protocols: the peer then speaks another one. */
function lineIn(received: Uint8Array): number | undefined {
  const end = received.indexOf(newline);
  const line = end === -1 ? received : received.subarray(0, end);
  if (line.some((byte) => (byte < 32 && byte !== 9 && byte !== 13) || byte === 127))
    throw foreign('a line of text', 'control characters');
  if (line.length > longestLineBytes)
    throw foreign(`a line of at most ${longestLineBytes} bytes`, 'a longer one');
  return end === -1 ? undefined : end + 1;
}

/** The beginning of a line: of free text no more is kept. */
const beginning = (line: Uint8Array): Uint8Array => line.subarray(0, keptBytes);

/**
 * Says a line (without its end; empty: nothing) and gives the next line that comes, without its end.
 *
 * @param whole lines that are kept whole, because they announce something; of all others, which are free text, only the
 *   beginning is kept and judged
 */
export function* sayLine(say: string, whole?: RegExp): Preamble<string> {
  const line = yield {
    say: say === '' ? nothing : Buffer.from(`${say}\r\n`, 'latin1'),
    message: lineIn,
    keep: (bytes) => (whole?.test(Buffer.from(bytes).toString('latin1')) ? bytes : beginning(bytes)),
  };
  return Buffer.from(line)
    .toString('latin1')
    .replace(/\r?\n$/, '')
    .replace(/\r$/, '');
}
