import { sayLine } from './line.ts';
import { type Announced, loginNames, type Upgrade, wordsOf } from './outcome.ts';
import { foreign, type Preamble } from './preamble.ts';

/** IMAP (RFC 9051 §6.2.1, RFC 2595 §3). */
export function* upgradeImap(): Preamble<Upgrade> {
  const greeting = /^\* (OK|PREAUTH|BYE)(?: |$)/i.exec(yield* sayLine(''))?.[1]?.toUpperCase();
  if (greeting === undefined) throw foreign('a greeting of IMAP', 'something else');
  if (greeting === 'BYE') return { kind: 'unavailable', code: 'BYE', announced: {} };
  // Already logged in, in the clear: there is no upgrade any more (RFC 9051 §6.2.1).
  if (greeting === 'PREAUTH')
    return { kind: 'refused', code: 'PREAUTH', announced: { upgrade: false, logins: ['PREAUTH'] } };
  const offers = yield* command('a1', 'CAPABILITY');
  if (offers.status === 'BYE') return { kind: 'unavailable', code: 'BYE', announced: {} };
  const announced = announcedIn(offers.untagged);
  const { status } = yield* command('a2', 'STARTTLS');
  if (status === 'BYE') return { kind: 'unavailable', code: 'BYE', announced };
  return { kind: status === 'OK' ? 'upgraded' : 'refused', code: status, announced };
}

interface Completed {
  readonly status: 'OK' | 'NO' | 'BAD' | 'BYE';
  readonly untagged: readonly string[];
}

const mostLines = 100;
const capability = /^\* CAPABILITY /i;

/** Says a command and reads up to the line with its tag. */
function* command(tag: string, text: string): Preamble<Completed> {
  const untagged: string[] = [];
  let line = yield* sayLine(`${tag} ${text}`, capability);
  while (line.startsWith('* ')) {
    if (/^\* BYE(?: |$)/i.test(line)) return { status: 'BYE', untagged };
    if (untagged.length >= mostLines) throw foreign('the end of an answer', 'line after line');
    untagged.push(line);
    line = yield* sayLine('', capability);
  }
  const [, status] = /^a\d (OK|NO|BAD)(?: |$)/i.exec(line) ?? [];
  if (status === undefined || !line.startsWith(`${tag} `))
    throw foreign(`the answer ${tag}`, 'something else');
  return { status: status.toUpperCase() as Completed['status'], untagged };
}

/** The command LOGIN is there unless LOGINDISABLED says otherwise (RFC 9051 §6.2.3). */
function announcedIn(untagged: readonly string[]): Announced {
  const lists = untagged.flatMap((line) => /^\* CAPABILITY (.*)$/i.exec(line)?.[1] ?? []);
  if (lists.length === 0) return {};
  const names = lists.flatMap((list) => wordsOf(list.toUpperCase()));
  const mechanisms = names.flatMap((name) => (name.startsWith('AUTH=') ? name.slice(5) : []));
  const login = names.includes('LOGINDISABLED') ? [] : ['LOGIN'];
  return { upgrade: names.includes('STARTTLS'), logins: loginNames([...mechanisms, ...login]) };
}
