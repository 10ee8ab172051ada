import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { type FetchedPolicy, policyFrom, policyNote } from '../../dns/fetched-policy.ts';
import type { StsPolicy } from '../../dns/mta-sts.ts';
import type { PolicyPlace } from '../../dns/mtasts-inquiry.ts';
import { readCaFile } from '../ca-file.ts';
import type { Asking } from './asking.ts';
import type { DnsSession } from './session.ts';

const policyPath = '/.well-known/mta-sts.txt';
const limitBytes = 64 * 1024;

/** Errors of a handshake that showed a certificate which no sender may accept (RFC 8461 §3.3). */
const certificateErrors =
  /^(CERT_|ERR_TLS_CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET_ISSUER|VERIFY)|HOSTNAME_MISMATCH|INVALID_PURPOSE)/;

/**
 * The policy of a zone as senders get it: over HTTPS, the certificate verified, redirections not followed.
 *
 * @returns undefined where it could not be found out
 */
export async function policyAt(
  { host, addresses }: Extract<PolicyPlace, { kind: 'fetch' }>,
  session: DnsSession,
  asking: Asking,
): Promise<StsPolicy | undefined> {
  const ca = session.caFile === undefined ? undefined : (await readCaFile(session.caFile)).pem;
  for (const address of addresses) {
    const fetched = session.budget.spend() ? await fetchPolicy(host, address, ca, session) : undefined;
    if (fetched === undefined) return undefined;
    asking.note(policyNote(address), fetched);
    const policy = policyFrom(fetched);
    if (policy !== undefined) return policy;
  }
  return undefined;
}

function fetchPolicy(
  host: string,
  address: string,
  ca: string | undefined,
  { ports, budget: { timeoutMs, signal } }: DnsSession,
): Promise<FetchedPolicy> {
  return new Promise((resolve) => {
    const asked = request({
      host: address,
      port: ports.policy,
      path: policyPath,
      servername: host,
      headers: { host, accept: 'text/plain', 'user-agent': 'assay' },
      agent: false,
      minVersion: 'TLSv1.2',
      signal,
      ...(ca === undefined ? {} : { ca }),
    });
    const end = (fetched: FetchedPolicy): void => {
      clearTimeout(timer);
      asked.destroy();
      resolve(fetched);
    };
    const timer = setTimeout(() => end({ kind: 'none', why: 'no answer in time' }), timeoutMs);
    asked.on('error', (error: NodeJS.ErrnoException) => end(failureOf(error)));
    asked.on('response', (response) => read(response, end));
    asked.end();
  });
}

function failureOf({ code = 'an error' }: NodeJS.ErrnoException): FetchedPolicy {
  if (certificateErrors.test(code))
    return { kind: 'unusable', problem: `its certificate is not valid (${code})` };
  return { kind: 'none', why: code };
}

function read(response: IncomingMessage, end: (fetched: FetchedPolicy) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length > limitBytes) end({ kind: 'unusable', problem: `it is longer than ${limitBytes} bytes` });
  });
  response.on('end', () => {
    const body = Buffer.concat(chunks).toString('latin1');
    end({ kind: 'body', status: response.statusCode ?? 0, body });
  });
  response.on('error', () => end({ kind: 'none', why: 'it ended before its end' }));
}
