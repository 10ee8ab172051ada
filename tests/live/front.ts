import { connect, createServer, type Server, type Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { type Listening, tlsServer } from '../tls/look.ts';

export interface Front {
  readonly port: number;
  /** Connections that came, and how many of them stood at the same time. */
  readonly seen: { count: number; most: number };
  /** Ends listening: who connects now is refused. */
  shut(): void;
  open(): void;
  stop(): Promise<void>;
}

/** Stands before a real TLS server, and lets through what `admits` says. */
export async function startFront(
  admits: (standing: number, socket: Socket) => boolean,
  options: TlsOptions = { minVersion: 'TLSv1.2' },
): Promise<Front> {
  const behind: Listening = await tlsServer(options);
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
  return {
    port,
    seen,
    shut: () => server.close(),
    open: () => void listen(port),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await behind.stop();
    },
  };
}
