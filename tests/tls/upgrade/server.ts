import { createServer, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { StarttlsProtocol } from '../../../src/model/index.ts';
import { issueLeaf, type KeyKind, party } from '../../x509/authority.ts';
import { type Listening, listen } from '../look.ts';
import type { Script } from './scripts.ts';

export interface UpgradingOptions {
  readonly tls?: TlsOptions;
  readonly key?: KeyKind;
  readonly name?: string;
  readonly address?: string;
  readonly port?: number;
  /** Does with a connection something else; true: it was done. */
  readonly instead?: (socket: Socket, connection: number) => boolean;
}

/** A server that speaks a script, and then TLS with node's own. */
export function upgradingServer(
  protocol: StarttlsProtocol,
  script: Script,
  { tls, key = 'rsa', name = 'host.test', address = '127.0.0.1', port = 0, instead }: UpgradingOptions = {},
): Promise<Listening> {
  const self = party(name, key);
  const certificate = Buffer.from(issueLeaf(self, self, { dnsNames: [name] })).toString('base64');
  const secure = createTlsServer({
    key: self.privateKey.export({ type: 'pkcs8', format: 'pem' }),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`,
    ...tls,
  });
  secure.on('tlsClientError', () => undefined);
  secure.on('secureConnection', (socket) => socket.on('error', () => undefined));
  let connections = 0;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    if (instead?.(socket, connections++)) return;
    speak(socket, script, () => {
      secure.emit('connection', protocol === 'tds' ? inPackets(socket) : socket);
    });
  });
  return listen(server, address, port);
}

/** Says the script; what is heard and not expected ends the connection. */
function speak(socket: Socket, { greeting, answers }: Script, upgrade: () => void): void {
  let heard = '';
  let at = 0;
  const hear = (chunk: Buffer): void => {
    heard += chunk.toString('latin1');
    const [expected, answer] = answers[at] ?? [];
    if (expected === undefined || answer === undefined) return;
    const length = wholeLength(heard, expected);
    if (length === undefined) return;
    const rest = heard.slice(length);
    heard = '';
    at++;
    if (at < answers.length) return void socket.write(answer, 'latin1');
    socket.off('data', hear);
    socket.pause();
    // MySQL's client begins TLS without waiting for an answer.
    if (rest !== '') socket.unshift(Buffer.from(rest, 'latin1'));
    if (answer !== '') socket.write(answer, 'latin1');
    upgrade();
  };
  socket.on('data', hear);
  if (greeting !== '') socket.write(greeting, 'latin1');
}

/** How much of what was heard is what is expected. */
function wholeLength(heard: string, expected: RegExp): number | undefined {
  for (let length = 1; length <= heard.length; length++)
    if (expected.test(heard.slice(0, length))) return length;
  return undefined;
}

/** TLS in packets of TDS, written apart from the code that reads them. */
function inPackets(socket: Socket): Duplex {
  let pending = Buffer.alloc(0);
  const duplex = new Duplex({
    read: () => void socket.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      const header = Buffer.from([0x12, 1, 0, 0, 0, 0, 0, 0]);
      header.writeUInt16BE(chunk.length + 8, 2);
      socket.write(Buffer.concat([header, chunk]), done);
    },
    final: (done) => void socket.end(done),
  });
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 8 && pending.length >= pending.readUInt16BE(2)) {
      const length = pending.readUInt16BE(2);
      if (pending[0] !== 0x12) return void socket.destroy();
      duplex.push(pending.subarray(8, length));
      pending = pending.subarray(length);
    }
  });
  socket.once('end', () => duplex.push(null));
  socket.once('close', () => duplex.destroy());
  duplex.on('error', () => socket.destroy());
  return duplex;
}
