import { type NumericReply, numericReply } from './numeric-reply.ts';
import { type Announced, loginNames, type Upgrade, wordsOf } from './outcome.ts';
import { foreign, type Preamble } from './preamble.ts';

/** A name that resolves nowhere (RFC 6761 §6.4): the greeting asks for one, and ours is nobody's business. */
export const ourName = 'assay.invalid';
/** The service shuts the connection (RFC 5321 §4.2.2): too many connections, or going down. */
const closing = '421';

/** SMTP (RFC 3207) and LMTP (RFC 2033), which greets with LHLO. No mail and no log-in is begun. */
export function* upgradeSmtp(hello: 'EHLO' | 'LHLO'): Preamble<Upgrade> {
  const greeting = yield* numericReply('');
  if (greeting.code !== '220') return { kind: 'unavailable', code: greeting.code, announced: {} };
  const offers = yield* numericReply(`${hello} ${ourName}`, { whole: /^250/ });
  if (offers.code.startsWith('4')) return { kind: 'unavailable', code: offers.code, announced: {} };
  const announced = offers.code === '250' ? announcedIn(offers) : {};
  const { code } = yield* numericReply('STARTTLS');
  if (code === '220') return { kind: 'upgraded', code, announced };
  if (code === closing) return { kind: 'unavailable', code, announced };
  if (/^[45]/.test(code)) return { kind: 'refused', code, announced };
  throw foreign('an answer to STARTTLS', 'a reply to something else');
}

/** The first line is the server's name. `AUTH=` is how it was written before RFC 2554, and still is. */
function announcedIn({ lines }: NumericReply): Announced {
  const offers = lines.slice(1).map((line) => line.toUpperCase());
  const logins = offers.flatMap((line) => wordsOf(/^AUTH[ =](.*)$/.exec(line)?.[1]));
  return { upgrade: offers.some((line) => wordsOf(line)[0] === 'STARTTLS'), logins: loginNames(logins) };
}
