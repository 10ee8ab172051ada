import { Buffer } from 'node:buffer';
import { AssayError } from '../../model/index.ts';
import { decodeCertificateMessage } from '../certificate-message.ts';
import { decodeExtensions } from '../extensions.ts';
import { ByteReader } from '../reader.ts';
import type { HandshakeMessage } from '../record.ts';
import { extensionType, handshakeType, protocolVersions } from '../registry.ts';
import { decodeServerHello, type ServerHello } from '../server-hello.ts';
import { handshakeMessage } from '../writer.ts';
import { Breach } from './breach.ts';
import { decodeCertificateRequest13 } from './certificate-request.ts';
import { messageOf, type Offer13, type SentHello13, secondHello13, shareOf } from './hello13.ts';
import { needsEncapsulation } from './key-exchange.ts';
import { type Keys13, keysFor } from './keys13.ts';
import { nothingSeen13, type Seen13 } from './outcome13.ts';
import type { Sealer } from './protection13.ts';
import { RecordLayer, type Said } from './record-layer.ts';
import { proofOf } from './signature.ts';
import { decodeTicket13 } from './ticket.ts';

/**
 * What the server may say next. `retry`: it asked for another hello; `finished`: its flight is whole; `open`: the
 * handshake is complete, and tickets may come; `over`: nothing more is read.
 */
type Phase =
  | 'hello'
  | 'retry'
  | 'extensions'
  | 'credentials'
  | 'verify'
  | 'finish'
  | 'finished'
  | 'open'
  | 'over';

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
/** Data of the application may come before tickets; so much of a connection is waited through for them. */
const lateCapBytes = 64 * 1024;

/** Reads a server's side of a TLS 1.3 handshake (RFC 8446 §2). Push never throws. */
export class ServerFlight13 {
  readonly seen: Seen13 = nothingSeen13();
  readonly #offer: Offer13;
  readonly #layer = new RecordLayer();
  #phase: Phase = 'hello';
  #hello: SentHello13;
  #keys: Keys13 | undefined;
  #cookie: Uint8Array | undefined;
  #lateMessages = 0;

  constructor(offer: Offer13, hello: SentHello13) {
    this.#offer = offer;
    this.#hello = hello;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Whether more of the server is needed before anything else can be said. */
  get reading(): boolean {
    // A record cut off would have to be kept without knowing what is in it.
    return this.#phase === 'finished' ? this.#layer.partial : this.#listening;
  }

  get #listening(): boolean {
    return this.#phase !== 'retry' && this.#phase !== 'finished' && this.#phase !== 'over';
  }

  /** Bytes pushed. */
  get length(): number {
    return this.#layer.length;
  }

  quotable(received: Uint8Array, offset: number): Uint8Array {
    return this.#layer.quotable(received, offset, this.#phase === 'over');
  }

  push(chunk: Uint8Array): void {
    this.#layer.push(chunk);
    this.read();
  }

