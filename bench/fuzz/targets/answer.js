import { judgedBytes, judgeReply, keepablePart, untilAnswered } from '../../../dist/tls/answer.js';
import { fullHello, ssl2Hello } from '../../../dist/tls/offers.js';
import { joined } from '../bytes.js';
import { foundInputs } from '../corpus.js';
import { holds, same } from '../executor.js';
import { cut, someTimes } from './records.js';
import { handshakes } from './seeds.js';

const versions = ['TLSv1.3', 'TLSv1.2', 'TLSv1.1', 'TLSv1.0', 'SSLv3', 'SSLv2'];
const endings = ['complete', 'closed', 'reset', 'timed-out', 'unreachable', 'too-long'];
const options = { serverName: 'host.test', random: (_label, length) => new Uint8Array(length) };
const offers = versions.map((version) =>
  version === 'SSLv2'
    ? ssl2Hello(options, { label: version })
    : fullHello(version, options, { label: version }),
);

const ssl2Reply = Uint8Array.from([
  0x80,
  0x1e,
  4,
  0,
  1,
  0,
  2,
  0,
  0,
  0,
  3,
  0,
  16,
  1,
  0,
  0x80,
  ...Array(16).fill(7),
]);

/** The reply to a hello; the first two octets choose the version asked for and how the connection ended. */
export const answer = {
  name: 'tls-answer',
  about: 'a reply to a hello for one version, SSLv2 to TLS 1.3, judged',
  form: 'tls',
  share: 10,
  limitBytes: 24 * 1024,
  errors: /^$/,
  files: ['tls/answer', 'tls/server-hello', 'tls/ssl2', 'tls/record'],
  seeds: () => [
    ...handshakes().map(({ version, received }) => joined([versions.indexOf(version), 0], received)),
    joined([5, 0], ssl2Reply),
    joined([5, 1], [0x80, 3, 0, 0, 1]),
    ...['HTTP/1.1 400 Bad Request\r\n\r\n', '220 mail ESMTP\r\n', 'SSH-2.0-x\r\n'].map((text) =>
      joined([1, 1], Buffer.from(text)),
    ),
    ...foundInputs('tls-answer'),
  ],
  run(bytes) {
    const version = versions[(bytes[0] ?? 0) % versions.length];
    const ended = endings[(bytes[1] ?? 0) % endings.length];
    const offer = offers[versions.indexOf(version)];
    const received = bytes.subarray(2);
    const found = judgeReply(version, offer, { received, ended });
    const kept = keepablePart(version, received);
    holds(kept.length <= judgedBytes, 'what is kept is bounded');
    same(judgeReply(version, offer, { received: kept, ended }), found, 'what is kept is judged the same');
    if (someTimes(received)) sameWhenCut(version, offer, received);
    return found.kind;
  },
};

/** The reader stops as soon as it has an answer: what would have come after changes nothing. */
function sameWhenCut(version, offer, received) {
  const until = untilAnswered(version);
  let length = 0;
  for (const piece of cut(received)) {
    length += piece.length;
    if (!until(piece)) continue;
    const early = judgeReply(version, offer, { received: received.subarray(0, length), ended: 'complete' });
    const late = judgeReply(version, offer, { received, ended: 'complete' });
    same(early, late, 'what comes after the answer changes nothing');
    return;
  }
}
