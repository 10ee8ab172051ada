import { Buffer } from 'node:buffer';
import { cipherSuites, usualFirst } from '../cipher-suites.ts';
import { encodeClientHello } from '../client-hello.ts';
import { inParallel, type Probing } from '../exchange.ts';
import type { FlawName } from '../facts/flaws.ts';
import type { Versions } from '../facts/versions.ts';
import type { HelloOptions } from '../offers.ts';
import {
  extensionType,
  groups,
  isVersion13Suite,
  type RecordVersion,
  signatureSchemes,
} from '../registry.ts';
import { probeCcsInjection } from './ccs-injection.ts';
import { probeHeartbleed } from './heartbleed.ts';
import { openFlight } from './opening.ts';
import { probeRobot } from './robot.ts';
import { probeTicketbleed } from './ticketbleed.ts';
import { type FlawVerdict, unknown } from './verdict.ts';

export type FlawVerdicts = Readonly<Record<FlawName, FlawVerdict>>;

const beforeVersion13 = ['TLSv1.2', 'TLSv1.1', 'TLSv1.0', 'SSLv3'] as const;
const heartbeats = { type: extensionType.heartbeat, body: Buffer.from([1]) };
const below13 = usualFirst([...cipherSuites].filter(([, name]) => !isVersion13Suite(name)));
const rsaTransport = usualFirst(
  [...cipherSuites].filter(([, name]) => /^TLS_RSA_(EXPORT\w*_)?WITH_/.test(name)),
);

/** Looks for known flaws, all of which are in versions before TLS 1.3. */
export function* probeFlaws(versions: Versions, options: HelloOptions): Probing<FlawVerdicts> {
  const accepted = beforeVersion13.filter((version) => versions[version] === 'accepted');
  const [highest] = accepted;
  if (highest === undefined) return everyFlaw(withoutVersion(versions));
  const hello = (label: string): Uint8Array => encodeHello(highest, label, below13, options);
  const label = 'heartbleed';
  const [heartbleed] = yield* inParallel<FlawVerdict>([
    { label, talk: () => probeHeartbleed(highest, hello(label)) },
  ]);
  return {
    heartbleed: heartbleed ?? unknown('not tried'),
    'ccs-injection': yield* probeCcsInjection({ version: highest, hello }),
    robot: yield* robot(accepted, options),
    ticketbleed: yield* ticketbleed(highest, versions, options),
  };
}

function withoutVersion(versions: Versions): FlawVerdict {
  const open = beforeVersion13.filter((version) => versions[version] === undefined);
  return open.length === 0
    ? { kind: 'impossible', how: 'every version before TLS 1.3 is refused' }
    : unknown(`whether ${open.join(', ')} is accepted is not known`);
}

function everyFlaw(verdict: FlawVerdict): FlawVerdicts {
  return { heartbleed: verdict, 'ccs-injection': verdict, robot: verdict, ticketbleed: verdict };
}

/** SSLv3 has no tickets. */
function* ticketbleed(
  highest: (typeof beforeVersion13)[number],
  versions: Versions,
  options: HelloOptions,
): Probing<FlawVerdict> {
  if (highest !== 'SSLv3') return yield* probeTicketbleed(highest, options);
  const open = beforeVersion13.filter((version) => versions[version] === undefined);
  return open.length === 0
    ? { kind: 'impossible', how: 'every version that has tickets and that the flaw is in is refused' }
    : unknown(`whether ${open.join(', ')} is accepted is not known`);
}

/** RSA key transport may be on in one version and off in another, so each is asked. */
function* robot(accepted: readonly RecordVersion[], options: HelloOptions): Probing<FlawVerdict> {
  const hello = (version: RecordVersion, label: string): Uint8Array =>
    encodeHello(version, label, rsaTransport, options);
  const openings = yield* inParallel(
    accepted.map((version) => {
      const label = `${version} RSA key transport`;
      return { label, talk: () => openFlight(hello(version, label)) };
    }),
  );
  const index = openings.findIndex(({ kind }) => kind === 'open');
  const version = accepted[index];
  if (version !== undefined)
    return yield* probeRobot({ version, hello: (label) => hello(version, label), random: options.random });
  const open = openings.find((opening) => opening.kind === 'unknown');
  if (open?.kind === 'unknown')
    return unknown(`whether RSA key transport is accepted is not known: ${open.why}`);
  return { kind: 'impossible', how: 'RSA key transport is refused in every version' };
}

function encodeHello(
  version: RecordVersion,
  label: string,
  suites: readonly number[],
  { random, serverName }: HelloOptions,
): Uint8Array {
  return encodeClientHello({
    version,
    random: random(label, 32),
    sessionId: new Uint8Array(0),
    suites,
    groups: Object.values(groups),
    signatureSchemes: Object.values(signatureSchemes),
    serverName,
    keyShares: [],
    further: [heartbeats],
  });
}
