import { Buffer } from 'node:buffer';
import { AssayError, parseIpAddress } from '../../model/index.ts';
import { bytesOf, foreign, type Preamble } from './preamble.ts';
import type { Destination, Passage, ProxyLogin } from './proxy.ts';

const version = 5;
const method = { none: 0, password: 2 };
const addressType = { ipv4: 1, name: 3, ipv6: 4 };
/** Replies about the way to the target (RFC 1928 §6): network, host, refused, time to live. */
const unreachable = new Set([3, 4, 5, 6]);

/** SOCKS5 (RFC 1928), with user name and password (RFC 1929) where there are any. */
export function* connectBySocks5(destination: Destination, login: ProxyLogin | undefined): Preamble<Passage> {
  const methods = login === undefined ? [method.none] : [method.none, method.password];
  const greeting = Buffer.from([version, methods.length, ...methods]);
  const chosen = second(yield { say: greeting, message: bytesOf(2) }, version);
  if (!methods.includes(chosen)) return { kind: 'refused', code: `method ${chosen}` };
  if (chosen === method.password && login !== undefined) {
    const status = second(yield { say: passwordRequest(login), message: bytesOf(2) }, 1);
    if (status !== 0) return { kind: 'refused', code: `login ${status}` };
  }
  const reply = second(yield { say: connectRequest(destination), message: replyIn }, version);
  if (reply === 0) return { kind: 'open', code: 'reply 0' };
  return { kind: unreachable.has(reply) ? 'unreachable' : 'refused', code: `reply ${reply}` };
}

function second([first, value]: Uint8Array, expected: number): number {
  if (first !== expected || value === undefined) throw foreign('an answer of SOCKS5', 'something else');
  return value;
}

function connectRequest({ address, port }: Destination): Buffer {
  const octets = parseIpAddress(address);
  if (octets === undefined) throw new AssayError('ERR_TARGET', 'expected an address to connect to, got none');
  const type = octets.length === 4 ? addressType.ipv4 : addressType.ipv6;
  return Buffer.from([version, 1, 0, type, ...octets, port >> 8, port & 255]);
}

/** @throws AssayError ERR_CREDENTIAL for what does not fit into a byte of length */
function passwordRequest({ user, password }: ProxyLogin): Buffer {
  const parts = [Buffer.from(user), Buffer.from(password)];
  if (parts.some(({ length }) => length === 0 || length > 255))
    throw new AssayError('ERR_CREDENTIAL', 'expected a user and a password of 1 to 255 bytes, got others');
  return Buffer.concat([Buffer.from([1]), ...parts.flatMap((part) => [Buffer.from([part.length]), part])]);
}

/** The address that the proxy connects from is of a length that its type says. */
function replyIn(received: Uint8Array): number | undefined {
  const [first = version, , , type, nameLength] = received;
  if (first !== version) throw foreign('an answer of SOCKS5', 'something else');
  if (received.length < 5) return undefined;
  switch (type) {
    case addressType.ipv4:
      return bytesOf(10)(received);
    case addressType.ipv6:
      return bytesOf(22)(received);
    case addressType.name:
      return bytesOf(7 + (nameLength ?? 0))(received);
    default:
      throw foreign('an address of SOCKS5', 'something else');
  }
}
