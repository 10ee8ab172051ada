import { readSentChains } from '../../../dist/tls/sent-chains.js';
import { joined } from '../bytes.js';
import { foundInputs } from '../corpus.js';
import { same } from '../executor.js';
import { handshakes } from './seeds.js';

const recorded = handshakes().filter(({ version }) => version !== 'SSLv2');
const hex = (bytes) => Buffer.from(bytes).toString('hex');

/** What came back in a handshake made to see the certificates; the first octet chooses the handshake. */
export const transcript = {
  name: 'tls-transcript',
  about: 'a whole handshake, from its bytes to the chain it shows',
  form: 'tls',
  share: 0.5,
  batch: 500,
  errors: /^$/,
  files: ['tls/transcript', 'tls/sent-chains', 'tls/certificate-message', 'tls/decrypt', 'x509/certificate'],
  seeds: () => [
    ...recorded.map(({ received }, index) => joined([index], received)),
    ...foundInputs('tls-transcript'),
  ],
  run(bytes) {
    const { version, sent, keylog } = recorded[(bytes[0] ?? 0) % recorded.length];
    const one = {
      version,
      authentication: 'any',
      ended: 'connection closed',
      sent: hex(sent),
      received: hex(bytes.subarray(1)),
    };
    const look = keylog === undefined ? one : { ...one, keylog };
    const seen = readSentChains([look]);
    same(shown(readSentChains([look, look])), shown(seen), 'the same handshake twice shows the same');
    if (seen.chains.length === 0) return seen.missing.length > 0 ? 'missing' : 'none';
    return seen.missing.length > 0 ? 'part of a chain' : 'chain';
  },
};

function shown({ chains, missing }) {
  return {
    chains: chains.map(({ leaf, others }) => [leaf, ...others].map(({ sha256 }) => sha256)),
    missing: missing.map(({ what }) => what).filter((what, index, all) => all.indexOf(what) === index),
  };
}
