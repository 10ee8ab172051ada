import { AssayError } from '../model/index.ts';
import { canonicalAddress, parseHost } from './host.ts';

export const dnsPort = 53;

/** A recursive name server. */
export interface Resolver {
  /** Without brackets. */
  readonly address: string;
  readonly port: number;
}

/**
 * `192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53`, `[2001:db8::53]:5353`. An address, not a name: who is asked must not
 * hang on another answer.
 *
 * @throws AssayError ERR_TARGET
 */
export function parseResolver(text: string): Resolver {
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const address = canonicalAddress(bracketed ?? plain ?? text);
  const number = port === undefined ? dnsPort : Number(port);
  if (address !== undefined && number >= 1 && number <= 65_535) return { address, port: number };
  throw new AssayError('ERR_TARGET', 'expected the address of a resolver, got something else', {
    remedy: 'write 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:5353',
  });
}

/**
 * The name of a zone, lower-case, without the final dot.
 *
 * @throws AssayError ERR_TARGET
 */
export function parseZone(text: string): string {
  const name = text.includes('/') || text.startsWith('[') ? undefined : parseHost(text);
  if (name !== undefined && canonicalAddress(name) === undefined) return name;
  throw new AssayError('ERR_TARGET', 'expected the name of a zone, got something else', {
    remedy: 'name it as in dns://pay.example or dns://192.0.2.53/pay.example',
  });
}
