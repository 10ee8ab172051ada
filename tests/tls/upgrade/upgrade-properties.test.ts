import fc from 'fast-check';
import { expect, test } from 'vitest';
import { starttlsProtocols } from '../../../src/model/index.ts';
import { Conversation } from '../../../src/tls/upgrade/conversation.ts';
import { framingOf } from '../../../src/tls/upgrade/framing.ts';
import { connectByHttp } from '../../../src/tls/upgrade/http-connect.ts';
import { preambleLimits } from '../../../src/tls/upgrade/preamble.ts';
import { connectBySocks5 } from '../../../src/tls/upgrade/socks5.ts';
import { upgradeOf } from '../../../src/tls/upgrade/upgrade.ts';
import { scripts } from './scripts.ts';

const destination = { address: '192.0.2.7', port: 443 };
const preambles = [
  ...starttlsProtocols.map((protocol) => () => upgradeOf(protocol, 'host.test')),
  () => connectByHttp(destination, undefined),
  () => connectBySocks5(destination, { user: 'a', password: 'b' }),
];

/** What the conversation holds of the peer: never more than it may read. */
function heldOf(conversation: Conversation<unknown>): number {
  return conversation.exchanged.reduce((sum, { received }) => sum + received.length, 0);
}

test('random bytes in random chunks are never an error, and never much', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...preambles),
      fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 12 }),
      (begin, chunks) => {
        const conversation = new Conversation<unknown>(begin());
        for (const chunk of chunks) {
          conversation.takeSaid();
          conversation.push(chunk);
        }
        expect(heldOf(conversation)).toBeLessThanOrEqual(preambleLimits.bytes);
        expect(conversation.exchanged.length).toBeLessThanOrEqual(preambleLimits.messages + 1);
      },
    ),
    { numRuns: 2000 },
  );
});

test('a reply with a few bytes changed is an outcome or foreign, never an error', () => {
  const change = fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(
      fc.constantFrom(...starttlsProtocols),
      fc.array(change, { maxLength: 6 }),
      (protocol, changes) => {
        const { greeting, answers } = scripts[protocol];
        const conversation = new Conversation<unknown>(upgradeOf(protocol, 'host.test'));
        for (const text of [greeting, ...answers.map(([, answer]) => answer)]) {
          const bytes = Buffer.from(text, 'latin1');
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          conversation.push(bytes);
        }
        expect(['talking', 'done', 'foreign']).toContain(conversation.standing.kind);
      },
    ),
    { numRuns: 3000 },
  );
});

test('lines of any text do not bring a server to upgrade that never said so', () => {
  const line = fc.string({ unit: 'binary-ascii', maxLength: 60 }).map((text) => `X${text}\r\n`);
  const lineProtocols = fc.constantFrom(
    'smtp',
    'lmtp',
    'imap',
    'pop3',
    'sieve',
    'nntp',
    'ftp',
    'irc',
    'xmpp',
  );
  fc.assert(
    fc.property(lineProtocols, fc.array(line, { maxLength: 40 }), (protocol, lines) => {
      const conversation = new Conversation(upgradeOf(protocol, 'host.test'));
      conversation.push(Buffer.from(lines.join(''), 'latin1'));
      const { standing } = conversation;
      expect(standing.kind === 'done' && standing.result.kind === 'upgraded').toBe(false);
    }),
    { numRuns: 1000 },
  );
});

test('what is wrapped and unwrapped is the same, however it is cut', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 10_000 }),
      fc.integer({ min: 1, max: 700 }),
      (bytes, size) => {
        const wire = framingOf('tds').wrap(bytes);
        const other = framingOf('tds');
        const parts: Uint8Array[] = [];
        for (let from = 0; from < wire.length; from += size)
          parts.push(other.unwrap(wire.subarray(from, from + size)));
        expect(Buffer.concat(parts)).toEqual(Buffer.from(bytes));
      },
    ),
    { numRuns: 100 },
  );
});

test('a NUL behind the features of XMPP is nothing of them, whichever packet it comes in', () => {
  const features = '<stream:stream><stream:features/>';
  const standingAfter = (...chunks: string[]) => {
    const conversation = new Conversation(upgradeOf('xmpp', 'host.test'));
    for (const chunk of chunks) conversation.push(Buffer.from(chunk, 'latin1'));
    return conversation.standing;
  };
  expect(standingAfter(features, '\0')).toMatchObject({ kind: 'done', result: { kind: 'refused' } });
  expect(standingAfter(`${features}\0`)).toEqual(standingAfter(features, '\0'));
  expect(standingAfter(`<stream:stream>\0${features}`)).toMatchObject({ kind: 'foreign' });
});
