import { constants, type KeyObject, verify } from 'node:crypto';
import { nativeCertificate } from '../../x509/native-certificate.ts';
import { signatureSchemes } from '../registry.ts';

/** Whether a signature of the handshake is the certificate's key's; `unknown`: a scheme that is not verified here. */
export type Proof = 'valid' | 'invalid' | 'unknown';

export interface Signed {
  readonly scheme: number;
  readonly signature: Uint8Array;
  readonly data: Uint8Array;
  /** DER. */
  readonly certificate: Uint8Array;
}

interface Scheme {
  /** null: EdDSA, which takes none. */
  readonly digest: string | null;
  readonly keyTypes: readonly string[];
  readonly pss: boolean;
}

const names = new Map<number, string>(Object.entries(signatureSchemes).map(([name, code]) => [code, name]));

/** Verifies a CertificateVerify or ServerKeyExchange. */
export function proofOf({ scheme, signature, data, certificate }: Signed): Proof {
  const how = schemeOf(names.get(scheme) ?? '');
  const key = how === undefined ? undefined : publicKeyOf(certificate);
  if (how === undefined || key === undefined) return 'unknown';
  if (!how.keyTypes.includes(key.asymmetricKeyType ?? '')) return 'invalid';
  const options = how.pss
    ? {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      }
    : key;
  try {
    return verify(how.digest, data, options, signature) ? 'valid' : 'invalid';
  } catch {
    // OpenSSL throws where key and scheme do not fit each other, and for a key it holds too weak.
    return 'unknown';
  }
}

/** Before TLS 1.2 the kind of key decides: RSA signs MD5 and SHA-1 together, the others SHA-1 (RFC 4346 §7.4.3). */
export function unnamedProofOf({ signature, data, certificate }: Omit<Signed, 'scheme'>): Proof {
  const key = publicKeyOf(certificate);
  if (key === undefined) return 'unknown';
  const digest = key.asymmetricKeyType === 'rsa' ? 'md5-sha1' : 'sha1';
  try {
    return verify(digest, data, key, signature) ? 'valid' : 'invalid';
  } catch {
    return 'unknown';
  }
}

function schemeOf(name: string): Scheme | undefined {
  if (name === 'ed25519' || name === 'ed448') return { digest: null, keyTypes: [name], pss: false };
  const digest = /_(sha\d+|md5)$/.exec(name)?.[1];
  if (digest === undefined) return undefined;
  if (name.startsWith('rsa_pss_rsae_')) return { digest, keyTypes: ['rsa'], pss: true };
  if (name.startsWith('rsa_pss_pss_')) return { digest, keyTypes: ['rsa-pss'], pss: true };
  if (name.startsWith('rsa_pkcs1_')) return { digest, keyTypes: ['rsa'], pss: false };
  if (name.startsWith('ecdsa_')) return { digest, keyTypes: ['ec'], pss: false };
  return name.startsWith('dsa_') ? { digest, keyTypes: ['dsa'], pss: false } : undefined;
}

/** The key of a certificate; undefined where OpenSSL cannot read it. */
export function publicKeyOf(certificate: Uint8Array): KeyObject | undefined {
  try {
    return nativeCertificate(certificate).publicKey;
  } catch {
    return undefined;
  }
}
