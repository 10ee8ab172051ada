import type { Answer } from '../../http/answer.ts';
import { AssayError } from '../../model/index.ts';
import { networkError } from '../network-error.ts';

/** Ours, not the system's: the scan was stopped, or this machine has no socket. */
const own = new Set(['ERR_INTERRUPTED', 'ERR_LOCAL_LIMIT']);

/**
 * What an error of a connection says of the other side.
 *
 * @throws AssayError what is not the other side's doing; any error that is of no connection, as it is
 */
export function noAnswer(error: unknown, where: string): Answer {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return { kind: 'nothing-listens' };
  const known = networkError(error, where);
  if (known instanceof AssayError) {
    if (own.has(known.code)) throw known;
    return { kind: 'none', code: known.code, why: known.message };
  }
  if (code === undefined || !/^(ERR_SSL_|ERR_TLS_|EPROTO)/.test(code)) throw known;
  return { kind: 'none', ...handshakeFailure(code, where) };
}

/** `code` is a name of node's or OpenSSL's, never text of the peer. */
function handshakeFailure(code: string, where: string): { code: string; why: string } {
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH|HTTP_REQUEST|BAD_RECORD_TYPE/.test(code))
    return { code: 'ERR_NOT_TLS', why: `expected TLS from ${where}, got something else` };
  return {
    code: 'ERR_TLS_HANDSHAKE',
    why: `expected a TLS handshake with ${where}, got ${code.slice(0, 80)}`,
  };
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
