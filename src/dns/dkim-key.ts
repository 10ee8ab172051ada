import { Buffer } from 'node:buffer';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { parseTags } from './tags.ts';

export const dkimStatuses = ['absent', 'several', 'invalid', 'revoked', 'valid'] as const;

/** The key that a selector names. */
export interface DkimKey {
  readonly status: (typeof dkimStatuses)[number];
  readonly problem?: string;
  readonly keyType: 'rsa' | 'ed25519' | 'none';
  /** Modulus of RSA; 256 for Ed25519; 0 without a key. */
  readonly keyBits: number;
  /** Whether signatures with SHA-256 are accepted under it. */
  readonly sha256: boolean;
  /** t=y: verifiers treat its mail as unsigned. */
  readonly testing: boolean;
}

const noKey = { keyType: 'none', keyBits: 0, sha256: false, testing: false } as const;
const invalid = (problem: string): DkimKey => ({ status: 'invalid', problem, ...noKey });

/** What the TXT records of `<selector>._domainkey.<domain>` say (RFC 6376 §3.6.1, RFC 8301, RFC 8463). */
export function dkimKeyOf(texts: readonly string[]): DkimKey {
  const [text, another] = texts;
  if (text === undefined) return { status: 'absent', ...noKey };
  if (another !== undefined) return { status: 'several', ...noKey };
  const tags = parseTags(text);
  if (tags === undefined) return invalid('it is no list of tags');
  if (tags.has('v') && (tags.get('v') !== 'DKIM1' || [...tags.keys()][0] !== 'v'))
    return invalid('its version is another, or not first');
  const encoded = tags.get('p')?.replace(/[ \t\r\n]/g, '');
  if (encoded === undefined) return invalid('it holds no key (p=)');
  const listed = (name: string): readonly string[] | undefined =>
    tags
      .get(name)
      ?.split(':')
      .map((word) => word.trim().toLowerCase());
  const testing = listed('t')?.includes('y') ?? false;
  if (encoded === '') return { status: 'revoked', ...noKey, testing };
  const sha256 = listed('h')?.includes('sha256') ?? true;
  const key = keyOf(tags.get('k')?.toLowerCase() ?? 'rsa', encoded);
  return typeof key === 'string' ? invalid(key) : { status: 'valid', ...key, sha256, testing };
}

function keyOf(type: string, encoded: string): Pick<DkimKey, 'keyType' | 'keyBits'> | string {
  if (!/^[a-z0-9+/]+={0,2}$/i.test(encoded)) return 'its key is not base64';
  const der = Buffer.from(encoded, 'base64');
  if (type === 'ed25519')
    return der.length === 32 ? { keyType: 'ed25519', keyBits: 256 } : 'its Ed25519 key has not 32 octets';
  if (type !== 'rsa') return 'its kind of key is not known';
  const keyBits = rsaBits(der);
  return keyBits === undefined ? 'its key is no RSA key' : { keyType: 'rsa', keyBits };
}

/** A SubjectPublicKeyInfo, as everybody publishes it, or the bare RSAPublicKey of RFC 6376. */
function rsaBits(der: Buffer): number | undefined {
  for (const type of ['spki', 'pkcs1'] as const) {
    const key = publicKey(der, type);
    if (key?.asymmetricKeyType === 'rsa') return key.asymmetricKeyDetails?.modulusLength;
  }
  return undefined;
}

function publicKey(key: Buffer, type: 'spki' | 'pkcs1'): KeyObject | undefined {
  try {
    return createPublicKey({ key, format: 'der', type });
  } catch {
    return undefined;
  }
}
