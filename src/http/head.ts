import { Buffer } from 'node:buffer';

/** One header field: the name in lower case, the octets of the value as Latin-1 without the blanks around it. */
export interface Field {
  readonly name: string;
  readonly value: string;
}

/** The head of a final response (RFC 9112 §2.1); what follows it is never read. */
export interface Head {
  readonly status: number;
  readonly fields: readonly Field[];
}

export type HeadReading =
  | { readonly kind: 'head'; readonly head: Head }
  | { readonly kind: 'broken'; readonly why: string };

const limitBytes = 64 * 1024;
const limitFields = 200;
const limitInterim = 10;
const start = 'HTTP/1.';

/**
 * Reads response heads as they arrive, skips interim ones (1xx), and stops at the first that is final, broken or too
 * long: `reading` is then set and nothing more is kept.
 */
export class HeadReader {
  reading: HeadReading | undefined;
  #text: string[] = [];
  #tail = '';
  #length = 0;
  #interim = 0;

  push(chunk: Uint8Array): void {
    if (this.reading !== undefined) return;
    this.#take(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1'));
  }

  #take(text: string): void {
    // A head may end in any chunk, and an interim head and the next in the same one.
    const window = this.#tail + text;
    const end = /\n\r?\n/.exec(window);
    const used = end === null ? text.length : end.index + end[0].length - this.#tail.length;
    this.#length += used;
    this.#text.push(text.slice(0, used));
    this.#tail = window.slice(-3);
    this.reading = this.#beginsWrong();
    if (this.reading !== undefined) return;
    if (this.#length > limitBytes) this.reading = broken('a head of more than 64 KB');
    else if (end !== null) this.#end(text.slice(used));
  }

  #beginsWrong(): HeadReading | undefined {
    if (this.#text.length > start.length) return undefined;
    const text = this.#text.join('').slice(0, start.length);
    return start.startsWith(text) ? undefined : broken('something else than HTTP/1');
  }

  #end(rest: string): void {
    const reading = parseHead(this.#text.join(''));
    const isInterim = reading.kind === 'head' && reading.head.status < 200;
    if (!isInterim) this.reading = reading;
    else if (reading.head.status === 101)
      this.reading = broken('a change of protocol that was not asked for');
    else if (++this.#interim > limitInterim) this.reading = broken('interim answers without end');
    else this.#startAgain(rest);
  }

  #startAgain(rest: string): void {
    this.#text = [];
    this.#tail = '';
    if (rest !== '') this.#take(rest);
  }
}

/** A head with the empty line that ends it. Where two programs could read it differently, it is broken. */
function parseHead(text: string): HeadReading {
  const [statusLine = '', ...lines] = text.replace(/\r?\n\r?\n$/, '').split(/\r?\n/);
  const status = /^HTTP\/1\.[01] ([1-9]\d\d)(?: |$)/.exec(statusLine)?.[1];
  if (status === undefined) return broken('something else than HTTP/1');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\r\u0000]/.test(statusLine + lines.join(''))) return broken('a bare CR or NUL in a head');
  const fields: Field[] = [];
  for (const line of unfolded(lines)) {
    const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return broken('a line in a head that is no header field');
    fields.push({ name: name.toLowerCase(), value: trimmed(value) });
    if (fields.length > limitFields) return broken(`more than ${limitFields} header fields`);
  }
  return { kind: 'head', head: { status: Number(status), fields } };
}

/** RFC 9112 §5.2: what begins with a blank goes on where the line before ended. */
function unfolded(lines: readonly string[]): readonly string[] {
  const whole: string[][] = [];
  for (const line of lines) {
    const before = whole.at(-1);
    if (/^[ \t]/.test(line) && before !== undefined) before.push(trimmed(line));
    else whole.push([line]);
  }
  return whole.map((parts) => parts.join(' '));
}

/** Without the blanks around it, in linear time whatever it is. */
function trimmed(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isBlank(text[from])) from += 1;
  while (to > from && isBlank(text[to - 1])) to -= 1;
  return text.slice(from, to);
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

function broken(why: string): HeadReading {
  return { kind: 'broken', why };
}
