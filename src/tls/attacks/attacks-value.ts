import { compressionValue, missingCompression } from '../compression-inquiry.ts';
import { isAccepted, isPlainRefusal, whyOpen } from '../elimination.ts';
import { extensionsValue, missingVersions } from '../extensions-inquiry.ts';
import { type AttackName, type Attacks, attackNames } from '../facts/attacks.ts';
import { missingPrimes, primesValue } from '../primes-inquiry.ts';
import type { ProtocolVersion } from '../registry.ts';
import { type SuiteProperties, suiteProperties } from '../suite-properties.ts';
import { missingSuites, suitesValue } from '../suites-value.ts';
import type { AttacksSeen } from './probe-attacks.ts';

/** Whether the precondition of an attack is met, and by what; or why that is not known. */
export type AttackVerdict =
  | { readonly kind: 'possible' | 'excluded'; readonly how: string }
  | { readonly kind: 'unknown'; readonly why: string };

type Missing = readonly { readonly what: string; readonly why: string }[];

/** Every named attack, judged by what was accepted. */
export function attackVerdicts(seen: AttacksSeen): Readonly<Record<AttackName, AttackVerdict>> {
  const suites = (matches: (suite: SuiteProperties, version: string) => boolean): AttackVerdict => {
    const { accepted } = suitesValue(seen.enumeration);
    const met = accepted.filter(({ suite, version }) => matches(suiteProperties(suite), version));
    return verdict(
      met.map(({ suite, version }) => `${version} ${suite}`),
      missingSuites(seen.enumeration),
      'no such suite is accepted',
    );
  };
  const inOld =
    (...versions: readonly string[]) =>
    (suite: SuiteProperties, version: string) =>
      suite.mode === 'CBC' && versions.includes(version);
  return {
    POODLE: unlessRefused(seen, ['SSLv3'], () => suites(inOld('SSLv3'))),
    SWEET32: suites(({ blockBits, mode }) => blockBits === 64 && mode === 'CBC'),
    FREAK: suites((suite) => suite.export && suite.keyExchange === 'RSA'),
    Logjam: logjam(
      seen,
      suites((suite) => suite.export && suite.keyExchange === 'DHE'),
    ),
    DROWN: drown(seen),
    BEAST: unlessRefused(seen, ['SSLv3', 'TLSv1.0'], () => suites(inOld('SSLv3', 'TLSv1.0'))),
    CRIME: crime(seen),
    RC4: suites(({ cipher }) => cipher === 'RC4'),
    renegotiation: renegotiation(seen),
    Raccoon: raccoon(
      seen,
      suites(({ keyExchange }) => keyExchange === 'DH'),
    ),
    ALPACA: alpaca(seen),
  };
}

/** The fact `tls.attacks`: what is known. */
export function attacksValue(seen: AttacksSeen): Attacks {
  const verdicts = attackVerdicts(seen);
  const known = attackNames.flatMap((name) => {
    const { kind } = verdicts[name];
    return kind === 'unknown' ? [] : [[name, kind] as const];
  });
  return Object.fromEntries(known);
}

function verdict(met: readonly string[], missing: Missing, otherwise: string): AttackVerdict {
  if (met.length > 0) return { kind: 'possible', how: met.slice(0, 3).join(', ') };
  const [first] = missing;
  if (first !== undefined) return { kind: 'unknown', why: `${first.what}: ${first.why}` };
  return { kind: 'excluded', how: otherwise };
}

/** What other versions lack says nothing where the ones that the attack needs are refused. */
function unlessRefused(
  { versions }: AttacksSeen,
  needed: readonly ProtocolVersion[],
  otherwise: () => AttackVerdict,
): AttackVerdict {
  return needed.every((version) => versions[version] === 'refused')
    ? { kind: 'excluded', how: `${needed.join(' and ')} refused` }
    : otherwise();
}

const weakPrimeBits = 1024;

function logjam({ primes }: AttacksSeen, byExport: AttackVerdict): AttackVerdict {
  const weak = primesValue(primes).primes.filter(({ bits }) => bits <= weakPrimeBits);
  const met = weak.map(({ bits, name }) => `a prime of ${bits} bits, ${name}`);
  const byPrime = verdict(met, missingPrimes(primes), 'no short prime is used');
  return byExport.kind === 'excluded' || byPrime.kind === 'possible' ? byPrime : byExport;
}

function drown({ versions }: AttacksSeen): AttackVerdict {
  const { SSLv2: old } = versions;
  if (old === undefined) return { kind: 'unknown', why: 'whether SSLv2 is accepted is not known' };
  return old === 'accepted'
    ? { kind: 'possible', how: 'SSLv2 accepted' }
    : { kind: 'excluded', how: 'SSLv2 refused here; other servers with the same key are not known' };
}

function crime({ compression }: AttacksSeen): AttackVerdict {
  const met = compressionValue(compression).versions.filter(({ method }) => method !== 'null');
  return verdict(
    met.map(({ version, method }) => `${version} with ${method}`),
    missingCompression(compression),
    'no compression is accepted',
  );
}

function renegotiation({ enumeration }: AttacksSeen): AttackVerdict {
  const { versions } = extensionsValue(enumeration);
  const met = versions.filter(({ secureRenegotiation }) => !secureRenegotiation);
  return verdict(
    met.map(({ version }) => `${version} without renegotiation_info`),
    missingVersions(enumeration),
    'RFC 5746 in every version before TLS 1.3',
  );
}

/** A key that comes again in two connections is kept, so its timing can be measured. */
function raccoon({ enumeration, keys }: AttacksSeen, byStatic: AttackVerdict): AttackVerdict {
  const sent = keys.map((pair) => pair.map((look) => look?.exchange?.dh?.key));
  const again = sent.some(([one, two]) => one !== undefined && two !== undefined && sameBytes(one, two));
  if (again) return { kind: 'possible', how: 'the same Diffie-Hellman key in two connections' };
  const unread = keys.flat().find((look) => look?.exchange?.dh === undefined);
  if (unread !== undefined) return { kind: 'unknown', why: `a Diffie-Hellman key: ${whyOpen(unread)}` };
  if (byStatic.kind !== 'excluded') return byStatic;
  return verdict([], missingSuites(enumeration), 'no Diffie-Hellman key comes again');
}

function sameBytes(one: Uint8Array, two: Uint8Array): boolean {
  return one.length === two.length && one.every((byte, index) => byte === two[index]);
}

/** Alerts by which a server insists on its own name or protocol. */
const insisting = /unrecognized_name|no_application_protocol/;

function alpaca({ stranger }: AttacksSeen): AttackVerdict {
  if (stranger === undefined) return { kind: 'unknown', why: 'no version that carries names is accepted' };
  if (isAccepted(stranger) && stranger.hello?.retry !== true)
    return { kind: 'possible', how: 'a handshake goes on under a strange name and protocol' };
  const why = whyOpen(stranger);
  if (insisting.test(why)) return { kind: 'excluded', how: why };
  return isPlainRefusal(stranger) ? { kind: 'excluded', how: `refused: ${why}` } : { kind: 'unknown', why };
}
