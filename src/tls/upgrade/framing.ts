import type { StarttlsProtocol } from '../../model/index.ts';
import { tdsFraming } from './tds-framing.ts';

/** How bytes of TLS travel where they do not travel bare. One for each connection: it remembers what came in parts. */
export interface Framing {
  wrap(bytes: Uint8Array): Uint8Array;
  /** What of TLS a chunk brings, in order; nothing while a frame is not whole. */
  unwrap(chunk: Uint8Array): Uint8Array;
}

const bare: Framing = { wrap: (bytes) => bytes, unwrap: (chunk) => chunk };

export function framingOf(protocol: StarttlsProtocol | undefined): Framing {
  return protocol === 'tds' ? tdsFraming() : bare;
}
