import { readKeyExchange } from '../../../dist/tls/server-key-exchange.js';
import { joined } from '../bytes.js';
import { foundInputs } from '../corpus.js';
import { holds, same } from '../executor.js';
import { messages } from './seeds.js';

const suites = [
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_DHE_RSA_WITH_AES_128_CBC_SHA',
  'TLS_DH_anon_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA',
  'TLS_DHE_PSK_WITH_AES_128_CBC_SHA',
  'TLS_RSA_WITH_AES_128_CBC_SHA',
  'TLS_PSK_WITH_AES_128_CBC_SHA',
];
const versions = [0x0303, 0x0302, 0x0300];

/** A ServerKeyExchange; the first octet chooses suite and version. */
export const keyExchange = {
  name: 'tls-key-exchange',
  about: 'a ServerKeyExchange: curves, primes, PSK identity hints',
  form: 'bytes',
  share: 10,
  errors: /^$/,
  files: ['tls/server-key-exchange', 'tls/reader'],
  seeds: () => [
    ...messages()
      .filter(({ type }) => type === 12)
      .flatMap(({ body }) => suites.map((_, index) => joined([index], body))),
    joined([3, 0, 6], Buffer.from('a hint'), [3, 0, 29, 1, 9]),
    ...foundInputs('tls-key-exchange'),
  ],
  run(bytes) {
    const suite = suites[(bytes[0] ?? 0) % suites.length];
    const version = versions[((bytes[0] ?? 0) >> 4) % versions.length];
    const body = bytes.subarray(1);
    const seen = readKeyExchange(suite, version, body);
    same(readKeyExchange(suite, version, body), seen, 'the same bytes are read the same');
    if (seen === undefined) return 'none';
    holds((seen.dh?.prime.length ?? 0) <= body.length, 'a prime is a part of the message');
    return seen.dh === undefined ? 'curve' : 'prime';
  },
};
