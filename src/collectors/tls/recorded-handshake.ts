import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { AssayError } from '../../model/index.ts';
import { type Authentication, opensslSignatureSchemes } from '../../tls/authentication.ts';
import { endsInWords } from '../../tls/exchange.ts';
import type { Transcript } from '../../tls/transcript.ts';
import { endingOf, type TlsSession } from './session.ts';

/** A handshake flight is a few KB; what comes after this is neither passed on nor kept. */
const recordedCapBytes = 256 * 1024;

interface Recording {
  readonly sent: Buffer[];
  readonly received: Buffer[];
  keylog: string;
}

/**
 * Makes a TLS 1.3 handshake with node's own TLS and records every byte. Certificates are not verified here: they are
 * read from the recording. A handshake that does not complete is recorded as far as it went.
 *
 * @throws AssayError only where the scan was stopped or this machine has no socket
 */
export async function recordHandshake(
  session: TlsSession,
  authentication: Authentication,
): Promise<Transcript> {
  let recording: Recording = { sent: [], received: [], keylog: '' };
  const ended = await session
    .withSocket(
      (socket) => {
        recording = { sent: [], received: [], keylog: '' };
        return handshake(socket, session, authentication, recording);
      },
      () => recording.received.length > 0,
    )
    .catch((error: unknown) => endsInWords[endingOf(error)]);
  return {
    authentication,
    ended,
    keylog: recording.keylog,
    received: Buffer.concat(recording.received).toString('hex'),
    sent: Buffer.concat(recording.sent).toString('hex'),
    version: 'TLSv1.3',
  };
}

function handshake(
  socket: Socket,
  { serverName }: TlsSession,
  authentication: Authentication,
  recording: Recording,
): Promise<string> {
  return new Promise((resolve) => {
    const tls: TLSSocket = connect({
      socket: recorder(socket, recording),
      minVersion: 'TLSv1.3',
      maxVersion: 'TLSv1.3',
      ciphers: 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256',
      sigalgs: opensslSignatureSchemes(authentication),
      rejectUnauthorized: false,
      ...(serverName === undefined ? {} : { servername: serverName }),
    });
    const finish = (words: string): void => {
      tls.destroy();
      resolve(words);
    };
    tls.on('keylog', (line) => {
      if (line.toString('latin1').startsWith('SERVER_HANDSHAKE_TRAFFIC_SECRET ')) {
        recording.keylog += line.toString('latin1');
      }
    });
    tls.once('secureConnect', () => finish('handshake complete'));
    tls.once('error', (error) => finish(`handshake failed here (${codeOf(error)})`));
    tls.once('close', () => finish(endsInWords.closed));
  });
}

/** Stands between node's TLS and the socket: passes bytes on both ways and keeps a copy. */
function recorder(socket: Socket, { sent, received }: Recording): Duplex {
  let receivedBytes = 0;
  const duplex = new Duplex({
    read: () => void socket.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      sent.push(chunk);
      socket.write(chunk, done);
    },
    final: (done) => void socket.end(done),
  });
  socket.on('data', (chunk: Buffer) => {
    receivedBytes += chunk.length;
    if (receivedBytes > recordedCapBytes) {
      duplex.destroy(
        new AssayError('ERR_TLS_TOO_LONG', `expected at most ${recordedCapBytes} bytes, got more`),
      );
      return;
    }
    received.push(chunk);
    if (!duplex.push(chunk)) socket.pause();
  });
  socket.once('end', () => duplex.push(null));
  socket.once('close', () => duplex.destroy());
  return duplex;
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
