import { decodeCertificateMessage } from '../../../dist/tls/certificate-message.js';
import { joined } from '../bytes.js';
import { foundInputs } from '../corpus.js';
import { holds, same } from '../executor.js';
import { certificateMessages, certificatesIn } from './seeds.js';

/** The body of a Certificate message; the first octet chooses the form. */
export const certificateMessage = {
  name: 'tls-certificate-message',
  about: 'the list of certificates, in the form of TLS 1.3 and of the versions before',
  form: 'bytes',
  share: 12,
  errors: /^ERR_TLS_DECODE$/,
  files: ['tls/certificate-message', 'tls/reader'],
  seeds: () => [
    ...certificateMessages().flatMap((body) => [joined([0], body), joined([1], of13(certificatesIn(body)))]),
    joined([0], [0, 0, 0]),
    joined([0], [0, 1, 4], Array(65).fill([0, 0, 1, 9]).flat()),
    ...foundInputs('tls-certificate-message'),
  ],
  run(bytes) {
    const form = bytes[0] % 2 === 1 ? 'TLSv1.3' : 'TLSv1.2';
    const body = bytes.subarray(1);
    const list = decodeCertificateMessage(body, form);
    holds(list.length <= 65, 'the number of certificates is bounded');
    if (form === 'TLSv1.2') same(encoded(list), Uint8Array.from(body), 'what was read is what was sent');
    else
      holds(
        list.every((one) => one.der.buffer === body.buffer),
        'certificates are parts of the message',
      );
    return `${form} ${list.length > 0 ? 'list' : 'empty'}`;
  },
};

function encoded(list) {
  const entries = joined(...list.flatMap(({ der }) => [uint24(der.length), der]));
  return joined(uint24(entries.length), entries);
}

/** The form of TLS 1.3 (RFC 8446 §4.4.2), with a staple of four octets. */
function of13(list) {
  const staple = [0, 5, 0, 4, 1, 0, 0, 0];
  const entries = joined(...list.flatMap((der) => [uint24(der.length), der, [0, staple.length], staple]));
  return joined([0], uint24(entries.length), entries);
}

function uint24(value) {
  return [value >> 16, (value >> 8) & 255, value & 255];
}
