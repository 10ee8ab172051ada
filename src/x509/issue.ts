import { Buffer } from 'node:buffer';
import { constants, createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import {
  contextParts,
  type DerValue,
  encodeDer,
  integer,
  objectIdentifier,
  primitive,
  sequence,
  set,
  tag,
} from './der.ts';
import { publicKeyInfo, type RequestedExtensions, requestedExtensions } from './issue-extensions.ts';
import {
  type AttributeName,
  attributeOids,
  digestOids,
  pssOids,
  type SignatureAlgorithm,
  signatureAlgorithms,
} from './object-identifiers.ts';

/** Attributes in the order given; each becomes one relative distinguished name. */
export type DistinguishedName = Readonly<Partial<Record<AttributeName, string>>>;

export type IssueDigest = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** What to certify. Times have a precision of seconds. */
export interface CertificateRequest extends RequestedExtensions {
  readonly subject: DistinguishedName;
  readonly publicKey: KeyObject;
  /** Who signs; absent: self-signed with `privateKey`. */
  readonly issuer?: { readonly name: DistinguishedName; readonly privateKey: KeyObject };
  /** The subject's own key, for a self-signed certificate. */
  readonly privateKey?: KeyObject;
  readonly serial: number | bigint;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Ignored for Ed25519 and Ed448. Default: sha256. */
  readonly digest?: IssueDigest;
}

/**
 * An X.509 version 3 certificate (RFC 5280) as DER, for test systems and demonstrations. Signs with RSA, RSASSA-PSS
 * (from an RSA-PSS key), ECDSA, Ed25519 or Ed448, by the type of the signing key.
 */
export function issueCertificate(request: CertificateRequest): Uint8Array {
  const signer = request.issuer?.privateKey ?? request.privateKey;
  if (signer === undefined) throw new TypeError('expected an issuer or a privateKey, got neither');
  const digest = request.digest ?? 'sha256';
  const algorithm = signatureAlgorithm(signer, digest);
  const body = sequence(
    contextParts(0, integer(2)),
    integer(request.serial),
    algorithm,
    distinguishedName(request.issuer?.name ?? request.subject),
    sequence(time(request.notBefore), time(request.notAfter)),
    distinguishedName(request.subject),
    publicKeyInfo(request.publicKey),
    contextParts(3, sequence(...requestedExtensions(request, request.publicKey, createPublicKey(signer)))),
  );
  const signature = signed(encodeDer(body), signer, digest);
  return encodeDer(sequence(body, algorithm, bitString(signature)));
}

export function signed(bytes: Uint8Array, key: KeyObject, digest: IssueDigest): Uint8Array {
  if (isEdwards(key)) return sign(null, bytes, key);
  if (key.asymmetricKeyType !== 'rsa-pss') return sign(digest, bytes, key);
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return sign(digest, bytes, { key, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST });
}

function isEdwards(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'ed25519' || key.asymmetricKeyType === 'ed448';
}

export function signatureAlgorithm(key: KeyObject, digest: IssueDigest): DerValue {
  if (key.asymmetricKeyType === 'rsa-pss') return pssAlgorithm(digest);
  const names: Readonly<Record<string, string>> = {
    rsa: `${digest}WithRSAEncryption`,
    ec: `ecdsa-with-${digest.toUpperCase()}`,
    ed25519: 'Ed25519',
    ed448: 'Ed448',
  };
  const name = names[key.asymmetricKeyType ?? ''];
  const isNamed = ([, known]: readonly [string, SignatureAlgorithm]): boolean => known.name === name;
  const oid = Object.entries(signatureAlgorithms).find(isNamed)?.[0];
  if (oid === undefined)
    throw new TypeError(`expected a signing key, got ${key.asymmetricKeyType} with ${digest}`);
  return sequence(
    objectIdentifier(oid),
    key.asymmetricKeyType === 'rsa' ? primitive(tag.NULL, '') : undefined,
  );
}

/** RFC 4055 §3.1. */
function pssAlgorithm(digest: IssueDigest): DerValue {
  const hash = sequence(objectIdentifier(digestOids[digest]), primitive(tag.NULL, ''));
  const saltLength = createHash(digest).digest().length;
  return sequence(
    objectIdentifier(pssOids.rsassaPss),
    sequence(
      contextParts(0, hash),
      contextParts(1, sequence(objectIdentifier(pssOids.mgf1), hash)),
      contextParts(2, integer(saltLength)),
    ),
  );
}

function distinguishedName(name: DistinguishedName): DerValue {
  const attributes = Object.entries(name) as [AttributeName, string][];
  return sequence(
    ...attributes.map(([type, value]) =>
      set(sequence(objectIdentifier(attributeOids[type]), text(type, value))),
    ),
  );
}

/** RFC 5280 appendix A: a country is a PrintableString, a domain component and an address an IA5String. */
function text(type: AttributeName, value: string): DerValue {
  const printable = type === 'C' || type === 'SERIALNUMBER';
  const ia5 = type === 'DC' || type === 'emailAddress';
  return primitive(
    printable ? tag.PRINTABLESTRING : ia5 ? tag.IA5STRING : tag.UTF8,
    Buffer.from(value, 'utf8'),
  );
}

/** RFC 5280 §4.1.2.5: UTCTime through 2049, GeneralizedTime after. */
function time(instant: Date): DerValue {
  const digits = instant.toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return instant.getUTCFullYear() < 2050
    ? primitive(tag.UTCTIME, digits.slice(2))
    : primitive(tag.GENERALIZEDTIME, digits);
}

function bitString(bytes: Uint8Array): DerValue {
  return primitive(tag.BITSTRING, Uint8Array.of(0, ...bytes));
}
