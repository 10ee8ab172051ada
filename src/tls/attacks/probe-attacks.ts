import { Buffer } from 'node:buffer';
import { suiteName, suitesFor } from '../cipher-suites.ts';
import { type CompressionSeen, probeCompression } from '../compression-inquiry.ts';
import { askOne } from '../elimination.ts';
import type { Enumeration } from '../enumeration.ts';
import { type Dialogue, inParallel, type Probing } from '../exchange.ts';
import type { Versions } from '../facts/versions.ts';
import { wellKnownKeyShare } from '../key-shares.ts';
import { helloDialogue, type Look } from '../look.ts';
import { draftHello, type HelloOptions } from '../offers.ts';
import { type PrimesSeen, probePrimes } from '../primes-inquiry.ts';
import { extensionType, groups, type RecordVersion } from '../registry.ts';
import { suiteProperties } from '../suite-properties.ts';

/** All that tells whether a named attack could begin. */
export interface AttacksSeen {
  readonly versions: Versions;
  readonly enumeration: Enumeration;
  readonly primes: PrimesSeen;
  readonly compression: CompressionSeen;
  /** Two hellos for a Diffie-Hellman key, in each version that gives one. */
  readonly keys: readonly (readonly [Look | undefined, Look | undefined])[];
  /** A hello under a name and a protocol that no server has. */
  readonly stranger: Look | undefined;
}

/** Goes on from what suites, primes and compression showed; each question is asked once for all facts. */
export function* probeAttacks(versions: Versions, options: HelloOptions): Probing<AttacksSeen> {
  const primes = yield* probePrimes(versions, options);
  const { enumeration } = primes;
  const compression = yield* probeCompression(versions, options);
  const pairs = enumeration.clear.flatMap(({ version, found }) => {
    const dhe = found.map(({ item }) => item).filter(isEphemeral);
    return dhe.length === 0 ? [] : [askKeys(version, dhe, options)];
  });
  const looks = yield* inParallel(pairs.flat());
  return {
    versions,
    enumeration,
    primes,
    compression,
    keys: pairs.map((_, index) => [looks[2 * index], looks[2 * index + 1]] as const),
    stranger: yield* askAsStranger(enumeration, versions, options),
  };
}

function isEphemeral(suite: number): boolean {
  return suiteProperties(suiteName(suite)).keyExchange.startsWith('DHE');
}

function askKeys(
  version: RecordVersion,
  suites: readonly number[],
  options: HelloOptions,
): readonly [Dialogue<Look>, Dialogue<Look>] {
  const ask = (label: string): Dialogue<Look> =>
    helloDialogue(version, label, draftHello(version, options, { label }, { suites }));
  return [ask(`${version} Diffie-Hellman key`), ask(`${version} Diffie-Hellman key again`)];
}

/** RFC 6761 §6.4: nobody is called so. */
const strangeName = 'assay.invalid';
const strangeProtocol = Buffer.from('\0\u0006\u0005assay', 'latin1');

function* askAsStranger(
  { clear }: Enumeration,
  versions: Versions,
  options: HelloOptions,
): Probing<Look | undefined> {
  const highest = clear.find(({ found }) => found.length > 0);
  const version = versions['TLSv1.3'] === 'accepted' ? 'TLSv1.3' : highest?.version;
  if (version === undefined || version === 'SSLv3') return undefined;
  const label = `${version} under a strange name and protocol`;
  const keyShares = [groups.x25519, groups.secp256r1].flatMap((group) => wellKnownKeyShare(group) ?? []);
  const strange = { ...options, serverName: strangeName };
  const alpn = { type: extensionType.alpn, body: strangeProtocol };
  const draft = { suites: suitesFor(version), further: [alpn] };
  return yield* askOne(
    helloDialogue(version, label, draftHello(version, strange, { label, keyShares }, draft)),
  );
}
