import type { CollectedObservation } from '../model/index.ts';
import { sharingFactors } from '../x509/shared-factors.ts';
import type { Declared } from './declared.ts';
import type { Keys } from './facts/keys.ts';
import type { MetKey } from './key-sightings.ts';
import { keysSource, type Meetings } from './meetings.ts';
import { leftOut, seen } from './observed.ts';

export function keysObservation({ targets }: Declared, met: Meetings, at: string): CollectedObservation {
  const keys = met.keys();
  const shares = sharing(keys);
  const rows = keys.map(({ spkiSha256, keyType, hosts, endpoints }) => {
    const sharesFactor = withoutModulus.has(keyType) ? false : shares.get(spkiSha256);
    return { spkiSha256, hosts, endpoints, ...(sharesFactor === undefined ? {} : { sharesFactor }) };
  });
  return seen('scope.keys', at, {
    value: { keys: rows } satisfies Keys,
    completeness: [
      {
        list: '/keys',
        basis: 'the keys of the certificates that every TLS endpoint presented as its own',
        returned: rows.length,
        missing: [...met.missing(keysSource), ...leftOut(met, targets, 'tls-endpoint')],
      },
    ],
    request: 'compare the keys in tls.keys of every endpoint with each other',
    evidence: [],
  });
}

const withoutModulus: ReadonlySet<string> = new Set(['ec', 'ed25519', 'ed448']);

/** As much as is compared in some seconds: 4096 moduli of 2048 bits. */
const maxHexDigits = 2 * 1_048_576;

/** By digest, of the keys whose moduli are compared. */
function sharing(keys: readonly MetKey[]): ReadonlyMap<string, boolean> {
  const compared = new Map<string, bigint>();
  const names = new Map<bigint, string[]>();
  let hexDigits = 0;
  for (const { spkiSha256, modulus = '0' } of keys) {
    const number = BigInt(`0x${modulus}`);
    // A server can send any number.
    if (number < 2n || hexDigits + modulus.length > maxHexDigits) continue;
    hexDigits += modulus.length;
    compared.set(spkiSha256, number);
    names.set(number, [...(names.get(number) ?? []), spkiSha256]);
  }
  const moduli = [...names.keys()];
  const shared = sharingFactors(moduli);
  const isShared = new Map(moduli.map((modulus, index) => [modulus, shared[index] === true]));
  return new Map(
    [...compared].map(([digest, modulus]) => [
      digest,
      // Two keys with one modulus and two exponents.
      isShared.get(modulus) === true || (names.get(modulus) ?? []).length > 1,
    ]),
  );
}
