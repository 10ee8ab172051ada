import { DatabaseError } from 'pg';
import { AssayError } from '../../model/index.ts';
import type { Query } from '../../postgres/query.ts';
import { networkError, networkFailure } from '../network-error.ts';

interface Explanation {
  readonly code: string;
  readonly expected: string;
  readonly got: string;
  readonly remedy: string;
}

/** What a refused log-in means, by SQLSTATE (PostgreSQL, Appendix A). */
const refusals: Readonly<Record<string, Explanation>> = {
  '28P01': {
    code: 'ERR_AUTHENTICATION',
    expected: 'the password to be accepted',
    got: 'a refusal',
    remedy: 'check the user and the password reference of the target',
  },
  '28000': {
    code: 'ERR_AUTHENTICATION',
    expected: 'the role to be let in',
    got: 'a refusal',
    remedy: 'make the role (assay grants postgres) and a pg_hba.conf rule for it from this address, over TLS',
  },
  '3D000': {
    code: 'ERR_DATABASE',
    expected: 'the database of the target',
    got: 'no such database',
    remedy: 'name an existing database in the target',
  },
  '42501': {
    code: 'ERR_DENIED',
    expected: 'the role to be let in',
    got: 'no CONNECT privilege on the database',
    remedy: 'grant CONNECT on the database to the role',
  },
  '53300': {
    code: 'ERR_BUSY',
    expected: 'a free connection',
    got: 'none',
    remedy: 'scan again when the server is less busy, or raise its connection limit for the role',
  },
  '55000': {
    code: 'ERR_DATABASE',
    expected: 'a database that admits connections',
    got: 'one that does not',
    remedy: 'name another database in the target',
  },
  '57P03': {
    code: 'ERR_UNREACHABLE',
    expected: 'a server that is ready',
    got: 'one that is starting or stopping',
    remedy: 'scan again when it is up',
  },
  '08P01': {
    code: 'ERR_PROTOCOL',
    expected: 'the session to be bounded as asked for',
    got: 'a protocol violation',
    remedy: 'point the target at the server itself: a connection pooler may refuse start-up options',
  },
};

/** OpenSSL's verification results, as Node names them, and its own check of names. */
const untrusted =
  /^(CERT_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_IN_CHAIN$|UNABLE_TO_(GET|VERIFY|DECODE|DECRYPT)_|INVALID_(CA|PURPOSE)$|PATH_LENGTH_EXCEEDED$|HOSTNAME_MISMATCH$|ERR_TLS_CERT_ALTNAME_INVALID$)/;

/** Why a connection could not be opened. The server's own words are left out: it may put anything there. */
export function connectError(error: unknown, where: string): AssayError {
  const known = networkError(error, where);
  if (known instanceof AssayError) return known;
  const code = codeOf(error);
  if (error instanceof DatabaseError && error.code !== undefined) return refused(error.code, where);
  if (code !== undefined && untrusted.test(code)) return untrustedError(code, where);
  if (code === 'EPROTO' || code?.startsWith('ERR_SSL_'))
    return new AssayError('ERR_TLS_HANDSHAKE', `expected a TLS handshake with ${where}, got ${code}`, {
      remedy: 'check that the server offers TLS 1.2 or later',
    });
  return byMessage(error, where);
}

function refused(sqlState: string, where: string): AssayError {
  const known = refusals[sqlState];
  if (known === undefined)
    return new AssayError(
      'ERR_DATABASE_REFUSED',
      `expected a session with ${where}, got SQLSTATE ${shown(sqlState)}`,
      { remedy: 'read the server’s log for the reason' },
    );
  const { code, expected, got, remedy } = known;
  return new AssayError(code, `expected ${expected}, got ${got} from ${where} (SQLSTATE ${sqlState})`, {
    remedy,
  });
}

function untrustedError(code: string, where: string): AssayError {
  return new AssayError(
    'ERR_TLS_UNTRUSTED',
    `expected a certificate that we can trust from ${where}, got ${code}`,
    {
      remedy:
        'give the roots with --ca or ca:, correct the certificate, or say in the target that TLS is unverified',
    },
  );
}

/** pg has no codes for these; its messages are its own, not the server's. */
function byMessage(error: unknown, where: string): AssayError {
  const message = error instanceof Error ? error.message : '';
  if (message === 'The server does not support SSL connections')
    return new AssayError(
      'ERR_UNPROTECTED_CREDENTIAL',
      `expected TLS from ${where}, got a server that declines it`,
      {
        remedy: 'turn ssl on in the server, or say in the target that plaintext will do (sslmode=disable)',
      },
    );
  if (message.startsWith('Connection terminated')) return networkFailure('closed', where);
  if (message.startsWith('SASL: Only mechanism'))
    return new AssayError(
      'ERR_AUTHENTICATION',
      `expected a request for a password from ${where}, got one for another kind of credential`,
      { remedy: 'make a pg_hba.conf rule by scram-sha-256 for the role from this address' },
    );
  if (message.includes('exceeds scramMaxIterations'))
    return new AssayError(
      'ERR_TOO_LARGE',
      `expected at most 100000 SCRAM iterations from ${where}, got more`,
      {
        remedy:
          'check that the target is the server you mean, or set the password again with a lower scram_iterations',
      },
    );
  if (message.includes('signature does not match'))
    return new AssayError(
      'ERR_SERVER_IDENTITY',
      `expected ${where} to know the password, got a wrong proof`,
      {
        remedy: 'check that the target is the server you mean: this one did not prove that it knows the role',
      },
    );
  return notPostgres(where);
}

export function notPostgres(where: string): AssayError {
  return new AssayError('ERR_NOT_POSTGRES', `expected PostgreSQL at ${where}, got something else`, {
    remedy: 'check the host and the port of the target',
  });
}

/** Why one query was not answered. */
export function queryError(error: unknown, query: Query, where: string): AssayError {
  if (!(error instanceof DatabaseError) || error.code === undefined) return connectError(error, where);
  if (error.code === '42501') return denied(query);
  // Which limit ends the wait for a lock, that of the statement or its own, is the server's affair.
  if (error.code === '57014' || error.code === '55P03')
    return networkFailure('timed-out', where, `query ${query.name}`);
  if (error.code === '57P01' || error.code === '57P05') return networkFailure('closed', where);
  return new AssayError(
    'ERR_QUERY',
    `expected an answer to query ${query.name}, got SQLSTATE ${shown(error.code)}`,
    { remedy: 'report it with the server’s version: the query does not fit this server' },
  );
}

/** The role lacks a right; the remedy names it. */
export function denied(query: Query): AssayError {
  const right = query.right ?? 'the rights that assay grants postgres prints';
  return new AssayError('ERR_DENIED', `expected an answer to query ${query.name}, got permission denied`, {
    remedy: `grant the role ${right} (assay grants postgres prints it)`,
  });
}

/** A SQLSTATE is five letters and digits; a hostile server's is whatever it likes. */
const shown = (sqlState: string): string => (/^[0-9A-Z]{5}$/.test(sqlState) ? sqlState : 'of no known form');

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
