import { Buffer } from 'node:buffer';
import { cipherSuites, usualFirst } from '../cipher-suites.ts';
import { encodeClientHello } from '../client-hello.ts';
import { type Dialogue, inParallel, type Probing, together } from '../exchange.ts';
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
import { type Oracle, probeRobot } from './robot.ts';
import { isRsaTransport } from './rsa-transport.ts';
import { probeTicketbleed } from './ticketbleed.ts';
import { type FlawVerdict, unknown, worstOf } from './verdict.ts';

export type FlawVerdicts = Readonly<Record<FlawName, FlawVerdict>>;

const beforeVersion13 = ['TLSv1.2', 'TLSv1.1', 'TLSv1.0', 'SSLv3'] as const;
const heartbeats = { type: extensionType.heartbeat, body: Buffer.from([1]) };
const below13 = usualFirst([...cipherSuites].filter(([, name]) => !isVersion13Suite(name)));
const rsaTransport = usualFirst([...cipherSuites].filter(([, name]) => isRsaTransport(name)));

/** Looks for known flaws, all of which are in versions before TLS 1.3: in every one that is accepted. */
export function* probeFlaws(versions: Versions, options: HelloOptions): Probing<FlawVerdicts> {
  const accepted = beforeVersion13.filter((version) => versions[version] === 'accepted');
  const open = beforeVersion13.filter((version) => versions[version] === undefined);
  const [highest] = accepted;
  if (highest === undefined) return everyFlaw(withoutVersion(open));
  const each = accepted.map((version) => ({
    version,
    random: options.random,
    hello: (label: string) => encodeHello(version, label, below13, options),
    rsaHello: (label: string) => encodeHello(version, label, rsaTransport, options),
  }));
  const verdict = (own: readonly FlawVerdict[]): FlawVerdict =>
    worstOf(
      accepted.map((version, index) => [version, own[index] ?? unknown('not tried')]),
      open,
    );
  return {
    heartbleed: verdict(yield* inParallel(each.map(heartbleed))),
    'ccs-injection': verdict(yield* together(each.map((one) => probeCcsInjection(one)))),
    robot: verdict(yield* together(each.map((one) => probeRobot(one)))),
    ticketbleed: worstOf([[highest, yield* ticketbleed(highest, options)]], open),
  };
}

function heartbleed({ version, hello }: Oracle): Dialogue<FlawVerdict> {
  const label = `${version} heartbleed`;
  return { label, talk: () => probeHeartbleed(version, hello(label)) };
}

function withoutVersion(open: readonly string[]): FlawVerdict {
  return worstOf([['SSLv3 to TLS 1.2', { kind: 'impossible', how: 'every version is refused' }]], open);
}

function everyFlaw(verdict: FlawVerdict): FlawVerdicts {
  return { heartbleed: verdict, 'ccs-injection': verdict, robot: verdict, ticketbleed: verdict };
}

/** SSLv3 has no tickets. */
function* ticketbleed(
  highest: (typeof beforeVersion13)[number],
  options: HelloOptions,
): Probing<FlawVerdict> {
  return highest === 'SSLv3'
    ? { kind: 'impossible', how: 'no version is accepted that has tickets and that the flaw is in' }
    : yield* probeTicketbleed(highest, options);
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
