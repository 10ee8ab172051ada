import { Buffer } from 'node:buffer';
import { foreign, type Preamble } from './preamble.ts';
import type { Destination, Passage, ProxyLogin } from './proxy.ts';

const headEnd = '\r\n\r\n';
/** The proxy could not reach the target, or did not wait for it. */
const unreachable = new Set(['502', '503', '504']);

/** The CONNECT method (RFC 9110 §9.3.6), with Basic credentials (RFC 7617) where there are any. */
export function* connectByHttp(
  { address, port }: Destination,
  login: ProxyLogin | undefined,
): Preamble<Passage> {
  const authority = `${address.includes(':') ? `[${address}]` : address}:${port}`;
  const lines = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`, ...authorization(login), '', ''];
  const head = Buffer.from(yield { say: Buffer.from(lines.join('\r\n')), message: headIn }).toString(
    'latin1',
  );
  const code = /^HTTP\/1\.[01] (\d{3})[ \r]/.exec(head)?.[1];
  if (code === undefined) throw foreign('an answer of HTTP/1', 'something else');
  if (code.startsWith('2')) return { kind: 'open', code };
  return { kind: unreachable.has(code) ? 'unreachable' : 'refused', code };
}

function authorization(login: ProxyLogin | undefined): readonly string[] {
  if (login === undefined) return [];
  const credentials = Buffer.from(`${login.user}:${login.password}`).toString('base64');
  return [`Proxy-Authorization: Basic ${credentials}`];
}

/** Up to the empty line. What cannot begin an answer is not waited for. */
function headIn(received: Uint8Array): number | undefined {
  const text = Buffer.from(received).toString('latin1');
  const begins = 'HTTP/1.';
  if (!text.startsWith(begins.slice(0, text.length))) throw foreign('an answer of HTTP/1', 'something else');
  const end = text.indexOf(headEnd);
  return end === -1 ? undefined : end + headEnd.length;
}
