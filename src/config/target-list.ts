import { AssayError, type Target } from '../model/index.ts';
import { maxEndpoints, parsePorts, urlsOf } from './places.ts';
import { parseTarget, type TargetOptions } from './target.ts';

/** A target of a list. */
export interface ListedTarget {
  readonly url: string;
  readonly target: Target;
  /** `file:line:column`, counted from 1. */
  readonly at: string;
}

/** One line's words, and where they begin. */
interface Line {
  readonly words: readonly string[];
  readonly columns: readonly number[];
  readonly number: number;
}

const maxLineLength = 2_000;
const remedy =
  'a line is a place and, if it names no port, its ports: `10.0.0.0/28 443,8443`; what follows # is a comment';

/**
 * Reads a list of targets: a place a line (see `urlsOf`), beside it ports; blank lines and what follows a `#` at a
 * line's beginning or after a blank are left out.
 *
 * @param ports for places that name none
 * @throws AssayError ERR_TARGET, ERR_LITERAL_SECRET `file:line:column expected …, got …`
 */
export function parseTargetList(
  file: string,
  text: string,
  ports: readonly number[] | undefined,
  options: TargetOptions = {},
): readonly ListedTarget[] {
  const listed: ListedTarget[] = [];
  for (const line of linesOf(file, text)) {
    for (const one of targetsIn(file, line, ports, options)) {
      if (listed.length === maxEndpoints)
        throw refusal(one.at, `at most ${maxEndpoints} endpoints`, 'more', 'name fewer, in several scans');
      listed.push(one);
    }
  }
  if (listed.length > 0) return listed;
  throw new AssayError('ERR_TARGET', `${file}:1:1 expected a target, got none`, { remedy });
}

function refusal(at: string, expected: string, got: string, what = remedy): AssayError {
  return new AssayError('ERR_TARGET', `${at} expected ${expected}, got ${got}`, { remedy: what });
}

function* linesOf(file: string, text: string): Iterable<Line> {
  let number = 0;
  for (const line of text.split(/\r?\n/)) {
    number += 1;
    if (line.length > maxLineLength)
      throw refusal(
        `${file}:${number}:1`,
        `a line of at most ${maxLineLength} characters`,
        String(line.length),
      );
    const [content = ''] = line.split(/(?:^|\s)#/, 1);
    const words = [...content.matchAll(/\S+/g)];
    if (words.length > 0)
      yield { words: words.map(([word]) => word), columns: words.map(({ index }) => index + 1), number };
  }
}

function* targetsIn(
  file: string,
  { words, columns, number }: Line,
  ports: readonly number[] | undefined,
  options: TargetOptions,
): Iterable<ListedTarget> {
  const [place = '', portList, ...further] = words;
  const at = (word: number): string => `${file}:${number}:${columns[word] ?? 1}`;
  if (further.length > 0) throw refusal(at(2), 'a place and its ports', 'a third word');
  const own = portList === undefined ? undefined : parsePorts(portList);
  if (portList !== undefined && own === undefined)
    throw refusal(at(1), 'ports from 1 to 65535 between commas, each once', 'something else');
  try {
    for (const url of urlsOf(place, ports, own)) {
      yield { url, target: parseTarget(url, options), at: at(0) };
    }
  } catch (cause) {
    if (!(cause instanceof AssayError)) throw cause;
    const { code, message, remedy: what } = cause;
    throw new AssayError(code, `${at(0)} ${message}`, {
      cause,
      ...(what === undefined ? {} : { remedy: what }),
    });
  }
}
