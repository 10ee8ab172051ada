import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { type Listening, lookAt, tlsServer } from '../tls/look.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

interface Front {
  readonly port: number;
  /** Connections that came, and how many of them stood at the same time. */
  readonly seen: { count: number; most: number };
  /** Ends listening: who connects now is refused. */
  shut(): void;
  open(): void;
}

/** Stands before a real TLS server, and lets through what `admits` says. */
async function front(admits: (standing: number, socket: Socket) => boolean): Promise<Front> {
  const behind: Listening = await tlsServer({ minVersion: 'TLSv1.2' });
  const seen = { count: 0, most: 0 };
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    seen.count += 1;
    seen.most = Math.max(seen.most, sockets.size);
    if (!admits(sockets.size, socket)) return;
    const onward = connect(behind.port, '127.0.0.1');
    onward.on('error', () => socket.destroy());
    socket.pipe(onward).pipe(socket);
    socket.once('close', () => onward.destroy());
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as { readonly port: number };
  stops.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await behind.stop();
  });
  return { port, seen, shut: () => server.close(), open: () => void listen(port) };
}

const modern = {
  'TLSv1.3': 'accepted',
  'TLSv1.2': 'accepted',
  'TLSv1.1': 'refused',
  'TLSv1.0': 'refused',
} as const;

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
    const { value, completeness } = await lookAt(port);
    expect(value).toMatchObject(modern);
    expect(completeness[0]?.missing).toEqual([]);
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
