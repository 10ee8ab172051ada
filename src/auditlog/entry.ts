/** How PostgreSQL writes its log, as `log_destination` names it. */
export const logFormats = ['csvlog', 'jsonlog', 'stderr'] as const;
export type LogFormat = (typeof logFormats)[number];

/**
 * One numbered part of a log: a whole entry, or in `stderr` each of its labelled parts (DETAIL, STATEMENT …), which
 * the server numbers by themselves. What a format or a prefix does not carry is absent.
 */
export interface LogEntry {
  /** False for a labelled part of the entry before it. */
  readonly primary: boolean;
  /** As written, with its zone; absent where the prefix has none. */
  readonly time?: string;
  /** Milliseconds since 1970, where the zone is known. */
  readonly atMs?: number;
  /** `%c`: hexadecimal start in seconds and process id, with a dot between. */
  readonly session?: string;
  /** Counts the entries of a session from 1, in each destination by itself. */
  readonly line?: number;
  readonly user?: string;
  readonly database?: string;
  /** Host of the client, `[local]` for a socket. */
  readonly origin?: string;
  readonly severity: string;
  /** Absent: the format or the prefix does not carry it. */
  readonly sqlState?: string;
  /** What the process says it is doing (`authentication`, `idle`, a command tag). */
  readonly tag?: string;
  /** What the client calls itself by then; no column of it in `stderr`. */
  readonly application?: string;
  readonly message: string;
  /** Every free text of it, the message first: to be searched, never to be kept. */
  readonly texts: readonly string[];
  /** True where it came from a function, or in `stderr` from a name that a client chose: anybody may have written it. */
  readonly raised: boolean;
  /** True where it is longer than is read of one entry. */
  readonly cut: boolean;
  /** Byte in its file at which it begins. */
  readonly offset: number;
}

/** The start of a session in seconds since 1970, from its id. */
export function startOfSession(session: string): number | undefined {
  const hex = /^([0-9a-f]{1,12})\.[0-9a-f]{1,8}$/.exec(session)?.[1];
  return hex === undefined ? undefined : Number.parseInt(hex, 16);
}

export const sessionId = (startSeconds: number, pid: number): string =>
  `${startSeconds.toString(16)}.${pid.toString(16)}`;

/** A client session was let in; a function can raise the same words. */
export const isAuthorisation = ({ severity, message, tag, raised, line }: LogEntry): boolean =>
  severity === 'LOG' &&
  message.startsWith('connection authorized: ') &&
  !raised &&
  // Without update_process_title there is no tag.
  (tag ? tag === 'authentication' : (line ?? 1) <= linesBeforeAuthorisation);

/** A role was let in: to a database, or to replicate the whole server. */
export const isLogIn = (entry: LogEntry): boolean =>
  isAuthorisation(entry) ||
  (entry.message.startsWith('replication ') &&
    isAuthorisation({ ...entry, message: entry.message.slice('replication '.length) }));

/** Received, authenticated, authorised, and what a server may say in between. */
const linesBeforeAuthorisation = 5;

export const isDisconnection = ({ severity, message, raised }: LogEntry): boolean =>
  severity === 'LOG' && message.startsWith('disconnection: ') && !raised;

/** Of the server itself: a client can raise the same words, but not without its name. */
export const isWordOfServer = ({ severity, user, raised }: LogEntry): boolean =>
  severity === 'LOG' && user === undefined && !raised;

/** The first words of its first process; after a crash of another one they are not said again. */
export const isServerStart = (entry: LogEntry): boolean =>
  isWordOfServer(entry) && entry.message.startsWith('starting PostgreSQL ');

export const isFatal = ({ severity }: LogEntry): boolean => severity === 'FATAL' || severity === 'PANIC';
