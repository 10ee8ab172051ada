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
 * for in parts, and parts that are refused like that in halves, down to single items, unless all parts are alike.
 */
export function* eliminateInParts(question: Question): Probing<Elimination> {
  const whole = yield* eliminate(question);
  if (whole.end.kind !== 'odd' || whole.end.rest.length === 1) return whole;
  const search: Search = { question, found: [...whole.found], connections: 0 };
  const odd = yield* askParts(search, split(whole.end.rest, firstParts));
  const alike = odd.length === Math.min(firstParts, whole.end.rest.length);
  return { found: search.found, end: alike ? whole.end : yield* searchOdd(search, odd) };
}

interface Search {
  readonly question: Question;
  readonly found: Found[];
  connections: number;
  open?: End;
}

/** Halves what is refused oddly until single items are left, which then are refused for themselves. */
function* searchOdd(search: Search, odd: readonly (readonly number[])[]): Probing<End> {
  let parts = odd.filter((part) => part.length > 1);
  while (parts.length > 0) {
    if (search.connections > search.question.items.length) {
      return { kind: 'open', why: 'the server answers too many hellos oddly to go on' };
    }
    const halves = parts.flatMap((part) => split(part, 2));
    parts = (yield* askParts(search, halves)).filter((part) => part.length > 1);
  }
  return search.open ?? { kind: 'refused' };
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
