import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { calculateJwkThumbprint } from 'jose';
import { describe, expect, test } from 'vitest';
import {
  createKey,
  keysFolder,
  publicKeyFile,
  readSigningKey,
  readTrustedKey,
} from '../../src/bundle/keys.ts';
import { temporaryFolder } from './fixture.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const keyId = await calculateJwkThumbprint(publicKey.export({ format: 'jwk' }));

function keyFile(content: string | Buffer, mode = 0o600): string {
  const file = join(temporaryFolder(), 'key');
  writeFileSync(file, content, { mode });
  chmodSync(file, mode);
  return file;
}

const jwk = (key: KeyObject): string => JSON.stringify(key.export({ format: 'jwk' }));
const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'pem' });
const spki = publicKey.export({ type: 'spki', format: 'pem' });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const encrypted = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' });

test('keys lie where the XDG specification says', () => {
  expect(keysFolder({ XDG_CONFIG_HOME: '/cfg' }, '/home/a')).toBe('/cfg/assay/keys');
  expect(keysFolder({ XDG_CONFIG_HOME: '' }, '/home/a')).toBe('/home/a/.config/assay/keys');
  expect(keysFolder({}, '/home/a')).toBe('/home/a/.config/assay/keys');
});

describe('a new key', () => {
  test('is its owner’s alone, and reads back', async () => {
    const file = join(temporaryFolder(), 'config/assay/keys/default.pem');
    const key = await createKey(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700);
    expect(publicKeyFile(file)).toMatch(/keys\/default\.pub\.pem$/);
    expect(readFileSync(publicKeyFile(file), 'utf8')).toBe(key.pem);
    expect(await readSigningKey(file)).toMatchObject({ keyId: key.keyId, pem: key.pem });
    expect(await readTrustedKey(publicKeyFile(file))).toEqual({ keyId: key.keyId, pem: key.pem });
  });

  test('never takes the place of another', async () => {
    const file = join(temporaryFolder(), 'default.pem');
    await createKey(file);
    const before = readFileSync(file);
    await expect(createKey(file)).rejects.toMatchObject({
      code: 'ERR_KEY',
      message: expect.stringContaining(file),
    });
    expect(readFileSync(file)).toEqual(before);
  });

  test('is not left without its public half', async () => {
    const file = join(temporaryFolder(), 'default.pem');
    writeFileSync(publicKeyFile(file), 'other');
    await expect(createKey(file)).rejects.toMatchObject({ code: 'ERR_KEY' });
    expect(existsSync(file)).toBe(false);
    expect(readFileSync(publicKeyFile(file), 'utf8')).toBe('other');
  });

  test('cannot be made where a file is in the way', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'keys'), '');
    await expect(createKey(join(folder, 'keys/default.pem'))).rejects.toMatchObject({ code: 'ERR_KEY' });
  });
});

describe('a key to sign with', () => {
  test.each([
    ['PKCS#8', pkcs8],
    ['SEC 1', privateKey.export({ type: 'sec1', format: 'pem' })],
    [
      'SEC 1 after its parameters',
      `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${privateKey.export({ type: 'sec1', format: 'pem' })}`,
    ],
    ['JWK', jwk(privateKey)],
  ])('is read from %s', async (_, text) => {
    expect(await readSigningKey(keyFile(text))).toMatchObject({ keyId, pem: spki });
  });

  test.each([0o640, 0o604, 0o666, 0o610])('is refused with mode %o', async (mode) => {
    const file = keyFile(pkcs8, mode);
    await expect(readSigningKey(file)).rejects.toMatchObject({
      code: 'ERR_KEY',
      message: expect.stringContaining(`0${mode.toString(8)}`),
      remedy: `Run: chmod 600 ${file}`,
    });
  });

  test.each([
    ['a public key', spki, /P-256 private key/],
    ['a public JWK', jwk(publicKey), /P-256 private key/],
    ['P-384', p384.privateKey.export({ type: 'pkcs8', format: 'pem' }), /got secp384r1/],
    ['RSA', rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }), /got rsa/],
    ['an encrypted key', encrypted, /P-256 private key/],
    ['garbage', 'garbage', /P-256 private key/],
    ['broken JSON', '{', /P-256 private key/],
    ['nothing', '', /P-256 private key/],
    ['a flood', Buffer.alloc(100_000), /at most/],
  ])('is not %s', async (_, text, message) => {
    const file = keyFile(text);
    const error = await readSigningKey(file).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ERR_KEY', message: expect.stringMatching(message) });
    expect(error).toMatchObject({
      message: expect.stringContaining(file),
      remedy: expect.stringMatching(/.+/),
    });
  });

  test.each(['none', 'folder'])('is not %s', async (name) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'folder'));
    await expect(readSigningKey(join(folder, name))).rejects.toMatchObject({ code: 'ERR_KEY' });
  });
});

describe('a key to trust', () => {
  test.each([
    ['SPKI', spki],
    ['SPKI with other line ends', spki.toString().replaceAll('\n', '\r\n')],
    ['JWK', jwk(publicKey)],
  ])('is read from %s, whatever its mode', async (_, text) => {
    expect(await readTrustedKey(keyFile(text, 0o644))).toEqual({ keyId, pem: spki });
  });

  test.each([
    ['a private key', pkcs8, /got a private key/],
    ['a private JWK', jwk(privateKey), /got a private key/],
    ['P-384', p384.publicKey.export({ type: 'spki', format: 'pem' }), /got secp384r1/],
    ['RSA', rsa.publicKey.export({ type: 'spki', format: 'pem' }), /got rsa/],
    ['garbage', 'garbage', /P-256 public key/],
  ])('is not %s', async (_, text, message) => {
    await expect(readTrustedKey(keyFile(text))).rejects.toMatchObject({
      code: 'ERR_KEY',
      message: expect.stringMatching(message),
    });
  });
});
