import { noTestRecords, type PostgresConnection, type SecretReference, type Target } from '../model/index.ts';

/** Words that a shell would not change. */
const plainWords = /^[\w./:@%+=,-]+( +[\w./:@%+=,-]+)*$/;

/**
 * A secret by reference: `env:NAME`, `file:path`, `exec:command`. A command is plain words between blanks, or a JSON
 * list of words; no shell reads it.
 *
 * @returns undefined for a command that is neither
 */
export function parseSecretReference(text: string): SecretReference | undefined {
  const [, kind, rest = ''] = /^(env|file|exec):(.*)$/s.exec(text) ?? [];
  if (kind === 'env') return { kind, name: rest };
  if (kind === 'file') return { kind, path: rest };
  const command = wordsOf(rest.trim());
  return command && { kind: 'exec', command };
}

function wordsOf(text: string): readonly [string, ...string[]] | undefined {
  const words = text.startsWith('[') ? listIn(text) : plainWords.test(text) ? text.split(/ +/) : undefined;
  const [program, ...args] = words ?? [];
  return program === undefined ? undefined : [program, ...args];
}

function listIn(text: string): readonly string[] | undefined {
  try {
    const words: unknown = JSON.parse(text);
    const isWord = (word: unknown): word is string => typeof word === 'string' && !word.includes('\0');
    return Array.isArray(words) && words.every(isWord) && words[0] !== '' ? words : undefined;
  } catch {
    return undefined;
  }
}

/** A secret reference whose paths were put through `resolve`; a program without a slash is looked for in PATH. */
export function resolveReference(
  secret: SecretReference,
  resolve: (path: string) => string,
): SecretReference {
  switch (secret.kind) {
    case 'env':
      return secret;
    case 'file':
      return { kind: 'file', path: resolve(secret.path) };
    case 'exec': {
      const [program, ...args] = secret.command;
      return { kind: 'exec', command: [program.includes('/') ? resolve(program) : program, ...args] };
    }
  }
}

/**
 * A target as a bundle records it: of a command only the program, because its arguments could hold a secret; of test
 * records nothing, which the facts name; and nothing of default passwords: a bundle that says that the second was accepted
 * must not say which that is.
 */
export function recordedTarget(target: Target): Target {
  const { postgres, proxy, data } = target;
  return {
    ...target,
    ...(data?.testRecords === undefined ? {} : { data: { ...data, testRecords: noTestRecords } }),
    ...(proxy?.password === undefined ? {} : { proxy: { ...proxy, password: recorded(proxy.password) } }),
    ...(postgres === undefined ? {} : { postgres: recordedConnection(postgres) }),
  };
}

function recordedConnection(postgres: PostgresConnection): PostgresConnection {
  const { defaultPasswords: _, password, ...rest } = postgres;
  return password === undefined ? rest : { ...rest, password: recorded(password) };
}

function recorded(secret: SecretReference): SecretReference {
  return secret.kind === 'exec' ? { kind: 'exec', command: [secret.command[0]] } : secret;
}
