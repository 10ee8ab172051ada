import { sayLine } from './line.ts';
import { foreign, type Preamble } from './preamble.ts';

/** A reply of one or more lines that begin with the same three digits (RFC 5321 §4.2, RFC 959 §4.2). */
export interface NumericReply {
  readonly code: string;
  /** Without their codes. */
  readonly lines: readonly string[];
}

const mostLines = 100;

/** Says a line and reads the reply; FTP's inner lines may lack the code. */
export function* numericReply(
  say: string,
  { whole, inner = 'coded' }: { readonly whole?: RegExp; readonly inner?: 'coded' | 'free' } = {},
): Preamble<NumericReply> {
  const [code, more, first] = codedLine(yield* sayLine(say, whole));
  const lines = [first];
  for (let last = !more; !last; ) {
    if (lines.length >= mostLines) throw foreign('the end of a reply', 'line after line');
    const line = yield* sayLine('', whole);
    if (inner === 'free' && !new RegExp(`^${code}[ -]`).test(line)) {
      lines.push(line);
      continue;
    }
    const [again, further, text] = codedLine(line);
    if (again !== code) throw foreign(`the reply ${code} to go on`, 'another code');
    lines.push(text);
    last = !further;
  }
  return { code, lines };
}

function codedLine(line: string): readonly [code: string, more: boolean, text: string] {
  const [, code, separator, text = ''] = /^([1-5]\d\d)(?:([ -])(.*))?$/.exec(line) ?? [];
  if (code === undefined) throw foreign('a reply with a code', 'something else');
  return [code, separator === '-', text];
}
