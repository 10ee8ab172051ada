import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { type Listening, listen } from '../look.ts';

/** A proxy of the tests' own, HTTP CONNECT or SOCKS5; counts whom it connected to. */
export async function startProxy(
  kind: 'http' | 'socks5',
  login?: string,
): Promise<Listening & { readonly to: readonly string[] }> {
  const to: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    const join = (host: string, port: number, yes: string): void => {
      to.push(`${host} ${port}`);
      const onward = connect({ host, port }, () => {
        socket.write(yes, 'latin1');
        socket.pipe(onward).pipe(socket);
      });
      onward.on('error', () =>
        socket.end(
          kind === 'http' ? 'HTTP/1.1 502 Bad Gateway\r\n\r\n' : Buffer.from('05050001000000000000', 'hex'),
        ),
      );
      socket.once('close', () => onward.destroy());
      onward.once('close', () => socket.destroy());
    };
    void (kind === 'http' ? connectHttp(socket, join, login) : connectSocks(socket, join, login));
  });
  return { ...(await listen(server, '127.0.0.1')), to };
}

type Join = (host: string, port: number, yes: string) => void;

async function connectHttp(socket: Socket, join: Join, login: string | undefined): Promise<void> {
  const [head] = (await once(socket, 'data')) as [Buffer];
  const text = head.toString('latin1');
  const [, host = '', port] =
    /^CONNECT (?:\[([^\]]+)\]|([^:]+)):(\d+) HTTP\/1\.1\r\n/.exec(text)?.filter(Boolean) ?? [];
  const given = /^Proxy-Authorization: Basic (\S+)\r$/m.exec(text)?.[1];
  const right = login === undefined || (given && Buffer.from(given, 'base64').toString()) === login;
  if (!right) return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
  join(host, Number(port), 'HTTP/1.1 200 OK\r\n\r\n');
}

async function connectSocks(socket: Socket, join: Join, login: string | undefined): Promise<void> {
  await once(socket, 'data');
  socket.write(Buffer.from([5, login === undefined ? 0 : 2]));
  if (login !== undefined) {
    const [given] = (await once(socket, 'data')) as [Buffer];
    const [user = '', password = ''] = login.split(':');
    const right = Buffer.concat([
      Buffer.from([1, user.length]),
      Buffer.from(user),
      Buffer.from([password.length]),
      Buffer.from(password),
    ]);
    socket.write(Buffer.from([1, given.equals(right) ? 0 : 1]));
    if (!given.equals(right)) return void socket.end();
  }
  const [request] = (await once(socket, 'data')) as [Buffer];
  const host = request[3] === 1 ? [...request.subarray(4, 8)].join('.') : '::1';
  join(host, request.readUInt16BE(request.length - 2), '\x05\0\0\x01\x7f\0\0\x01\0\0');
}
