import { answer } from './answer.js';
import { certificateMessage } from './certificate-message.js';
import { dnsMessage, dnsPolicy } from './dns.js';
import { handshake, sealedFlight } from './handshake.js';
import { http } from './http.js';
import { inquiry } from './inquiries.js';
import { keyExchange } from './key-exchange.js';
import { records } from './records.js';
import { crl, fields, ocsp, timestamps, weakness } from './revocation.js';
import { serverHello } from './server-hello.js';
import { tdsFraming, upgrade } from './upgrade.js';
import { certificate, extensions, name, time } from './x509.js';

/**
 * Every reader of bytes that a server sends. A target has a name, the form of its inputs (how they are mutated), its
 * share of all inputs, the codes of errors that are its right answer to bad input, the files whose coverage counts, its
 * seeds, and `run`, which throws where the reader breaks a law and else says what came out.
 */
export const targets = [
  records,
  serverHello,
  answer,
  certificateMessage,
  keyExchange,
  inquiry,
  handshake,
  sealedFlight,
  certificate,
  name,
  extensions,
  time,
  fields,
  ocsp,
  crl,
  timestamps,
  weakness,
  dnsMessage,
  dnsPolicy,
  http,
  upgrade,
  tdsFraming,
];