  /** Reads what was pushed, as far as this phase goes. */
  read(): void {
    while (this.#listening) {
      const said = this.#layer.next();
      if (said === undefined) return;
      this.#hear(said);
    }
    if (this.#phase === 'finished') this.#layer.lookAhead();
  }

  /** Answers a HelloRetryRequest: the next hello to send. */
  answerRetry(): SentHello13 {
    const group = this.seen.retriedFor ?? 0;
    const share = group === 0 ? undefined : shareOf(this.#offer, group);
    const shares = share === undefined ? this.#hello.shares : [share];
    this.#hello = secondHello13(this.#offer, shares, this.#cookie, this.#keys?.messages ?? []);
    this.#keys?.add(messageOf(this.#hello.record));
    this.#phase = 'hello';
    this.read();
    return this.#hello;
  }

  /** Completes the handshake: our messages, how to seal them, and how to seal what comes after. */
  complete(): { readonly messages: Buffer; readonly seal: Sealer; readonly sealLater: Sealer } | undefined {
    if (this.#keys === undefined) return undefined;
    const answers = this.seen.request === undefined ? [] : [emptyCertificate(this.seen.request.context)];
    for (const answer of answers) this.#keys.add(answer);
    const { message, ...seals } = this.#keys.clientFinished();
    this.seen.completed = true;
    this.#phase = 'open';
    return { messages: Buffer.concat([...answers, message]), ...seals };
  }

  #hear(said: Said): void {
    try {
      if (said.kind === 'message') this.#message(said.message);
      else this.#other(said);
    } catch (error) {
      if (!(error instanceof Breach || error instanceof AssayError)) throw error;
      this.seen.broken = error.message;
      this.#phase = 'over';
    }
  }

  #other(said: Exclude<Said, { kind: 'message' }>): void {
    switch (said.kind) {
      case 'alert':
        // Of an alert in TLS 1.3 the name alone counts; before the version is known a warning is passed over.
        if (said.name === 'user_canceled' || (!said.fatal && this.#phase === 'hello')) return;
        this.seen.alert = said.name;
        this.#phase = 'over';
        return;
      case 'application-data':
        if (this.#phase !== 'open') throw new Breach('data before the handshake was complete');
        if (this.#layer.length > lateCapBytes) this.#phase = 'over';
        return;
      case 'change-cipher-spec':
        return;
      case 'broken':
        this.seen.foreign = said.foreign;
        throw new Breach(said.why);
    }
  }

  #message({ type, body }: HandshakeMessage): void {
    if (!allowed[this.#phase].includes(type))
      throw new Breach(`a handshake message of type ${type} where none belongs`);
    const whole = handshakeMessage(type, body);
    if (type === handshakeType.serverHello) this.#serverHello(body, whole);
    else if (type === handshakeType.finished) this.#finish(body, whole);
    else if (type === newSessionTicket || type === keyUpdate) this.#late(type, body);
    else {
      this.#credentials(type, body);
      this.#keys?.add(whole);
    }
  }

  #serverHello(body: Uint8Array, whole: Buffer): void {
    const hello = decodeServerHello(body);
    if (hello === undefined) throw new Breach('a malformed ServerHello');
    this.seen.version = hello.version;
    if (hello.version !== protocolVersions['TLSv1.3']) {
      this.#phase = 'over';
      return;
    }
    if (!this.#offer.suites.includes(hello.suite)) throw new Breach('a cipher suite that was not offered');
    if (this.seen.suite !== undefined && this.seen.suite !== hello.suite) {
      throw new Breach('another cipher suite than in its HelloRetryRequest');
    }
    this.seen.suite = hello.suite;
    this.#keys ??= keysFor(hello.suite, [messageOf(this.#hello.record)]);
    if (this.#keys === undefined) this.#leaveUnopened('cipher-suite', hello.suite);
    else if (hello.retry) this.#retry(hello, whole, this.#keys);
    else this.#agree(hello, whole, this.#keys);
  }

  #retry({ group, extensions }: ServerHello, whole: Buffer, keys: Keys13): void {
    if (this.seen.retriedFor !== undefined) throw new Breach('a second HelloRetryRequest');
    this.#cookie = extensions.get(extensionType.cookie);
    if (group === undefined && this.#cookie === undefined) {
      throw new Breach('a HelloRetryRequest that asks for nothing');
    }
    if (group !== undefined && !this.#mayAskFor(group)) {
      throw new Breach('a HelloRetryRequest for a group that was not offered, or sent already');
    }
    this.seen.retriedFor = group ?? 0;
    keys.startAgain(whole);
    const unknown = group !== undefined && shareOf(this.#offer, group) === undefined;
    if (unknown) this.#leaveUnopened('group', group);
    else this.#phase = 'retry';
  }

  #mayAskFor(group: number): boolean {
    return this.#offer.groups.includes(group) && this.#hello.shares.every((share) => share.group !== group);
  }

  #agree({ extensions }: ServerHello, whole: Buffer, keys: Keys13): void {
    const reader = new ByteReader(extensions.get(extensionType.keyShare) ?? new Uint8Array(0));
    const group = reader.uint(2);
    this.seen.group = group;
    const share = this.#hello.shares.find((each) => each.group === group);
    if (share === undefined) throw new Breach('a key of a group that none was sent of');
    const shared = share.agree(reader.vector(2));
    if (shared === undefined) throw new Breach('a key that is none of its group');
    const resumed = extensions.has(extensionType.preSharedKey);
    const { session } = this.#offer;
    if (resumed && session?.suite !== this.seen.suite) throw new Breach('a ticket that was not offered');
    this.seen.resumed = resumed;
    keys.add(whole);
    this.#layer.open = keys.agree(shared, resumed ? session?.key : undefined);
    this.#noteSecrets(keys);
    this.#phase = 'extensions';
  }

  #credentials(type: number, body: Uint8Array): void {
    switch (type) {
      case encryptedExtensions:
        this.seen.extensions = decodeExtensions(new ByteReader(body));
        this.#phase = this.seen.resumed === true ? 'finish' : 'credentials';
        return;
      case certificateRequest:
        if (this.seen.request !== undefined) throw new Breach('a second CertificateRequest');
        this.seen.request = decodeCertificateRequest13(body);
        return;
      case certificate:
        this.seen.certificates = decodeCertificateMessage(body, 'TLSv1.3');
        if (this.seen.certificates.length === 0) throw new Breach('an empty list of certificates');
        this.#phase = 'verify';
        return;
      default:
        this.#verify(body);
    }
  }

  #verify(body: Uint8Array): void {
    const reader = new ByteReader(body);
    const scheme = reader.uint(2);
    const signature = reader.vector(2);
    const [leaf] = this.seen.certificates ?? [];
    const data = this.#keys?.signedData();
    const checked = leaf !== undefined && data !== undefined;
    const result = checked ? proofOf({ scheme, signature, data, certificate: leaf.der }) : 'unknown';
    this.seen.proof = { scheme, result };
    this.#phase = 'finish';
  }

  #finish(body: Uint8Array, whole: Buffer): void {
    if (this.#keys === undefined) return;
    this.#layer.open = this.#keys.serverFinished(body, whole);
    this.#noteSecrets(this.#keys);
    this.seen.finished = true;
    this.#phase = 'finished';
  }

  #late(type: number, body: Uint8Array): void {
    this.#lateMessages++;
    if (type === newSessionTicket) this.#ticket(body);
    else this.#layer.open = this.#keys?.update();
    if (this.#lateMessages >= maxLateMessages) this.#phase = 'over';
  }

  #ticket(body: Uint8Array): void {
    const ticket = decodeTicket13(body);
    const key = this.#keys?.ticketKey(ticket.nonce);
    const { suite } = this.seen;
    if (key === undefined || suite === undefined) return;
    this.seen.sessions = [...this.seen.sessions, { ticket, key, suite }];
  }

  #noteSecrets({ secrets }: Keys13): void {
    const random = Buffer.from(this.#hello.random).toString('hex');
    this.seen.keylog = [...secrets].map(([label, secret]) => `${label} ${random} ${secret.toString('hex')}`);
  }

  #leaveUnopened(what: 'cipher-suite' | 'group', code: number): void {
    const wantsEncapsulation = what === 'group' && this.#offer.kems === undefined && needsEncapsulation(code);
    this.seen.unopened = { what, code, wantsEncapsulation };
    this.#phase = 'over';
  }
}

function emptyCertificate(context: Uint8Array): Buffer {
  return handshakeMessage(
    certificate,
    Buffer.concat([Buffer.from([context.length]), context, Buffer.alloc(3)]),
  );
}
