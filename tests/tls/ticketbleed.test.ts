import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dialogue, Ending, Step } from '../../src/tls/exchange.ts';
import { probeTicketbleed } from '../../src/tls/flaws/ticketbleed.ts';
import type { FlawVerdict } from '../../src/tls/flaws/verdict.ts';
import type { Handshake12 } from '../../src/tls/handshake/outcome12.ts';
import { options } from './simulated.ts';
import { record } from './wire.ts';

const session = {
  id: Buffer.alloc(0),
  ticket: Buffer.from('a ticket'),
  master: Buffer.alloc(48),
  suite: 0xc02f,
};
const completed: Handshake12 = {
  ended: 'complete',
  flightDone: true,
  finished: true,
  keylog: [],
  session: { ...session, extendedMasterSecret: true },
};

/** The connection that comes back with the ticket. */
function second(): Dialogue<FlawVerdict> {
  const probing = probeTicketbleed('TLSv1.2', options);
  probing.next();
  const { value } = probing.next([completed]);
  const [dialogue] = value as readonly Dialogue<FlawVerdict>[];
  return dialogue!;
}

/** Its verdict on what came, and on what is kept of that, which must be the same; and what is kept. */
function told(received: Uint8Array, ended: Ending = 'complete') {
  const step = second().talk().next().value as Step;
  const kept = step.keep!(received);
  const verdictOn = (bytes: Uint8Array): FlawVerdict => {
    const talk = second().talk();
    talk.next();
    return talk.next({ received: bytes, ended }).value as FlawVerdict;
  };
  expect(verdictOn(kept)).toEqual(verdictOn(received));
  return { kind: verdictOn(received).kind, kept };
}

const sent = Buffer.from((second().talk().next().value as Step).send);
const ours = sent.subarray(44, 44 + 31);
const memory = Buffer.from('what lies in the memory of this server, and nobody else should have', 'latin1');

function hello(id: Uint8Array, saysLength = id.length): Buffer {
  const rest = Buffer.from([0xc0, 0x2f, 0, 0, 0]);
  const body = Buffer.concat([Buffer.from([3, 3]), Buffer.alloc(32, 7), Buffer.from([saysLength]), id, rest]);
  return record(22, Buffer.concat([Buffer.from([2, 0, 0, body.length]), body]));
}

describe('an echo', () => {
  test.each<[string, Uint8Array, FlawVerdict['kind'], number]>([
    ['as it was sent', ours, 'absent', 44 + 31],
    ['with a byte of memory', Buffer.concat([ours, memory]).subarray(0, 32), 'present', 44 + 31],
    ['of nothing', Buffer.alloc(0), 'unknown', 44],
    ['of memory alone', memory.subarray(0, 32), 'unknown', 44],
    [
      'of its front, then memory',
      Buffer.concat([ours.subarray(0, 30), memory]).subarray(0, 32),
      'unknown',
      44,
    ],
    ['of less', ours.subarray(0, 30), 'unknown', 44],
  ])('%s', (_, id, kind, kept) => {
    const whole = Buffer.concat([hello(id), record(22, memory)]);
    const seen = told(whole);
    expect([seen.kind, seen.kept.length]).toEqual([kind, kept]);
    for (let at = 0; at + 4 <= memory.length; at++) {
      expect(Buffer.from(seen.kept).includes(memory.subarray(at, at + 4))).toBe(false);
    }
  });

  test('that is cut off, or longer than its record, is none', () => {
    expect(told(hello(ours).subarray(0, 43), 'closed').kind).toBe('unknown');
    expect(told(hello(ours.subarray(0, 20), 31)).kind).toBe('unknown');
    expect(told(record(21, Buffer.from([2, 40]))).kind).toBe('unknown');
    expect(told(Buffer.alloc(0), 'timed-out').kind).toBe('unknown');
  });
});

test('whatever comes, little is kept, and only our own id decides', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      for (const received of [bytes, record(22, bytes), hello(bytes.subarray(0, 32))]) {
        const { kind, kept } = told(received);
        expect(kind).toBe('unknown');
        expect(kept.length).toBeLessThanOrEqual(44);
      }
    }),
  );
});

test('enough is heard with as much as is judged, however it comes', () => {
  const until = (second().talk().next().value as Step).until;
  const whole = hello(ours);
  const heard = [...whole].findIndex((byte) => until(Buffer.from([byte])));
  expect(heard + 1).toBe(44 + 31);
});
