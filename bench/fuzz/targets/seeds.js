import { decodeCertificateMessage } from '../../../dist/tls/certificate-message.js';
import { decryptServerFlight } from '../../../dist/tls/decrypt.js';
import { FlightReader } from '../../../dist/tls/record.js';
import { corpusFiles, corpusJson } from '../corpus.js';

const fromHex = (text) => Uint8Array.from(Buffer.from(text, 'hex'));
const certificateMessage = 11;

/** Handshakes with real servers, as bytes. */
export function handshakes() {
  return corpusJson('handshakes').map((one) => ({
    ...one,
    sent: fromHex(one.sent),
    received: fromHex(one.received),
  }));
}

/** What servers sent, as it came. */
export function received() {
  return handshakes().map((one) => one.received);
}

/** Messages of servers: those in the clear, and the encrypted ones up to the certificate. */
export function messages() {
  return handshakes().flatMap((one) => {
    const flight = new FlightReader();
    flight.push(one.received);
    return [...flight.messages, ...encrypted(one)].map((message) => ({ ...message, version: one.version }));
  });
}

export function encrypted({ sent, received: bytes, keylog }) {
  return keylog === undefined
    ? []
    : (decryptServerFlight({ sent, received: bytes, keylog }, certificateMessage) ?? []);
}

/** Distinct certificates: those in files, and those that servers sent. */
export function certificates() {
  const sent = messages()
    .filter(({ type }) => type === certificateMessage)
    .flatMap(({ body, version }) =>
      decodeCertificateMessage(body, version === 'TLSv1.3' ? 'TLSv1.3' : 'TLSv1.2'),
    );
  const byContent = new Map(
    [...corpusFiles('certificates'), ...sent].map((der) => [Buffer.from(der).toString('hex'), der]),
  );
  return [...byContent.values()];
}
