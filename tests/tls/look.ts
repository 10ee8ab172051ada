import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { expect } from 'vitest';
import type { CollectContext, Collected, FactCollector } from '../../src/collectors/collector.ts';
import { openTlsSession, type TlsSession } from '../../src/collectors/tls/session.ts';
import { versionsCollector } from '../../src/collectors/tls/versions.ts';
import type { Subject, Target } from '../../src/model/index.ts';
import { certificatesByDigest, parseFactTranscript } from '../../src/tls/fact-transcript.ts';
import type { Versions } from '../../src/tls/facts/versions.ts';
import { derivations } from '../../src/tls/rederive.ts';
import { issueLeaf, type KeyKind, party } from '../x509/authority.ts';

export interface Look extends Collected {
  readonly value: Versions & Collected['value'];
  readonly connections: number;
}

export interface LookOptions {
  readonly host?: string;
  readonly address?: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

interface Place {
  readonly target: Target;
  readonly subject: Subject;
  readonly context: CollectContext;
}

function placeOf(port: number, options: LookOptions): Place {
  const { host = 'host.test', address = '127.0.0.1', timeoutMs = 3000, signal } = options;
  const place = {
    kind: 'tls-endpoint',
    locator: `tls://${host}:${port}`,
    host,
    port,
    tags: [],
    optional: false,
  } as const;
  const target: Target = { ...place, id: 'endpoint', named: true, addresses: [address] };
  const subject: Subject = { ...place, id: 'endpoint', targetId: 'endpoint', address };
  const stop = signal ?? new AbortController().signal;
  return { target, subject, context: { timeoutMs, signal: stop, scanName: 'assay/test', env: {} } };
}

/** A session with one port, which the test closes. */
export function sessionAt(port: number, options: LookOptions = {}): Promise<TlsSession> {
  const { target, subject, context } = placeOf(port, options);
  return openTlsSession(target, subject, context);
}

/** Looks at the protocol versions of one port, as a scan does. */
export async function lookAt(port: number, options: LookOptions = {}): Promise<Look> {
  const looked = await collectFrom(port, versionsCollector, {}, options);
  return { ...looked, value: looked.value as Look['value'] };
}

/** Collects one fact of one port, as a scan does, given the versions that it accepts. */
export async function collectFrom(
  port: number,
  collector: FactCollector<TlsSession>,
  versions: Versions,
  options: LookOptions = {},
): Promise<Collected & { readonly connections: number }> {
  const { context } = placeOf(port, options);
  const session = await sessionAt(port, options);
  try {
    const collected = await collector.collect(session, async () => versions, context);
    expectMadeAgain(collector.fact, collected, versions);
    return { ...collected, connections: session.connections };
  } finally {
    await session.close();
  }
}

/** Whatever these tests look at has to follow again from its evidence. */
function expectMadeAgain(fact: string, { evidence, value }: Collected, versions: Versions): void {
  const derive = derivations[fact];
  if (derive === undefined) return;
  const texts = (wanted: string): readonly string[] =>
    evidence.flatMap(({ mediaType, bytes }) => (mediaType === wanted ? [Buffer.from(bytes).toString()] : []));
  const [transcript] = texts('application/json').flatMap((text) => parseFactTranscript(text) ?? []);
  const pem = texts('application/pem-certificate-chain').flatMap((text) => [...certificatesByDigest(text)]);
  const again = transcript && derive({ ...transcript, certificates: new Map(pem) }, () => versions);
  expect(again, `${fact} from its evidence`).toEqual(value);
}

export interface Listening {
  readonly port: number;
  stop(): Promise<void>;
}

/** A node:tls server whose certificate has a key of the kind. */
export function tlsServer(
  options: TlsOptions = {},
  kind: KeyKind = 'rsa',
  address = '127.0.0.1',
): Promise<Listening> {
  const self = party('host.test', kind);
  const certificate = Buffer.from(issueLeaf(self, self)).toString('base64');
  const server = createTlsServer({
    key: self.privateKey.export({ type: 'pkcs8', format: 'pem' }),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`,
    ...options,
  });
  server.on('tlsClientError', () => undefined);
  return listen(server, address);
}

/** A server that does with each connection whatever the test says. */
export function fakeServer(serve: (socket: Socket) => void): Promise<Listening> {
  return listen(
    createServer((socket) => {
      socket.on('error', () => undefined);
      serve(socket);
    }),
    '127.0.0.1',
  );
}

export async function listen(server: Server, address: string, port = 0): Promise<Listening> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, address, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
