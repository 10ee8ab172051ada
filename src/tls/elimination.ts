import { hexCode } from './cipher-suites.ts';
import { type Dialogue, inParallel, type Probing } from './exchange.ts';
import type { Look } from './look.ts';

/** What is found out by offering a list, and offering it again without what the server picked. */
export interface Question {
  /** Begins every label, so that no two questions share one. */
  readonly label: string;
  readonly items: readonly number[];
  /** What was found before of the same list, and is not in `items`. */
  readonly known?: readonly number[];
  /** A hello with every item that somebody else asks as well; absent: one of its own. */
  readonly first?: Dialogue<Look>;
  ask(items: readonly number[], label: string): Dialogue<Look>;
  /** A hello that was accepted before: shows that the server still answers. */
  control(label: string): Dialogue<Look>;
  /** What the server picked. */
  pick(look: Look): number | undefined;
}

export interface Found {
  readonly item: number;
  readonly look: Look;
}

/**
 * How it ended: `all` were accepted; `refused` the rest by a plain alert; `odd`: the rest by an alert that says something
 * else, a close or a reset, again and between two hellos that were accepted; `open`: not known what the rest would bring.
 */
export type End =
  | { readonly kind: 'all' }
  | { readonly kind: 'refused' }
  | {
      readonly kind: 'odd';
      readonly rest: readonly number[];
      readonly how: string;
      /** One that was found was picked over the rest, which stood before it and is `all`, or `some`, of what was refused. */
      readonly passedOver?: 'all' | 'some';
    }
  | { readonly kind: 'open'; readonly why: string; readonly picked?: number };

export interface Elimination {
  /** In the order picked. */
  readonly found: readonly Found[];
  readonly end: End;
}

/** Finds what is accepted of a list: one connection for each, and two for the refusal of the rest. */
export function* eliminate(question: Question): Probing<Elimination> {
  const found: Found[] = [];
  let rest = question.items;
  while (rest.length > 0) {
    const number = found.length + 1;
    const first = number === 1 ? question.first : undefined;
    const look = yield* askOne(first ?? question.ask(rest, `${question.label} ${number}`));
    const settled = isAccepted(look) ? look : yield* confirmEnd(question, rest, number, look);
    if ('kind' in settled) return { found, end: settled };
    const item = question.pick(settled);
    if (item === undefined || !rest.includes(item)) return { found, end: notOffered(item) };
    found.push({ item, look: settled });
    rest = rest.filter((each) => each !== item);
    if (settled.unfinished) return { found, end: stalled };
  }
  return { found, end: { kind: 'all' } };
}

/** As `eliminate`, for who asks no more afterwards: a plain refusal counts only where the control is accepted after it. */
export function* eliminateControlled(question: Question): Probing<Elimination> {
  const seen = yield* eliminate(question);
  if (seen.end.kind !== 'refused') return seen;
  const after = yield* askOne(question.control(`${question.label} control`));
  return isAccepted(after) ? seen : { ...seen, end: open(after) };
}

/** Going on would cost the whole time limit for each item. */
const stalled: End = { kind: 'open', why: 'the server did not send its whole answer in time' };

/** Alerts that say that nothing offered will do. */
const plainRefusals: ReadonlySet<string> = new Set(['handshake_failure', 'insufficient_security']);

/** Whether the answer refuses what was offered, and says so. */
export function isPlainRefusal({ answer }: Look): boolean {
  return answer.kind === 'refused' || (answer.kind === 'alert' && plainRefusals.has(answer.name));
}

export function isAccepted({ answer }: Look): boolean {
  return answer.kind === 'accepted';
}

/** What may be a refusal where it comes again; undefined for silence and for broken answers. */
export function oddRefusal({ answer }: Look): string | undefined {
  if (answer.kind === 'alert') return `alert ${answer.name}`;
  const abrupt = answer.kind === 'none' && (answer.silence === 'closed' || answer.silence === 'reset');
  return abrupt ? answer.why : undefined;
}

/** Why an answer settles nothing, in words. */
export function whyOpen({ answer, hello }: Look): string {
  const suite = hello === undefined ? '' : ` (cipher suite ${hexCode(hello.suite)})`;
  switch (answer.kind) {
    case 'none':
      return `${answer.why}${suite}`;
    case 'alert':
      return `answered with alert ${answer.name}`;
    case 'refused':
      return answer.how;
    case 'accepted':
      return 'accepted';
  }
}

/**
 * Why there may be more than was found: an odd refusal may be meant for hellos without anything that was found. There is
 * no more where one that was found is picked over the rest: by the client's order, as the rest stood first; by the
 * server's, as the rest then loses beside it and is refused without it. By that order nothing is concluded of some items
 * that are refused unlike others.
 */
export function whyMore(end: End, orderOfClient = false): string | undefined {
  switch (end.kind) {
    case 'open':
      return end.why;
    case 'odd': {
      const none = end.passedOver === 'all' || (end.passedOver === 'some' && orderOfClient);
      return none ? undefined : `where nothing that was found is on offer: ${end.how}`;
    }
    case 'all':
    case 'refused':
      return undefined;
  }
}

/** Asks on one connection. */
export function* askOne(dialogue: Dialogue<Look>): Probing<Look> {
  const [look] = yield* inParallel([dialogue]);
  return look as Look;
}

/**
 * Every end is asked for again, as any server may fail once: silence and plain refusals once, all else between two
 * controls. That the server still answers after a plain refusal is for who asks to see.
 */
function* confirmEnd(
  question: Question,
  rest: readonly number[],
  number: number,
  look: Look,
): Probing<Look | End> {
  const how = oddRefusal(look);
  const name = `${question.label} ${number}`;
  const again = question.ask(rest, `${name} again`);
  if (how === undefined || isPlainRefusal(look)) return settle(yield* askOne(again));
  if (!isAccepted(yield* askOne(question.control(`${name} control before`)))) return open(look);
  const second = yield* askOne(again);
  const after = isAccepted(yield* askOne(question.control(`${name} control after`)));
  const repeated = oddRefusal(second) !== undefined && !isPlainRefusal(second);
  if (!repeated) return settle(second);
  return after ? { kind: 'odd', rest, how } : open(second);
}

function settle(look: Look): Look | End {
  if (isAccepted(look)) return look;
  return isPlainRefusal(look) ? { kind: 'refused' } : open(look);
}

function open(look: Look): End {
  return { kind: 'open', why: whyOpen(look) };
}

function notOffered(item: number | undefined): End {
  const what = item === undefined ? 'without what it picked' : `with ${hexCode(item)}, which was not offered`;
  return {
    kind: 'open',
    why: `the server answered ${what}`,
    ...(item === undefined ? {} : { picked: item }),
  };
}
