/** One line of a file; text beyond the limit is left out. */
export interface LogLine {
  readonly text: string;
  /** Byte at which it begins. */
  readonly offset: number;
  readonly cut: boolean;
  /** Whether the whole line, with what was cut, has an odd number of double quotes. */
  readonly oddQuotes: boolean;
}

/** Of a line, and of an entry of several lines. */
export const longestEntryBytes = 1024 * 1024;

const newline = 0x0a;
const quote = 0x22;

export interface LineSplitter {
  push(chunk: Uint8Array): readonly LogLine[];
  /** What stands behind the last line feed: an entry that is still being written. */
  rest(): number;
}

/** Cuts bytes into lines; holds at most one line, and of that no more than the limit. */
export function startLines(): LineSplitter {
  let pieces: Uint8Array[] = [];
  let kept = 0;
  let length = 0;
  let quotes = 0;
  let offset = 0;
  const add = (piece: Uint8Array): void => {
    quotes += countQuotes(piece);
    length += piece.length;
    const room = longestEntryBytes - kept;
    if (room <= 0) return;
    const taken = piece.subarray(0, room);
    pieces.push(taken);
    kept += taken.length;
  };
  const take = (): LogLine => {
    const line = {
      text: textOf(pieces),
      offset,
      cut: kept < length,
      oddQuotes: quotes % 2 === 1,
    };
    offset += length + 1;
    pieces = [];
    kept = length = quotes = 0;
    return line;
  };
  return {
    push: (chunk) => {
      const lines: LogLine[] = [];
      let from = 0;
      for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
        add(chunk.subarray(from, at));
        lines.push(take());
        from = at + 1;
      }
      // A copy: what a reader hands over may be used again by it.
      if (from < chunk.length) add(chunk.slice(from));
      return lines;
    },
    rest: () => length,
  };
}

function countQuotes(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(quote); at >= 0; at = bytes.indexOf(quote, at + 1)) count++;
  return count;
}

const decoder = new TextDecoder();

function textOf(pieces: readonly Uint8Array[]): string {
  const [only] = pieces;
  const bytes = pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
  const text = decoder.decode(bytes);
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}
