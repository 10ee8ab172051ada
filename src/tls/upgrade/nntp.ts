import { dottedLines } from './dotted-lines.ts';
import { sayLine } from './line.ts';
import { type Announced, loginNames, type Upgrade, wordsOf } from './outcome.ts';
import { foreign, type Preamble } from './preamble.ts';

/** NNTP (RFC 4642, capabilities of RFC 3977 §3.3 and RFC 4643). */
export function* upgradeNntp(): Preamble<Upgrade> {
  const greeting = codeOf(yield* sayLine(''));
  if (greeting !== '200' && greeting !== '201') return { kind: 'unavailable', code: greeting, announced: {} };
  const offers = codeOf(yield* sayLine('CAPABILITIES'));
  if (offers === '400') return { kind: 'unavailable', code: offers, announced: {} };
  const announced = offers === '101' ? announcedIn(yield* dottedLines()) : {};
  const code = codeOf(yield* sayLine('STARTTLS'));
  if (code === '382') return { kind: 'upgraded', code, announced };
  if (code === '400') return { kind: 'unavailable', code, announced };
  if (/^[45]/.test(code)) return { kind: 'refused', code, announced };
  throw foreign('an answer to STARTTLS', 'a reply to something else');
}

function codeOf(line: string): string {
  const code = /^([1-5]\d\d)(?: |$)/.exec(line)?.[1];
  if (code === undefined) throw foreign('a reply with a code', 'something else');
  return code;
}

/** `AUTHINFO` without arguments: there will be log-ins, but not before TLS (RFC 4643 §2.1). */
function announcedIn(lines: readonly string[]): Announced {
  const offers = lines.map((line) => wordsOf(line.toUpperCase()));
  const argumentsOf = (name: string): readonly string[] =>
    offers.flatMap(([first, ...rest]) => (first === name ? rest : []));
  const mechanisms = argumentsOf('SASL');
  const ways = argumentsOf('AUTHINFO').filter((way) => way !== 'SASL' || mechanisms.length === 0);
  return {
    upgrade: offers.some(([first]) => first === 'STARTTLS'),
    logins: loginNames([...ways, ...mechanisms]),
  };
}
