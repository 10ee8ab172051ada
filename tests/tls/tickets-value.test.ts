import { expect, test } from 'vitest';
import type { Handshake13 } from '../../src/tls/handshake/outcome13.ts';
import { ticketsValue } from '../../src/tls/sessions/tickets-value.ts';

const completed: Handshake13 = { ended: 'closed', finished: true, completed: true, sessions: [], keylog: [] };
const ticketsOf = (seen: Handshake13) =>
  ticketsValue({ handshakes: [{ version: 'TLSv1.3', seen }], missing: [], wantsEncapsulation: false });

test('no ticket and close_notify: the server gives none', () => {
  expect(ticketsOf({ ...completed, alert: 'close_notify' })).toEqual({
    value: { handshakes: [{ version: 'TLSv1.3', tickets: 0, earlyDataBytes: 0, sessionId: false }] },
    missing: [],
  });
});

test.each<[string, Partial<Handshake13>]>([
  ['closed without a word', {}],
  ['reset', { ended: 'reset' }],
  ['left open', { ended: 'timed-out' }],
  ['ended by another alert', { alert: 'internal_error' }],
])('no ticket and a connection that is %s: what the server gives is not known', (_, ending) => {
  const { value, missing } = ticketsOf({ ...completed, ...ending });
  expect(value.handshakes).toEqual([]);
  expect(missing).toEqual([{ what: 'TLSv1.3', why: expect.any(String) }]);
});
