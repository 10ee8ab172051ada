import { dottedLines } from './dotted-lines.ts';
import { sayLine } from './line.ts';
import { type Announced, loginNames, type Upgrade, wordsOf } from './outcome.ts';
import { foreign, type Preamble } from './preamble.ts';

/** POP3 (RFC 2595 §4, capabilities of RFC 2449). */
export function* upgradePop3(): Preamble<Upgrade> {
  const greeting = yield* sayLine('', /^\+OK/i);
  if (statusOf(greeting) === '-ERR') return { kind: 'unavailable', code: '-ERR', announced: {} };
  const listed = statusOf(yield* sayLine('CAPA')) === '+OK';
  const announced = listed ? announcedIn(yield* dottedLines(), greeting) : {};
  const code = statusOf(yield* sayLine('STLS'));
  return { kind: code === '+OK' ? 'upgraded' : 'refused', code, announced };
}

function statusOf(line: string): '+OK' | '-ERR' {
  const status = /^(\+OK|-ERR)(?: |$)/i.exec(line)?.[1]?.toUpperCase();
  if (status === '+OK' || status === '-ERR') return status;
  throw foreign('+OK or -ERR', 'something else');
}

/** A time stamp in the greeting offers APOP (RFC 1939 §7). */
function announcedIn(lines: readonly string[], greeting: string): Announced {
  const offers = lines.map((line) => wordsOf(line.toUpperCase()));
  const mechanisms = offers.flatMap(([name, ...rest]) => (name === 'SASL' ? rest : []));
  const user = offers.some(([name]) => name === 'USER') ? ['USER'] : [];
  const apop = /<[^<>@\s]+@[^<>@\s]+>/.test(greeting) ? ['APOP'] : [];
  return {
    upgrade: offers.some(([name]) => name === 'STLS'),
    logins: loginNames([...mechanisms, ...user, ...apop]),
  };
}
