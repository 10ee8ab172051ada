import { join, resolve } from 'node:path';
import { createKey, keysFolder, publicKeyFile, readSigningKey, readTrustedKey } from '../bundle/keys.ts';
import { AssayError } from '../model/index.ts';
import { exitCodes } from './exit-code.ts';
import type { Io } from './io.ts';

/** `assay keys new`: an ES256 key pair, readable by its owner only; an existing key is never overwritten. */
export async function runKeysNew(name: string, options: { readonly out?: string }, io: Io): Promise<number> {
  const file = options.out === undefined ? keyFile(name, io) : resolve(io.cwd, options.out);
  const { keyId } = await createKey(file);
  io.stdout.write(`private key  ${file}\npublic key   ${publicKeyFile(file)}\nfingerprint  ${keyId}\n`);
  io.stderr.write(
    'Give auditors the public key by another way than the bundle: who sends both proves nothing.\n',
  );
  return exitCodes.clean;
}

/** `assay keys show`: the fingerprint of a private or public key, and the public key. */
export async function runKeysShow(name: string, io: Io): Promise<number> {
  const isPath = /[/\\]|\.(pem|jwk|json)$/.test(name);
  const file = isPath ? resolve(io.cwd, name) : keyFile(name, io);
  const key = await readSigningKey(file).catch((error: unknown) => {
    if (error instanceof AssayError) return readTrustedKey(file);
    throw error;
  });
  io.stdout.write(`fingerprint  ${key.keyId}\n${key.pem}`);
  return exitCodes.clean;
}

function keyFile(name: string, io: Io): string {
  if (!/^[A-Za-z0-9][\w.-]{0,62}$/.test(name)) {
    throw new AssayError(
      'ERR_KEY',
      `expected a key name of letters, digits, '.', '_' and '-', got "${name}"`,
      {
        remedy: 'Choose a plain name, or give a path with --out.',
      },
    );
  }
  return join(keysFolder(io.env, io.home), `${name}.pem`);
}
