import { Buffer } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';
import { AssayError } from '../../model/index.ts';
import { decodeCertificateMessage } from '../certificate-message.ts';
import { decodeExtensions } from '../extensions.ts';
import { ByteReader } from '../reader.ts';
import type { HandshakeMessage } from '../record.ts';
import { extensionType, handshakeType, protocolVersions } from '../registry.ts';
import { decodeServerHello, type ServerHello } from '../server-hello.ts';
import { handshakeMessage } from '../writer.ts';
import { decodeCertificateRequest13 } from './certificate-request.ts';
import { messageOf, type Offer13, type SentHello13, secondHello13, shareOf } from './hello13.ts';
import { needsEncapsulation } from './key-exchange.ts';
import {
  deriveSecret,
  digestOf,
  earlySecret,
  expandLabel,
  finishedMac,
  type HandshakeSecrets,
  handshakeSecrets,
  ticketKey,
} from './key-schedule.ts';
import { nothingSeen13, type Seen13 } from './outcome13.ts';
import { opener13, type Sealer, sealer13 } from './protection13.ts';
import { RecordLayer, type Said } from './record-layer.ts';
import { proofOf } from './signature.ts';
import { type Protection, protections } from './suites13.ts';
import { decodeTicket13 } from './ticket.ts';

/**
 * What the server may say next. `retry`: it asked for another hello; `finished`: its flight is whole; `open`: the
 * handshake is complete, and tickets may come; `over`: nothing more is read.
 */
type Phase = 'hello' | 'retry' | 'extensions' | 'credentials' | 'verify' | 'finish' | 'finished' | 'open' | 'over';

const { newSessionTicket, keyUpdate, encryptedExtensions, certificateRequest, certificate } = handshakeType;
const allowed: Readonly<Record<Phase, readonly number[]>> = {
  hello: [handshakeType.serverHello],
  retry: [],
  extensions: [encryptedExtensions],
  credentials: [certificateRequest, certificate],
  verify: [handshakeType.certificateVerify],
  finish: [handshakeType.finished],
  finished: [],
  open: [newSessionTicket, keyUpdate],
  over: [],
};

/** Of tickets and key updates: two tickets are usual. */
const maxLateMessages = 16;
const headerBytes = 5;

/** Reads a server's side of a TLS 1.3 handshake (RFC 8446 §2). Push never throws. */
export class ServerFlight13 {
  readonly seen: Seen13 = nothingSeen13();
  readonly #offer: Offer13;
  readonly #layer = new RecordLayer();
  #phase: Phase = 'hello';
  #hello: SentHello13;
  /** Every message so far, headers included. */
  #messages: Uint8Array[];
  #cookie: Uint8Array | undefined;
  #protection: Protection | undefined;
  #secrets: HandshakeSecrets | undefined;
  #application: { client: Buffer; server: Buffer } | undefined;
  #requestContext = new Uint8Array(0) as Uint8Array;
  #resumption: Buffer | undefined;
  #lateMessages = 0;

