import { Buffer } from 'node:buffer';
import { type Extension, encodeClientHello } from '../client-hello.ts';
import type { RandomSource } from '../exchange.ts';
import { extensionType, type RecordVersion, signatureSchemes } from '../registry.ts';
import { uint16List, vector } from '../writer.ts';

/** What can be taken up again. */
export interface Session12 {
  /** Empty where the server gave none. */
  readonly id: Uint8Array;
  /** Empty where the server gave none. */
  readonly ticket: Uint8Array;
  readonly master: Uint8Array;
  readonly suite: number;
  readonly extendedMasterSecret: boolean;
}

/** What a handshake before TLS 1.3 offers. */
export interface Offer12 {
  /** Names what is drawn from the source; another handshake with the same label is the same handshake. */
  readonly label: string;
  readonly random: RandomSource;
  readonly serverName: string | undefined;
  readonly version: Exclude<RecordVersion, 'TLSv1.3'>;
  /** A handshake is completed only with those of `suites12`, and not in SSLv3. */
  readonly suites: readonly number[];
  readonly groups: readonly number[];
  readonly signatureSchemes: readonly number[];
  /** The schemes are for the chain too: nothing is said of it beside them. */
  readonly schemesOfChain?: true;
  /** An earlier session, to be taken up by its id or by its ticket. */
  readonly resume?: { readonly by: 'id' | 'ticket'; readonly session: Session12 };
}

/** RFC 8446 §4.2.3: the chain may be signed with anything, whatever the leaf's own key is asked to be. */
export const anyChain: Extension = {
  type: extensionType.signatureAlgorithmsCert,
  body: vector(2, uint16List(Object.values(signatureSchemes))),
};

export interface SentHello12 {
  /** As a record. */
  readonly record: Buffer;
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
}

export function hello12(offer: Offer12): SentHello12 {
  const { label, random, version, resume } = offer;
  const clientRandom = random(`${label}: client random`, 32);
  const sessionId = sessionIdOf(offer);
  const ticket = resume?.by === 'ticket' ? resume.session.ticket : Buffer.alloc(0);
  // Who takes up a session by its id says nothing of tickets: else a server could answer with one instead.
  const tickets = resume?.by === 'id' ? [] : [{ type: extensionType.sessionTicket, body: ticket }];
  const record = encodeClientHello({
    version,
    random: clientRandom,
    sessionId,
    suites: offer.suites,
    groups: offer.groups,
    signatureSchemes: offer.signatureSchemes,
    serverName: offer.serverName,
    keyShares: [],
    further: [
      { type: extensionType.statusRequest, body: Buffer.from([1, 0, 0, 0, 0]) },
      { type: extensionType.signedCertificateTimestamp, body: Buffer.alloc(0) },
      ...(version === 'TLSv1.2' && !offer.schemesOfChain ? [anyChain] : []),
      ...tickets,
    ],
  });
  return { record, random: clientRandom, sessionId };
}

/** With a ticket any id will do: that it comes back says that the ticket was taken (RFC 5077 §3.4). */
function sessionIdOf({ label, random, resume }: Offer12): Uint8Array {
  if (resume === undefined) return new Uint8Array(0);
  return resume.by === 'id' ? resume.session.id : random(`${label}: session id`, 32);
}
