import { Buffer } from 'node:buffer';
import type { Upgrade } from './outcome.ts';
import { bytesOf, foreign, type Preamble } from './preamble.ts';

/** PostgreSQL's SSLRequest: length 8, code 80877103 ("Message Formats" of its manual). */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** PostgreSQL. One byte comes back: S, N, or E from a server that could not even read the request. */
export function* upgradePostgres(): Preamble<Upgrade> {
  const code = String.fromCharCode((yield { say: sslRequest, message: bytesOf(1) })[0] ?? 0);
  if (code === 'S') return { kind: 'upgraded', code, announced: {} };
  if (code === 'N') return { kind: 'refused', code, announced: {} };
  if (code === 'E') return { kind: 'unavailable', code, announced: {} };
  throw foreign('an answer to SSLRequest', 'another byte');
}
