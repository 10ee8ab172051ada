import { sayLine } from './line.ts';
import { foreign, type Preamble } from './preamble.ts';

const mostLines = 100;

/** Capabilities, one a line, up to a line with a dot alone (RFC 3977 §3.1.1, RFC 1939 §3). */
export function* dottedLines(): Preamble<readonly string[]> {
  const lines: string[] = [];
  for (;;) {
    const line = yield* sayLine('', /./);
    if (line === '.') return lines;
    if (lines.length >= mostLines) throw foreign('the end of a list', 'line after line');
    lines.push(line);
  }
}
