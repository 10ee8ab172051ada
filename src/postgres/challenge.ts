import { AssayError } from '../model/index.ts';

/** Whom a connection asks to be, and for what; no credential is part of it. */
export interface Startup {
  readonly user: string;
  /** Absent: physical replication. */
  readonly database?: string;
}

/** What a server can say first (PostgreSQL, "Message Formats"), in one word each. */
export const answers = [
  'let-in',
  'password',
  'md5',
  'scram',
  'oauth',
  'sasl',
  'gss',
  'sspi',
  'kerberos',
  'refused',
] as const;
export type Answer = (typeof answers)[number];

/** The first message of a server. */
export type Challenge =
  | { readonly kind: 'answer'; readonly answer: Answer; readonly mechanisms: readonly string[] }
  /** It did not come to a decision: too many connections, starting up. */
  | { readonly kind: 'failure'; readonly sqlState: string };

const protocol3 = 196_608;
/** Of a role or a database, in any build that is heard of. */
const longestName = 1_000;
const encoder = new TextEncoder();
const decoder = new TextDecoder('latin1');

/**
 * A StartupMessage of protocol 3.0.
 *
 * @throws AssayError ERR_NOT_POSTGRES for a name that no server can have
 */
export function startupMessage({ user, database }: Startup, scanName: string): Uint8Array {
  const asked = database === undefined ? ['replication', 'true'] : ['database', database];
  const words = ['user', user, ...asked, 'application_name', scanName];
  if (words.some((word) => word === '' || word.includes('\0') || word.length > longestName)) throw foreign();
  const body = encoder.encode(`${words.join('\0')}\0\0`);
  const message = new Uint8Array(body.length + 8);
  const view = new DataView(message.buffer);
  view.setInt32(0, message.length);
  view.setInt32(4, protocol3);
  message.set(body, 8);
  return message;
}

/** Terminate: what a client says that was let in and has no more to ask. */
export const terminate = Uint8Array.of(0x58, 0, 0, 0, 4);

/** As libpq has them: a request to authenticate is short, an error may be long. */
const longest: Readonly<Record<string, number>> = { R: 2_000, E: 30_000 };

/** More than a first message can be. */
export const challengeLimitBytes = 32 * 1024;

/**
 * The first message among what came so far; undefined while it is not whole.
 *
 * @throws AssayError ERR_NOT_POSTGRES for what no server of PostgreSQL says first
 */
export function readChallenge(received: Uint8Array): Challenge | undefined {
  const type = String.fromCharCode(received[0] ?? 0);
  const limit = longest[type];
  if (received.length > 0 && limit === undefined) throw foreign();
  if (limit === undefined || received.length < 5) return undefined;
  const length = int32(received, 1);
  if (length < 8 || length > limit) throw foreign();
  if (received.length < length + 1) return undefined;
  const body = received.subarray(5, length + 1);
  return type === 'R' ? requestOf(body) : refusalOf(body);
}

const requests: Readonly<Record<number, Answer>> = {
  0: 'let-in',
  2: 'kerberos',
  3: 'password',
  5: 'md5',
  7: 'gss',
  9: 'sspi',
};
const sasl = 10;

function requestOf(body: Uint8Array): Challenge {
  const code = int32(body, 0);
  if (code === sasl) return saslOf(body.subarray(4));
  const answer = requests[code];
  if (answer === undefined || body.length !== (answer === 'md5' ? 8 : 4)) throw foreign();
  return { kind: 'answer', answer, mechanisms: [] };
}

/** Names as RFC 4422 §3.1 has them, in the server's order. */
function saslOf(list: Uint8Array): Challenge {
  const text = decoder.decode(list);
  const mechanisms = text.split('\0').slice(0, -2);
  if (!text.endsWith('\0\0') || mechanisms.length === 0) throw foreign();
  if (!mechanisms.every((name) => /^[A-Z0-9_-]{1,20}$/.test(name))) throw foreign();
  const answer = mechanisms.includes('SCRAM-SHA-256')
    ? 'scram'
    : mechanisms.includes('OAUTHBEARER')
      ? 'oauth'
      : 'sasl';
  return { kind: 'answer', answer, mechanisms };
}

/** Class 28 is a refusal, whichever rule or method it comes from; the words may hold anything and are not kept. */
function refusalOf(body: Uint8Array): Challenge {
  const fields = decoder.decode(body).split('\0');
  const sqlState = fields.find((field) => field.startsWith('C'))?.slice(1) ?? '';
  if (body.at(-1) !== 0 || !/^[0-9A-Z]{5}$/.test(sqlState)) throw foreign();
  if (sqlState.startsWith('28')) return { kind: 'answer', answer: 'refused', mechanisms: [] };
  return { kind: 'failure', sqlState };
}

const int32 = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt32(at);

function foreign(): AssayError {
  return new AssayError('ERR_NOT_POSTGRES', 'expected the first message of PostgreSQL, got something else', {
    remedy: 'check the host and the port of the target',
  });
}