  constructor(offer: Offer13, hello: SentHello13) {
    this.#offer = offer;
    this.#hello = hello;
    this.#messages = [messageOf(hello.record)];
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Whether more of the server is needed before anything else can be said. */
  get reading(): boolean {
    return this.#phase !== 'retry' && this.#phase !== 'finished' && this.#phase !== 'over';
  }

  /** Bytes pushed. */
  get length(): number {
    return this.#layer.length;
  }

  /** Bytes that evidence may hold: no data of the application, and of what is no TLS only enough to show that. */
  get quotable(): number {
    if (this.seen.foreign === true) return Math.min(this.#layer.length, headerBytes);
    return this.seen.data ? this.#layer.quotable : this.#layer.length;
  }

  push(chunk: Uint8Array): void {
    this.#layer.push(chunk);
    this.#read();
  }

  /** Answers a HelloRetryRequest: the next hello to send. */
  answerRetry(): SentHello13 {
    const group = this.seen.retriedFor ?? 0;
    const share = group === 0 ? undefined : shareOf(this.#offer, group);
    const shares = share === undefined ? this.#hello.shares : [share];
    this.#hello = secondHello13(this.#offer, shares, this.#cookie, this.#messages);
    this.#messages.push(messageOf(this.#hello.record));
    this.#phase = 'hello';
    this.#read();
    return this.#hello;
  }

  /** Completes the handshake: what to seal under the keys of the handshake, and how to seal what comes after. */
  complete(): { handshake: Buffer; seal: Sealer; sealLater: Sealer } | undefined {
    const [protection, secrets, application] = [this.#protection, this.#secrets, this.#application];
    if (protection === undefined || secrets === undefined || application === undefined) return undefined;
    const { digest } = protection;
    const answers = this.seen.request === undefined ? [] : [this.#emptyCertificate()];
    this.#messages.push(...answers);
    const mac = finishedMac(digest, secrets.client, digestOf(digest, ...this.#messages));
    const finished = handshakeMessage(handshakeType.finished, mac);
    this.#messages.push(finished);
    this.#resumption = deriveSecret(
      digest,
      secrets.master,
      'res master',
      digestOf(digest, ...this.#messages),
    );
    this.seen.completed = true;
    this.#phase = 'open';
    return {
      handshake: Buffer.concat([...answers, finished]),
      seal: sealer13(protection, secrets.client),
      sealLater: sealer13(protection, application.client),
    };
  }

  /** Reads what came with the server's Finished and belongs after it. */
  readLate(): void {
    this.#read();
  }

  #emptyCertificate(): Buffer {
    const context = this.#requestContext;
    const body = Buffer.concat([Buffer.from([context.length]), context, Buffer.alloc(3)]);
    return handshakeMessage(certificate, body);
  }

  #read(): void {
    while (this.reading) {
      const said = this.#layer.next();
      if (said === undefined) return;
      this.#hear(said);
    }
  }

  #hear(said: Said): void {
    switch (said.kind) {
      case 'message':
        return this.#message(said.message);
      case 'alert':
        // Of an alert in TLS 1.3 the name alone counts; before the version is known a warning is passed over.
        if (said.name === 'user_canceled' || (!said.fatal && this.#phase === 'hello')) return;
        this.seen.alert = said.name;
        this.#phase = 'over';
        return;
      case 'application-data':
        if (this.#phase !== 'open') return this.#breaks('data before the handshake was complete');
        this.seen.data = true;
        this.#phase = 'over';
        return;
      case 'change-cipher-spec':
        return;
      case 'broken':
        this.seen.foreign = said.foreign;
        return this.#breaks(said.why);
    }
  }

  #message(message: HandshakeMessage): void {
    if (!allowed[this.#phase].includes(message.type)) {
      return this.#breaks(`a handshake message of type ${message.type} where none belongs`);
    }
    try {
      this.#take(message);
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      this.#breaks(`a malformed handshake message of type ${message.type}`);
    }
  }

  #take({ type, body }: HandshakeMessage): void {
    const whole = handshakeMessage(type, body);
    switch (this.#phase) {
      case 'hello':
        return this.#serverHello(body, whole);
      case 'extensions':
        this.seen.extensions = decodeExtensions(new ByteReader(body));
        this.#phase = this.seen.resumed === true ? 'finish' : 'credentials';
        break;
      case 'credentials':
        this.#credentials(type, body);
        break;
      case 'verify':
        this.#verify(body);
        break;
      case 'finish':
        return this.#finish(body, whole);
      case 'open':
        return this.#late(type, body);
    }
    this.#messages.push(whole);
  }

  #serverHello(body: Uint8Array, whole: Buffer): void {
    const hello = decodeServerHello(body);
    if (hello === undefined) return this.#breaks('a malformed ServerHello');
    this.seen.version = hello.version;
    if (hello.version !== protocolVersions['TLSv1.3']) {
      this.#phase = 'over';
      return;
    }
    if (!this.#offer.suites.includes(hello.suite)) {
      return this.#breaks('a cipher suite that was not offered');
    }
    if (this.seen.suite !== undefined && this.seen.suite !== hello.suite) {
      return this.#breaks('another cipher suite than in its HelloRetryRequest');
    }
    this.seen.suite = hello.suite;
    this.#protection = protections.get(hello.suite);
    if (this.#protection === undefined) return this.#unopened('cipher-suite', hello.suite);
    if (hello.retry) this.#retry(hello, whole, this.#protection);
    else this.#agree(hello, whole, this.#protection);
  }

  #retry(hello: ServerHello, whole: Buffer, { digest }: Protection): void {
    if (this.seen.retriedFor !== undefined) return this.#breaks('a second HelloRetryRequest');
    const { group } = hello;
    const cookie = hello.extensions.get(extensionType.cookie);
    if (group === undefined && cookie === undefined) {
      return this.#breaks('a HelloRetryRequest that asks for nothing');
    }
    if (group !== undefined && !this.#mayAskFor(group)) {
      return this.#breaks('a HelloRetryRequest for a group that was not offered, or sent already');
    }
    this.seen.retriedFor = group ?? 0;
    const first = digestOf(digest, ...this.#messages);
    this.#messages = [handshakeMessage(handshakeType.messageHash, first), whole];
    this.#cookie = cookie;
    if (group !== undefined && shareOf(this.#offer, group) === undefined) {
      return this.#unopened('group', group);
    }
    this.#phase = 'retry';
  }

  #mayAskFor(group: number): boolean {
    return this.#offer.groups.includes(group) && this.#hello.shares.every((share) => share.group !== group);
  }

  #agree(hello: ServerHello, whole: Buffer, protection: Protection): void {
    const body = hello.extensions.get(extensionType.keyShare);
    const reader = new ByteReader(body ?? new Uint8Array(0));
    const group = reader.uint(2);
    this.seen.group = group;
    const share = this.#hello.shares.find((each) => each.group === group);
    if (share === undefined) return this.#breaks('a key of a group that none was sent of');
    const shared = share.agree(reader.vector(2));
    if (shared === undefined) return this.#breaks('a key that is none of its group');
    const resumed = hello.extensions.has(extensionType.preSharedKey);
    if (resumed && this.#offer.session === undefined) return this.#breaks('a ticket that was not offered');
    this.seen.resumed = resumed;
    this.#messages.push(whole);
    const early = earlySecret(protection.digest, resumed ? this.#offer.session?.key : undefined);
    const hash = digestOf(protection.digest, ...this.#messages);
    this.#secrets = handshakeSecrets(protection.digest, early, shared, hash);
    this.#note('CLIENT_HANDSHAKE_TRAFFIC_SECRET', this.#secrets.client);
    this.#note('SERVER_HANDSHAKE_TRAFFIC_SECRET', this.#secrets.server);
    this.#layer.open = opener13(protection, this.#secrets.server);
    this.#phase = 'extensions';
  }

  #credentials(type: number, body: Uint8Array): void {
    if (type === certificateRequest) {
      if (this.seen.request !== undefined) return this.#breaks('a second CertificateRequest');
      this.seen.request = decodeCertificateRequest13(body);
      this.#requestContext = new ByteReader(body).vector(1);
      return;
    }
    this.seen.certificates = decodeCertificateMessage(body, 'TLSv1.3');
    this.#phase = 'verify';
    if (this.seen.certificates.length === 0) this.#breaks('an empty list of certificates');
  }

  #verify(body: Uint8Array): void {
    const reader = new ByteReader(body);
    const scheme = reader.uint(2);
    const signature = reader.vector(2);
    const [leaf] = this.seen.certificates ?? [];
    const hash = digestOf(this.#protection?.digest ?? 'sha256', ...this.#messages);
    const data = Buffer.concat([signedPrefix, hash]);
    const result =
      leaf === undefined ? 'unknown' : proofOf({ scheme, signature, data, certificate: leaf.der });
    this.seen.proof = { scheme, result };
    this.#phase = 'finish';
  }

  #finish(body: Uint8Array, whole: Buffer): void {
    const [protection, secrets] = [this.#protection, this.#secrets];
    if (protection === undefined || secrets === undefined) return;
    const { digest } = protection;
    const mac = finishedMac(digest, secrets.server, digestOf(digest, ...this.#messages));
    if (mac.length !== body.length || !timingSafeEqual(mac, body)) {
      return this.#breaks('a Finished message that does not fit the handshake');
    }
    this.#messages.push(whole);
    const hash = digestOf(digest, ...this.#messages);
    const application = {
      client: deriveSecret(digest, secrets.master, 'c ap traffic', hash),
      server: deriveSecret(digest, secrets.master, 's ap traffic', hash),
    };
    this.#application = application;
    this.#note('CLIENT_TRAFFIC_SECRET_0', application.client);
    this.#note('SERVER_TRAFFIC_SECRET_0', application.server);
    this.#layer.open = opener13(protection, application.server);
    this.seen.finished = true;
    this.#phase = 'finished';
  }

  #late(type: number, body: Uint8Array): void {
    this.#lateMessages++;
    if (type === newSessionTicket) this.#ticket(body);
    else this.#updateKeys();
    if (this.#lateMessages >= maxLateMessages) this.#phase = 'over';
  }

  #ticket(body: Uint8Array): void {
    const ticket = decodeTicket13(body);
    const [protection, resumption, { suite }] = [this.#protection, this.#resumption, this.seen];
    if (protection === undefined || resumption === undefined || suite === undefined) return;
    const key = ticketKey(protection.digest, resumption, ticket.nonce);
    this.seen.tickets = [...this.seen.tickets, ticket];
    this.seen.sessions = [...this.seen.sessions, { ticket, key, suite }];
  }

  /** RFC 8446 §7.2. */
  #updateKeys(): void {
    const [protection, application] = [this.#protection, this.#application];
    if (protection === undefined || application === undefined) return;
    const { server } = application;
    const next = expandLabel(protection.digest, server, 'traffic upd', new Uint8Array(0), server.length);
    this.#application = { ...application, server: next };
    this.#layer.open = opener13(protection, next);
  }

  #note(label: string, secret: Uint8Array): void {
    const random = Buffer.from(this.#hello.random).toString('hex');
    const line = `${label} ${random} ${Buffer.from(secret).toString('hex')}`;
    this.seen.keylog = [...this.seen.keylog, line];
  }

  #unopened(what: 'cipher-suite' | 'group', code: number): void {
    const wantsEncapsulation = what === 'group' && this.#offer.kems === undefined && needsEncapsulation(code);
    this.seen.unopened = { what, code, wantsEncapsulation };
    this.#phase = 'over';
  }

  #breaks(why: string): void {
    this.seen.broken = why;
    this.#phase = 'over';
  }
}

/** RFC 8446 §4.4.3. */
const signedPrefix = Buffer.concat([
  Buffer.alloc(64, 0x20),
  Buffer.from('TLS 1.3, server CertificateVerify'),
  Buffer.alloc(1),
]);
