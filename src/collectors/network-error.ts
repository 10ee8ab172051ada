import { AssayError } from '../model/index.ts';

/** How a connection can fail without the other side having said anything. */
export type NetworkFailure =
  | 'unreachable'
  | 'timed-out'
  | 'reset'
  | 'closed'
  | 'interrupted'
  | 'unresolved'
  | 'enough'
  | 'local';

interface Explanation {
  readonly code: string;
  readonly got: string;
  readonly remedy: string;
}

const explanations: Readonly<Record<NetworkFailure, Explanation>> = {
  unreachable: {
    code: 'ERR_UNREACHABLE',
    got: 'a refused connection or no route',
    remedy: 'Check that the service runs, and that routes and firewalls let this machine reach it.',
  },
  'timed-out': {
    code: 'ERR_TIMEOUT',
    got: 'no answer in time',
    remedy: 'Check that a firewall does not drop the packets, or give more time with --timeout.',
  },
  reset: {
    code: 'ERR_RESET',
    got: 'a connection reset',
    remedy: 'Check whether a firewall, a rate limit or an allow-list resets connections from this machine.',
  },
  closed: {
    code: 'ERR_CLOSED',
    got: 'a connection closed before an answer',
    remedy:
      'Check the port, and whether an allow-list or a connection limit closes connections from this machine.',
  },
  interrupted: {
    code: 'ERR_INTERRUPTED',
    got: 'the end of the scan',
    remedy: 'Run the scan again, with more time where --max-duration ended it.',
  },
  unresolved: {
    code: 'ERR_UNRESOLVED',
    got: 'no address for the name',
    remedy: 'Check the spelling and the name server, or give the target an address.',
  },
  enough: {
    code: 'ERR_CONNECTION_LIMIT',
    got: 'as many connections before as one look makes',
    remedy: 'Select fewer controls at a time with --control: each look has its connections to itself.',
  },
  local: {
    code: 'ERR_LOCAL_LIMIT',
    got: 'no socket from this machine',
    remedy: 'Raise the limit of open files (ulimit -n), or lower --concurrency.',
  },
};

const failureByErrno: Readonly<Record<string, NetworkFailure>> = {
  ECONNREFUSED: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EACCES: 'unreachable',
  EPERM: 'unreachable',
  ENOENT: 'unreachable',
  EINVAL: 'unreachable',
  ETIMEDOUT: 'timed-out',
  ESOCKETTIMEDOUT: 'timed-out',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  ENOTFOUND: 'unresolved',
  EAI_AGAIN: 'unresolved',
  EAI_FAIL: 'unresolved',
  ABORT_ERR: 'interrupted',
  EMFILE: 'local',
  ENFILE: 'local',
  ENOBUFS: 'local',
};

/**
 * The error of one kind of network failure.
 *
 * @param where what was looked at, in our words: `127.0.0.1 port 443`
 * @param detail the errno or a few words of ours, never a peer's text
 */
export function networkFailure(failure: NetworkFailure, where: string, detail?: string): AssayError {
  const { code, got, remedy } = explanations[failure];
  const inBrackets = detail === undefined ? '' : ` (${detail})`;
  return new AssayError(code, `expected an answer from ${where}, got ${got}${inBrackets}`, { remedy });
}

/** Turns an error of a socket into an `AssayError`; one that already is one, or is not of the network, stays as it is. */
export function networkError(error: unknown, where: string): Error {
  if (error instanceof AssayError) return error;
  const errno = errnoOf(error);
  const failure = errno === undefined ? undefined : failureByErrno[errno];
  if (failure === undefined)
    return error instanceof Error ? error : new Error('a value was thrown', { cause: error });
  return networkFailure(failure, where, errno);
}

/** The errno of an error of the system, such as `ECONNREFUSED`. */
function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
