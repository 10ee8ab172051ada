import type { Certificate } from '../x509/certificate.ts';
import { type RsaWeakness, weaknessesOf } from '../x509/rsa-weakness.ts';
import { distinctCertificates, identified } from './chain-facts.ts';
import type { Weaknesses } from './facts/weaknesses.ts';
import { readableRsaKey, spkiSha256 } from './key-facts.ts';
import type { SentChain } from './sent-chains.ts';

/** The fact `tls.weaknesses`. */
export function deriveWeaknesses(chains: readonly SentChain[]): Weaknesses {
  return {
    certificates: distinctCertificates(chains).map((placed) => {
      const found = weaknessesOfCertificate(placed.certificate);
      return {
        ...identified(placed),
        spkiSha256: spkiSha256(placed.certificate),
        ...(found === undefined ? {} : { weaknesses: found }),
      };
    }),
  };
}

/** Undefined where nothing is known of keys of the kind. */
function weaknessesOfCertificate(certificate: Certificate): readonly RsaWeakness[] | undefined {
  switch (certificate.key.type) {
    case 'ec':
    case 'ed25519':
    case 'ed448':
      return [];
    case 'rsa':
    case 'rsa-pss':
      return rsaWeaknesses(certificate);
    case 'dsa':
    case 'other':
      return undefined;
  }
}

function rsaWeaknesses(certificate: Certificate): readonly RsaWeakness[] | undefined {
  const key = readableRsaKey(certificate);
  return key === undefined ? undefined : weaknessesOf(key);
}
