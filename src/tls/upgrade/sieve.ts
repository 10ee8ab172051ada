import { sayLine } from './line.ts';
import { type Announced, loginNames, type Upgrade, wordsOf } from './outcome.ts';
import { foreign, type Preamble } from './preamble.ts';

/** ManageSieve (RFC 5804), which announces its capabilities in the greeting. */
export function* upgradeSieve(): Preamble<Upgrade> {
  const greeting = yield* response('');
  if (greeting.status !== 'OK') return { kind: 'unavailable', code: greeting.status, announced: {} };
  const announced = announcedIn(greeting.lines);
  const { status } = yield* response('STARTTLS');
  if (status === 'BYE') return { kind: 'unavailable', code: status, announced };
  return { kind: status === 'OK' ? 'upgraded' : 'refused', code: status, announced };
}

interface Response {
  readonly status: 'OK' | 'NO' | 'BYE';
  readonly lines: readonly string[];
}

const mostLines = 100;

function* response(say: string): Preamble<Response> {
  const lines: string[] = [];
  let line = yield* sayLine(say, /^"/);
  while (line.startsWith('"')) {
    // A literal would go on in the next lines; no capability needs one (RFC 5804 §1.7).
    if (lines.length >= mostLines || /\{\d+\+?\}$/.test(line))
      throw foreign('capabilities', 'no end of them');
    lines.push(line);
    line = yield* sayLine('', /^"/);
  }
  const status = /^(OK|NO|BYE)(?:[ (]|$)/i.exec(line)?.[1]?.toUpperCase();
  if (status === 'OK' || status === 'NO' || status === 'BYE') return { status, lines };
  throw foreign('OK, NO or BYE', 'something else');
}

function announcedIn(lines: readonly string[]): Announced {
  const offers = lines.map((line) => /^"([^"]*)"(?: "([^"]*)")?/.exec(line.toUpperCase()));
  return {
    upgrade: offers.some((offer) => offer?.[1] === 'STARTTLS'),
    logins: loginNames(offers.flatMap((offer) => (offer?.[1] === 'SASL' ? wordsOf(offer[2]) : []))),
  };
}
