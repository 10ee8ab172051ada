import { sayLine } from './line.ts';
import { type Announced, loginNames, type Upgrade, wordsOf } from './outcome.ts';
import { foreign, type Preamble } from './preamble.ts';

/**
 * IRC with `STARTTLS` (IRCv3 extension tls): 670 begins TLS, 691 refuses it, 421 does not know it. No nick name is
 * registered.
 */
export function* upgradeIrc(): Preamble<Upgrade> {
  const offers = yield* capabilities();
  if (offers.kind === 'closed') return { kind: 'unavailable', code: 'ERROR', announced: {} };
  const announced = offers.kind === 'listed' ? announcedIn(offers.names) : {};
  const answer = yield* answerTo('STARTTLS', (word) => ['670', '691', '421', '451'].includes(word));
  if (answer.word === 'ERROR') return { kind: 'unavailable', code: 'ERROR', announced };
  return { kind: answer.word === '670' ? 'upgraded' : 'refused', code: answer.word, announced };
}

type Capabilities =
  | { readonly kind: 'listed'; readonly names: readonly string[] }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'closed' };

/** `CAP * LS * :…` goes on in the next line; servers older than IRCv3 answer 421. */
function* capabilities(): Preamble<Capabilities> {
  const names: string[] = [];
  for (let say = 'CAP LS 302'; ; say = '') {
    const { word, rest } = yield* answerTo(say, (each) => ['CAP', '421', '451'].includes(each));
    if (word === 'ERROR') return { kind: 'closed' };
    if (word !== 'CAP') return { kind: 'unknown' };
    const [, more, list] = /^\S+ LS (\* )?:?(.*)$/i.exec(rest) ?? [];
    if (list === undefined) throw foreign('CAP LS', 'another CAP');
    names.push(...wordsOf(list));
    if (more === undefined) return { kind: 'listed', names };
  }
}

const mostNotices = 50;

/** Skips notices (`*** Looking up your hostname`) up to a line with one of the words, or ERROR. */
function* answerTo(
  say: string,
  isAnswer: (word: string) => boolean,
): Preamble<{ readonly word: string; readonly rest: string }> {
  let line = yield* sayLine(say, / CAP /i);
  for (let skipped = 0; skipped <= mostNotices; skipped++) {
    const [, word = '', rest = ''] = /^(?::\S+ +)?([A-Za-z]+|\d{3})(?: +(.*))?$/.exec(line) ?? [];
    if (word === '') throw foreign('a message of IRC', 'something else');
    const upper = word.toUpperCase();
    if (upper === 'ERROR' || isAnswer(upper)) return { word: upper, rest };
    line = yield* sayLine('', / CAP /i);
  }
  throw foreign('an answer', 'notice after notice');
}

function announcedIn(names: readonly string[]): Announced {
  const sasl = names.flatMap((name) => /^sasl(?:=(.*))?$/i.exec(name) ?? []);
  const mechanisms = names.flatMap((name) => /^sasl=(.+)$/i.exec(name)?.[1]?.split(',') ?? []);
  const logins = sasl.length > 0 && mechanisms.length === 0 ? ['SASL'] : mechanisms;
  return { upgrade: names.some((name) => /^tls$/i.test(name)), logins: loginNames(logins) };
}
