import { cipherSuites } from '../cipher-suites.ts';
import { type Dialogue, inParallel, type Probing, type Talk } from '../exchange.ts';
import { protocolVersions, type RecordVersion } from '../registry.ts';
import { type Opening, openFlight } from './opening.ts';

export interface TransportHellos {
  readonly version: RecordVersion;
  /** A hello that offers every suite of the version. */
  readonly hello: (label: string) => Uint8Array;
  /** A hello that offers RSA key transport alone. */
  readonly rsaHello: (label: string) => Uint8Array;
}

/** Whether a version has RSA key transport on. */
export type Transport =
  | { readonly kind: 'open' }
  | { readonly kind: 'refused'; readonly how: string }
  | { readonly kind: 'unknown'; readonly why: string };

/** Alerts that say that none of the suites will do. Any other may be about something else. */
const noSuite: ReadonlySet<string> = new Set(['handshake_failure', 'insufficient_security']);

export function isRsaTransport(suite: string): boolean {
  return /^TLS_RSA_(EXPORT\w*_)?WITH_/.test(suite);
}

/**
 * Asks whether RSA key transport is on. A refusal counts where it comes again between two hellos with every suite that
 * the server takes: else it may be about the client, or a server out of order.
 */
export function* probeTransport(hellos: TransportHellos): Probing<Transport> {
  const { version } = hellos;
  const first = yield* ask(hellos, `${version} RSA key transport`, true);
  if (first.kind !== 'refused') return first;
  if (!noSuite.has(first.alert))
    return unknownTransport(`alert ${first.alert}, which does not say that no suite will do`);
  const before = yield* ask(hellos, `${version} every suite, before RSA key transport`, false);
  const again = yield* ask(hellos, `${version} RSA key transport, again`, true);
  const after = yield* ask(hellos, `${version} every suite, after RSA key transport`, false);
  if (before.kind !== 'open' || after.kind !== 'open')
    return unknownTransport('it was refused, and so was a hello with every suite');
  if (again.kind !== 'refused' || !noSuite.has(again.alert))
    return unknownTransport('it was refused once, and not again');
  return { kind: 'refused', how: `RSA key transport is refused: alert ${again.alert}, twice` };
}

function unknownTransport(why: string): Transport {
  return { kind: 'unknown', why: `whether RSA key transport is accepted is not known: ${why}` };
}

function* ask(hellos: TransportHellos, label: string, rsaOnly: boolean): Probing<Opening> {
  const dialogue: Dialogue<Opening> = {
    label,
    talk: () => (rsaOnly ? openTransport(hellos, label) : openVersion(hellos.version, hellos.hello(label))),
  };
  const [opening] = yield* inParallel([dialogue]);
  return opening ?? { kind: 'unknown', why: 'not tried' };
}

/** Reads the flight that answers an offer of RSA key transport. */
export function* openTransport({ version, rsaHello }: TransportHellos, label: string): Talk<Opening> {
  const opening = yield* openVersion(version, rsaHello(label));
  if (opening.kind !== 'open' || isRsaTransport(cipherSuites.get(opening.hello.suite) ?? '')) return opening;
  return { kind: 'unknown', why: 'the server took a cipher suite that was not offered' };
}

function* openVersion(version: RecordVersion, hello: Uint8Array): Talk<Opening> {
  const opening = yield* openFlight(hello);
  if (opening.kind !== 'open' || opening.hello.version === protocolVersions[version]) return opening;
  return { kind: 'unknown', why: 'the server answered with another version' };
}
