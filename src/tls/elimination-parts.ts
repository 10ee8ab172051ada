import { hexCode } from './cipher-suites.ts';
import {
  askOne,
  type Elimination,
  type End,
  eliminate,
  type Found,
  isAccepted,
  isPlainRefusal,
  oddRefusal,
  type Question,
  whyOpen,
} from './elimination.ts';
import type { Probing } from './exchange.ts';

const firstParts = 8;

/**
 * Finds what is accepted of a list, also by a server that an item can trip: where the rest is refused oddly it is asked
 * for in parts, and parts that are refused like that in halves, down to single items, unless all parts are alike. What
 * then is left is asked for before an item that was found, as something in between may want to see one of those.
 */
export function* eliminateInParts(question: Question): Probing<Elimination> {
  const whole = yield* eliminate(question);
  if (whole.end.kind !== 'odd') return whole;
  const { rest, how } = whole.end;
  const search: Search = { question, found: [...whole.found], connections: 0, how };
  const left = rest.length === 1 ? rest : yield* searchOdd(search, rest);
  const end = search.open ?? (yield* besideFound(search, left, left.length === rest.length ? 'all' : 'some'));
  return { found: search.found, end };
}

interface Search {
  readonly question: Question;
  readonly found: Found[];
  /** What the odd refusal was. */
  readonly how: string;
  connections: number;
  open?: End;
}

/** Halves what is refused oddly until single items are left; gives all that stays so. */
function* searchOdd(search: Search, rest: readonly number[]): Probing<readonly number[]> {
  const whole = split(rest, firstParts);
  let parts = yield* askParts(search, whole);
  if (parts.length === whole.length) return parts.flat();
  const single: number[] = [];
  for (;;) {
    single.push(...parts.filter(({ length }) => length === 1).flat());
    const longer = parts.filter(({ length }) => length > 1);
    if (longer.length === 0) return single;
    if (search.connections > search.question.items.length) {
      search.open = { kind: 'open', why: 'the server answers too many hellos oddly to go on' };
      return single;
    }
    const halves = longer.flatMap((part) => split(part, 2));
    parts = yield* askParts(search, halves);
  }
}

/** A server that goes by the client's order shows what it accepts of the rest. */
function* besideFound(
  { question, found, how }: Search,
  left: readonly number[],
  of: 'all' | 'some',
): Probing<End> {
  const last = found.at(-1)?.item ?? question.known?.at(-1);
  if (left.length === 0) return { kind: 'refused' };
  if (last === undefined) return { kind: 'open', why: how };
  const label = `${question.label} before ${hexCode(last)}`;
  const ask: Question['ask'] = (items, name) => question.ask([...items, last], name);
  const more = yield* eliminate({ ...beside(question), label, items: left, ask });
  found.push(...more.found);
  const { end } = more;
  const rest = left.filter((item) => !more.found.some((each) => each.item === item));
  if (end.kind === 'open' && end.picked === last) return { kind: 'odd', rest, how, passedOver: of };
  return end.kind === 'refused' ? { kind: 'open', why: how } : end;
}

/** Without the hello that somebody else asks as well. */
function beside({ first: _, ...question }: Question): Question {
  return question;
}

/** Asks for each part; those that are refused oddly come back. */
function* askParts(search: Search, parts: readonly (readonly number[])[]): Probing<number[][]> {
  const odd: number[][] = [];
  for (const part of parts) odd.push(...(yield* askPart(search, part)));
  return odd;
}

function* askPart(search: Search, part: readonly number[]): Probing<number[][]> {
  const { question } = search;
  search.connections++;
  const label = `${question.label} of ${part.length} from ${part[0]}`;
  const first = question.ask(part, `${label} 1`);
  const look = yield* askOne(first);
  if (isAccepted(look) || isPlainRefusal(look))
    return yield* eliminatePart(search, { ...question, label, items: part, first });
  if (oddRefusal(look) !== undefined) return [[...part]];
  search.open = { kind: 'open', why: whyOpen(look) };
  return [];
}

function* eliminatePart(search: Search, question: Question): Probing<number[][]> {
  const { found, end } = yield* eliminate(question);
  search.found.push(...found);
  search.connections += found.length;
  if (end.kind === 'open') search.open = end;
  return end.kind === 'odd' ? [[...end.rest]] : [];
}

function split(items: readonly number[], parts: number): number[][] {
  const size = Math.ceil(items.length / parts);
  const starts = Array.from({ length: Math.ceil(items.length / size) }, (_, index) => index * size);
  return starts.map((start) => items.slice(start, start + size));
}
