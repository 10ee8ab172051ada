import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { connectionsAtMost } from '../../src/collectors/tls/connections.ts';
import { lookAt, sessionAt } from '../tls/look.ts';
import { type Front, startFront } from './front.ts';

const fronts: Front[] = [];
afterEach(async () => {
  await Promise.all(fronts.splice(0).map((front) => front.stop()));
});

async function front(admits: Parameters<typeof startFront>[0]): Promise<Front> {
  const started = await startFront(admits);
  fronts.push(started);
  return started;
}

const modern = {
  'TLSv1.3': 'accepted',
  'TLSv1.2': 'accepted',
  'TLSv1.1': 'refused',
  'TLSv1.0': 'refused',
} as const;

test('one look makes so many connections and no more', async () => {
  const { port, seen } = await front((_, socket) => {
    socket.end('no TLS');
    return false;
  });
  const session = await sessionAt(port);
  const codes = new Set<string>();
  for (let index = 0; index < connectionsAtMost + 20; index++) {
    const reply = await session.exchange(Buffer.from('hello'), () => true);
    codes.add(reply.ended);
  }
  await session.close();
  expect([seen.count, session.connections]).toEqual([connectionsAtMost, connectionsAtMost]);
  expect([...codes]).toEqual(['complete', 'unreachable']);
});

test.each([
  ['closes', (socket: Socket) => socket.resume().end()],
  ['resets', (socket: Socket) => socket.resetAndDestroy()],
])(
  'a server that %s all but one connection at a time is asked one by one, and rightly',
  async (_, refuse) => {
    const { port } = await front((standing, socket) => {
      if (standing > 1) refuse(socket);
      return standing === 1;
    });
    const { value, completeness, evidence } = await lookAt(port);
    expect(value).toMatchObject(modern);
    expect(completeness[0]?.missing).toEqual([]);
    expect(Buffer.from(evidence[0]?.bytes ?? []).toString()).toContain('"cutBefore": 1');
  },
);

test('a server that refuses for a moment is asked again, later, and rightly', async () => {
  const server = await front(() => {
    if (server.seen.count === 3) {
      server.shut();
      void wait(400).then(server.open);
    }
    return true;
  });
  const { value, completeness } = await lookAt(server.port);
  expect(value).toMatchObject(modern);
  expect(completeness[0]?.missing).toEqual([]);
});

test('of a server that goes away for good, what was seen is kept and the rest is named', async () => {
  const server = await front(() => {
    if (server.seen.count === 4) server.shut();
    return true;
  });
  const { value, completeness, connections } = await lookAt(server.port);
  expect(value).toMatchObject({ 'TLSv1.3': 'accepted', 'TLSv1.2': 'accepted' });
  const missing = completeness[0]?.missing.map(({ what }) => what);
  expect(missing).toEqual(expect.arrayContaining(['SSLv3', 'SSLv2']));
  // Every wait was tried once, for all that were under way together.
  expect(connections - server.seen.count).toBeLessThanOrEqual(2 + 3);
});
