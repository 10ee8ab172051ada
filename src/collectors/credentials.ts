import { join } from 'node:path';
import { readLimited } from '../files/read-limited.ts';
import { AssayError, type SecretReference } from '../model/index.ts';
import type { CollectContext } from './collector.ts';
import { runSecretCommand } from './secret-command.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a password file is asked for, in libpq's terms: `host` is `localhost` for the default socket folder. */
export interface PasswordQuestion {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

const secretFileLimitBytes = 64 * 1024;
const passwordFileLimitBytes = 1024 * 1024;

/**
 * The secret behind a reference. A file's last line ending is not part of it, nor is that of what a command prints.
 * Throws ERR_CREDENTIAL, which names the reference (a command by its program) and never what it holds.
 */
export async function resolveSecret(
  reference: SecretReference,
  context: Pick<CollectContext, 'env' | 'signal'>,
): Promise<string> {
  const secret = await read(reference, context);
  if (secret === '') throw unusable(`a secret in ${nameOf(reference)}`, 'an empty one', reference);
  return secret;
}

async function read(
  reference: SecretReference,
  { env, signal }: Pick<CollectContext, 'env' | 'signal'>,
): Promise<string> {
  switch (reference.kind) {
    case 'env': {
      const value = env[reference.name];
      if (value === undefined)
        throw unusable(`a secret in ${nameOf(reference)}`, 'no such variable', reference);
      return value;
    }
    case 'file': {
      const { text } = await readSecretFile(reference.path, secretFileLimitBytes, reference);
      return text.replace(/\r?\n$/, '');
    }
    case 'exec': {
      const end = await runSecretCommand(reference.command, env, signal);
      if (end.kind === 'printed') return end.text.replace(/\r?\n$/, '');
      throw unusable(`${nameOf(reference)} to print a secret`, end.got, reference);
    }
  }
}

/**
 * The password that libpq's password file holds for a connection: PGPASSFILE, else `~/.pgpass` (PostgreSQL, "The
 * Password File"). Undefined: there is no file or no line for it. Throws ERR_CREDENTIAL where others may read the file.
 */
export async function passwordFromFile(
  question: PasswordQuestion,
  env: Environment,
): Promise<string | undefined> {
  const given = env['PGPASSFILE'];
  const path = given ?? join(env['HOME'] ?? '/', '.pgpass');
  const reference = { kind: 'file', path } as const;
  try {
    const { text, mode } = await readSecretFile(path, passwordFileLimitBytes, reference);
    if ((mode & 0o077) === 0) return passwordIn(text, question);
    throw new AssayError(
      'ERR_CREDENTIAL',
      `expected ${path} to be readable by its owner only, got others too`,
      {
        remedy: `run chmod 0600 ${path}`,
      },
    );
  } catch (error) {
    if (given === undefined && isMissing(error)) return undefined;
    throw error;
  }
}

function passwordIn(text: string, question: PasswordQuestion): string | undefined {
  const asked = [question.host, String(question.port), question.database, question.user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = fieldsOf(line);
    const matches = asked.every(
      (value, index) => fields[index] === '*' || unescaped(fields[index]) === value,
    );
    if (matches && fields.length >= 5) return unescaped(fields[4]);
  }
  return undefined;
}

/** `host:port:database:user:password`, with `\:` and `\\` inside. */
const fieldsOf = (line: string): readonly string[] => line.match(/(?<=^|:)(?:\\.|[^:\\])*/g) ?? [];

const unescaped = (field: string | undefined): string | undefined => field?.replace(/\\(.)/g, '$1');

async function readSecretFile(
  path: string,
  limitBytes: number,
  reference: SecretReference,
): Promise<{ readonly text: string; readonly mode: number }> {
  const read = await readLimited(path, limitBytes);
  if ('bytes' in read) return { text: read.bytes.toString('utf8'), mode: read.mode };
  throw unusable(`to read ${nameOf(reference)}`, read.got, reference, read.cause);
}

function unusable(expected: string, got: string, reference: SecretReference, cause?: unknown): AssayError {
  const remedy = remedyFor(reference);
  return new AssayError('ERR_CREDENTIAL', `expected ${expected}, got ${got}`, { cause, remedy });
}

function remedyFor(reference: SecretReference): string {
  switch (reference.kind) {
    case 'env':
      return `set ${reference.name}`;
    case 'file':
      return `check ${reference.path}`;
    case 'exec':
      return `run the command by hand: what ${reference.command[0]} says is not shown here`;
  }
}

function nameOf(reference: SecretReference): string {
  switch (reference.kind) {
    case 'env':
      return `env:${reference.name}`;
    case 'file':
      return `file:${reference.path}`;
    case 'exec':
      return `exec:${reference.command[0]}`;
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof AssayError && codeOf(error.cause) === 'ENOENT';

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
