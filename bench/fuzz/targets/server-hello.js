import { decodeServerHello } from '../../../dist/tls/server-hello.js';
import { joined } from '../bytes.js';
import { foundInputs } from '../corpus.js';
import { same } from '../executor.js';
import { messages } from './seeds.js';

/** The body of a ServerHello or HelloRetryRequest. */
export const serverHello = {
  name: 'tls-server-hello',
  about: 'the body of a ServerHello or HelloRetryRequest',
  form: 'bytes',
  share: 15,
  errors: /^$/,
  files: ['tls/server-hello', 'tls/reader'],
  seeds: () => [
    ...messages()
      .filter(({ type }) => type === 2)
      .map(({ body }) => body),
    ...foundInputs('tls-server-hello'),
  ],
  run(bytes) {
    const hello = decodeServerHello(bytes);
    if (hello === undefined) return 'none';
    const from = 2 + 32 + 1 + bytes[34];
    const rest = bytes.subarray(from);
    const encoded = [...hello.extensions].flatMap(([type, body]) => [
      uint16(type),
      uint16(body.length),
      body,
    ]);
    const block = joined(...encoded);
    const expected =
      rest.length === 3 ? [rest] : [uint16(hello.suite), [hello.compression], uint16(block.length), block];
    same(joined(...expected), Uint8Array.from(rest), 'what was read is what was sent');
    return hello.retry ? 'retry' : 'hello';
  },
};

function uint16(value) {
  return [value >> 8, value & 255];
}
