import { Duplex } from 'node:stream';
import { createSecureContext, type SecureContextOptions, TLSSocket, type TLSSocketOptions } from 'node:tls';
import type { Ending, Reply, Step, Talk } from '../../src/tls/exchange.ts';
import { pem } from '../../src/x509/pem.ts';
import { issueLeaf, type KeyKind, party } from '../x509/authority.ts';

export interface Said {
  readonly sent: Uint8Array;
  readonly received: Uint8Array;
  readonly ended: Ending;
}

export interface Told<T> {
  readonly value: T;
  readonly steps: readonly Said[];
}

/** Has a talk over a stream, apart from the runner that a scan uses. */
export async function tellOver<T>(stream: Duplex, talk: Talk<T>, patienceMs = 3000): Promise<Told<T>> {
  const steps: Said[] = [];
  const inbox: Uint8Array[] = [];
  let ended: Ending | undefined;
  let wake = (): void => undefined;
  stream.on('data', (chunk: Uint8Array) => {
    inbox.push(chunk);
    wake();
  });
  stream.on('error', () => undefined);
  stream.once('close', () => {
    ended ??= 'closed';
    wake();
  });
  stream.once('end', () => {
    ended ??= 'closed';
    wake();
  });
  const timer = setTimeout(() => {
    ended ??= 'timed-out';
    wake();
  }, patienceMs);
  const hear = async (step: Step): Promise<Reply> => {
    const chunks: Uint8Array[] = [];
    if (ended === undefined) stream.write(step.send);
    for (;;) {
      const chunk = inbox.shift();
      if (chunk !== undefined) {
        chunks.push(chunk);
        if (step.until(chunk)) return { received: Buffer.concat(chunks), ended: 'complete' };
      } else if (ended !== undefined) {
        return { received: Buffer.concat(chunks), ended };
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  };
  let state = talk.next();
  while (!state.done) {
    const step = state.value;
    const reply = await hear(step);
    steps.push({
      sent: step.send,
      received: step.keep?.(reply.received) ?? reply.received,
      ended: reply.ended,
    });
    state = talk.next(reply);
  }
  clearTimeout(timer);
  stream.destroy();
  return { value: state.value, steps };
}

/** Has it again over what was said, all at once. */
export function retold<T>(talk: Talk<T>, steps: readonly Said[]): T {
  let state = talk.next();
  for (let index = 0; !state.done; index++) {
    const step = steps[index];
    state = talk.next(step ?? { received: new Uint8Array(), ended: steps.at(-1)?.ended ?? 'unreachable' });
  }
  return state.value;
}

/** Two ends of a line within this process. */
function line(): [Duplex, Duplex] {
  const ends: Duplex[] = [];
  const end = (other: number): Duplex =>
    new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        setImmediate(() => {
          ends[other]?.push(chunk);
          done();
        });
      },
      final: (done) => {
        ends[other]?.push(null);
        done();
      },
      destroy: (_error, done) => {
        setImmediate(() => ends[other]?.push(null));
        done(null);
      },
    });
  ends.push(end(1), end(0));
  return [ends[0]!, ends[1]!];
}

export interface Credential {
  readonly key: string;
  readonly cert: string;
  readonly der: Uint8Array;
}

const credentials = new Map<KeyKind, Credential>();

/** A self-signed certificate with a key of the kind. */
export function credential(kind: KeyKind): Credential {
  const known = credentials.get(kind);
  if (known !== undefined) return known;
  const self = party('host.test', kind);
  const der = issueLeaf(self, self);
  const key = self.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const made = { key, cert: pem(der), der };
  credentials.set(kind, made);
  return made;
}

/** A TLS server of node:tls at the end of a line, for any number of connections. */
export function inMemoryServer(
  context: SecureContextOptions,
  options: TLSSocketOptions = {},
  serve: (socket: TLSSocket) => void = (socket) => void socket.resume(),
): () => Duplex {
  const { key, cert } = credential('ec');
  const secureContext = createSecureContext({ key, cert, sessionIdContext: 'assay', ...context });
  return () => {
    const [ours, theirs] = line();
    const socket = new TLSSocket(theirs, { isServer: true, secureContext, ...options });
    socket.on('error', () => theirs.destroy());
    socket.once('end', () => socket.end());
    serve(socket);
    return ours;
  };
}
