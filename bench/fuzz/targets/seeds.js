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

/** Messages of servers in the clear. */
export function messages() {
  return handshakes().flatMap((one) => {
    const flight = new FlightReader();
    flight.push(one.received);
    return flight.messages;
  });
}

/** Bodies of Certificate messages, of the form before TLS 1.3. */
export function certificateMessages() {
  return messages()
    .filter(({ type }) => type === certificateMessage)
    .map(({ body }) => body);
}

/** Distinct certificates: those in files, and those that servers sent. */
export function certificates() {
  const all = [...corpusFiles('certificates'), ...certificateMessages().flatMap(certificatesIn)];
  return [...new Map(all.map((der) => [Buffer.from(der).toString('hex'), der])).values()];
}

export function certificatesIn(body) {
  const found = [];
  for (let at = 3; at < body.length; ) {
    const end = at + 3 + body[at] * 65_536 + body[at + 1] * 256 + body[at + 2];
    found.push(body.subarray(at + 3, end));
    at = end;
  }
  return found;
}
