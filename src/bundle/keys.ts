import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readLimited } from '../files/read-limited.ts';
import { AssayError } from '../model/index.ts';
import { writeDurably } from './disk.ts';

/** Somebody's ES256 public key. */
export interface TrustedKey {
  /** RFC 7638 thumbprint, base64url: how the key is named everywhere. */
  readonly keyId: string;
  /** SubjectPublicKeyInfo in PEM, with the point uncompressed. */
  readonly pem: string;
}

/** An ES256 key to sign with. */
export interface SigningKey extends TrustedKey {
  readonly privateKey: KeyObject;
}

const sizeLimit = 65_536;

/** `$XDG_CONFIG_HOME/assay/keys`, else `~/.config/assay/keys`. */
export function keysFolder(env: Readonly<Record<string, string | undefined>>, home: string): string {
  return join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'assay', 'keys');
}

/** Where the public half of a key file lies: `x.pem` has `x.pub.pem` beside it. */
export function publicKeyFile(file: string): string {
  return `${file.replace(/\.pem$/, '')}.pub.pem`;
}

/**
 * Makes a new ES256 key: PKCS#8 in `file` (0600), the public key in `publicKeyFile(file)`. Never overwrites.
 *
 * @throws AssayError ERR_KEY
 */
export async function createKey(file: string): Promise<SigningKey> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = { ...(await trustedKey(publicKey)), privateKey };
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeDurably(file, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  } catch (error) {
    throw cannotWrite(file, error);
  }
  try {
    await writeDurably(publicKeyFile(file), key.pem);
  } catch (error) {
    await rm(file);
    throw cannotWrite(publicKeyFile(file), error);
  }
  return key;
}

/**
 * Reads a private key: PKCS#8 or SEC 1 in PEM, or a JWK, of P-256, readable by its owner only.
 *
 * @throws AssayError ERR_KEY naming the file
 */
export async function readSigningKey(file: string): Promise<SigningKey> {
  const { text, mode } = await readKeyFile(file);
  // Windows has no mode bits: who may read a file is in its access list, which Node does not show.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw keyError(
      file,
      `a key that only its owner can read, got mode ${(mode & 0o777).toString(8).padStart(4, '0')}`,
      `Run: chmod 600 ${file}`,
    );
  const privateKey = parseKey(file, text, 'private');
  return { ...(await trustedKey(createPublicKey(privateKey))), privateKey };
}

/**
 * Reads a public key to trust: SubjectPublicKeyInfo or a certificate in PEM, or a JWK, of P-256.
 *
 * @throws AssayError ERR_KEY naming the file
 */
export async function readTrustedKey(file: string): Promise<TrustedKey> {
  const { text } = await readKeyFile(file);
  return trustedKey(parseKey(file, text, 'public'));
}

/** A public key exactly as assay writes it; undefined for any other text. */
export async function parsePublicPem(text: string): Promise<TrustedKey | undefined> {
  try {
    const key = await trustedKey(parseKey('', text, 'public'));
    return key.pem === text ? key : undefined;
  } catch {
    return undefined;
  }
}

async function trustedKey(publicKey: KeyObject): Promise<TrustedKey> {
  // jose takes longer to load than most commands take to run.
  const { calculateJwkThumbprint } = await import('jose');
  const jwk = publicKey.export({ format: 'jwk' }) as { kty: string; crv: string; x: string; y: string };
  const keyId = await calculateJwkThumbprint(jwk);
  return {
    keyId,
    pem: createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString(),
  };
}

async function readKeyFile(file: string): Promise<{ text: string; mode: number }> {
  const read = await readLimited(file, sizeLimit);
  if ('bytes' in read) return { text: read.bytes.toString('utf8').trim(), mode: read.mode };
  const most = read.cause ? '' : ` of at most ${sizeLimit} bytes`;
  throw keyError(
    file,
    `a readable key file${most}, got ${read.got}`,
    'Check the path and its permissions.',
    read.cause,
  );
}

function parseKey(file: string, text: string, half: 'private' | 'public'): KeyObject {
  const wanted = `an EC P-256 ${half} key`;
  if (half === 'public' && isPrivate(text))
    throw keyError(
      file,
      `${wanted}, got a private key`,
      'Pass the .pub.pem file; keep the private key to its owner.',
    );
  const create = half === 'private' ? createPrivateKey : createPublicKey;
  let key: KeyObject;
  try {
    key = text.startsWith('{') ? create({ key: JSON.parse(text), format: 'jwk' }) : create(text);
  } catch (error) {
    throw keyError(file, `${wanted} in PEM or as a JWK, got something else`, undefined, error);
  }
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw keyError(
      file,
      `${wanted}, got ${key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType ?? 'another'}`,
    );
  return key;
}

function isPrivate(text: string): boolean {
  return /PRIVATE KEY-----/.test(text) || (text.startsWith('{') && /"d"\s*:/.test(text));
}

function cannotWrite(file: string, error: unknown): AssayError {
  const code = systemCode(error);
  return code === 'EEXIST'
    ? keyError(
        file,
        'no file of that name, got one that exists',
        'Give another name; keys are never overwritten.',
        error,
      )
    : keyError(file, `to write it, got ${code}`, 'Choose a folder that you can write to.', error);
}

function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

function keyError(
  file: string,
  expected: string,
  remedy = 'Make one with: assay keys new',
  cause?: unknown,
): AssayError {
  return new AssayError('ERR_KEY', `${file}: expected ${expected}`, { remedy, cause });
}
