import { Buffer } from 'node:buffer';
import type { Extension } from './client-hello.ts';
import { extensionType } from './registry.ts';

/** status_request for OCSP without responders or extensions (RFC 6066 §8). */
const ocspStatus = Buffer.from([1, 0, 0, 0, 0]);
/** Heartbeats may be sent to us (RFC 6520 §2). */
const peerAllowedToSend = Buffer.from([1]);

/** What every full hello offers, so that a server shows what it can do. */
export const usualExtensions: readonly Extension[] = [
  { type: extensionType.statusRequest, body: ocspStatus },
  { type: extensionType.signedCertificateTimestamp, body: Buffer.alloc(0) },
  { type: extensionType.sessionTicket, body: Buffer.alloc(0) },
  { type: extensionType.heartbeat, body: peerAllowedToSend },
];
