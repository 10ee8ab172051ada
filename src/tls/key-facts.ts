import { createHash } from 'node:crypto';
import { AssayError } from '../model/index.ts';
import type { Certificate } from '../x509/certificate.ts';
import { certificateFields } from '../x509/certificate-fields.ts';
import { type RsaKey, rsaKey } from '../x509/rsa-weakness.ts';
import { distinctCertificates, identified } from './chain-facts.ts';
import type { Keys } from './facts/keys.ts';
import type { SentChain } from './sent-chains.ts';

/** The fact `tls.keys`. */
export function deriveKeys(chains: readonly SentChain[], host: string): Keys {
  const own = distinctCertificates(chains).filter(({ first }) => first);
  return {
    certificates: own.map((placed) => {
      const { role: _, ...identity } = identified(placed);
      const { certificate } = placed;
      const rsa = readableRsaKey(certificate);
      return {
        ...identity,
        host,
        keyType: certificate.key.type,
        spkiSha256: spkiSha256(certificate),
        ...(rsa === undefined ? {} : { modulus: rsa.modulus.toString(16) }),
      };
    }),
  };
}

/** Undefined for a key of another kind, or one that cannot be read. */
export function readableRsaKey(certificate: Certificate): RsaKey | undefined {
  try {
    return rsaKey(certificate);
  } catch (error) {
    if (error instanceof AssayError) return undefined;
    throw error;
  }
}

/** SHA-256 of SubjectPublicKeyInfo, hexadecimal. */
export function spkiSha256({ der }: Certificate): string {
  return createHash('sha256').update(certificateFields(der).publicKeyInfo).digest('hex');
}
