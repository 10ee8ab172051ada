import { Buffer } from 'node:buffer';
import { AssayError } from '../../model/index.ts';
import { decodeCertificateMessage, decodeCertificateStatus } from '../certificate-message.ts';
import type { HandshakeMessage } from '../record.ts';
import { extensionType, handshakeType, protocolVersions } from '../registry.ts';
import { decodeServerHello, type ServerHello } from '../server-hello.ts';
import { handshakeMessage } from '../writer.ts';
import { Breach } from './breach.ts';
import { decodeCertificateRequest12 } from './certificate-request.ts';
import type { Offer12, SentHello12 } from './hello12.ts';
import { messageOf } from './hello13.ts';
import { type Keys12, keys12, masterSecret, type Terms12 } from './keys12.ts';
import { nothingSeen12, type Seen12 } from './outcome12.ts';
import type { Sealer } from './protection13.ts';
import { RecordLayer, type Said } from './record-layer.ts';
import {
  answerServerKey,
  type ClientKey,
  decodeServerKeyExchange,
  encryptPremaster,
  type ServerKey,
} from './server-key.ts';
import { proofOf, unnamedProofOf } from './signature.ts';
import { suites12 } from './suites12.ts';
import { decodeTicket12 } from './ticket.ts';

/**
 * What the server may say next. `ours`: it waits for our keys; `change`: its tickets and its change to the keys;
 * `finished`: the handshake is complete; `closing`: only the end is awaited; `over`: nothing more is read.
 */
type Phase = 'hello' | 'credentials' | 'ours' | 'change' | 'finish' | 'finished' | 'closing' | 'over';

const {
  certificate,
  certificateStatus,
  serverKeyExchange,
  certificateRequest,
  serverHelloDone,
  newSessionTicket,
} = handshakeType;

const allowed: Readonly<Record<Phase, readonly number[]>> = {
  hello: [handshakeType.serverHello],
  credentials: [
    certificate,
    certificateStatus,
    serverKeyExchange,
    certificateRequest,
    serverHelloDone,
    newSessionTicket,
  ],
  ours: [],
  change: [newSessionTicket],
  finish: [handshakeType.finished],
  finished: [],
  closing: [],
  over: [],
};
/** RFC 5246 §7.4.1.1: may come at any time, and means nothing here. */
const helloRequest = 0;

/** Reads a server's side of a handshake before TLS 1.3 (RFC 5246 §7.3). Push never throws. */
export class ServerFlight12 {
  readonly seen: Seen12 = nothingSeen12();
  readonly #offer: Offer12;
  readonly #hello: SentHello12;
  readonly #layer = new RecordLayer();
  readonly #messages: Uint8Array[];
  #phase: Phase = 'hello';
  #terms: Terms12 | undefined;
  #serverKey: ServerKey | undefined;
  #keys: Keys12 | undefined;

  constructor(offer: Offer12, hello: SentHello12) {
    this.#offer = offer;
    this.#hello = hello;
    this.#messages = [messageOf(hello.record)];
  }

  get phase(): Phase {
    return this.#phase;
  }

  get reading(): boolean {
    // A record cut off would have to be kept without knowing what is in it.
    return this.#phase === 'finished' ? this.#layer.partial : this.#listening;
  }

  get #listening(): boolean {
    return this.#phase !== 'ours' && this.#phase !== 'finished' && this.#phase !== 'over';
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

  /** Our keys and our Finished: what goes out in the clear, and what sealed; undefined where we cannot. */
  complete(): { readonly clear: Buffer; readonly sealed: Buffer; readonly seal: Sealer } | undefined {
    try {
      return this.#complete();
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  /** Waits for nothing but the end. */
  close(): Sealer | undefined {
    this.#phase = 'closing';
    return this.#keys?.seal;
  }

  #complete(): { readonly clear: Buffer; readonly sealed: Buffer; readonly seal: Sealer } | undefined {
    const terms = this.#terms;
    const ours = terms === undefined ? undefined : this.#clientKey(terms);
    if (terms === undefined || ours === undefined) {
      this.seen.unopened ??= 'a key exchange that is not followed here';
      return undefined;
    }
    const before = this.seen.request === undefined ? [] : [handshakeMessage(certificate, Buffer.alloc(3))];
    const clear = [...before, handshakeMessage(handshakeType.clientKeyExchange, ours.body)];
    this.#messages.push(...clear);
    this.#begin(terms, masterSecret(terms, ours.premaster, this.#messages));
    const keys = this.#keys as Keys12;
    const sealed = keys.finished(this.#messages);
    this.#messages.push(sealed);
    this.#phase = 'change';
    return { clear: Buffer.concat(clear), sealed, seal: keys.seal };
  }

  #clientKey({ suite }: Terms12): ClientKey | undefined {
    const { label, random, version } = this.#offer;
    const draw = (purpose: string, length: number): Uint8Array => random(`${label}: ${purpose}`, length);
    if (suite.exchange !== 'RSA') {
      return this.#serverKey === undefined ? undefined : answerServerKey(this.#serverKey, draw);
    }
    const [leaf] = this.seen.certificates ?? [];
    return leaf === undefined ? undefined : encryptPremaster(leaf.der, protocolVersions[version], draw);
  }

  #begin(terms: Terms12, master: Buffer): void {
    this.#keys = keys12(terms, master);
    const random = Buffer.from(this.#hello.random).toString('hex');
    this.seen.keylog = [`CLIENT_RANDOM ${random} ${master.toString('hex')}`];
  }

  #hear(said: Said): void {
    try {
      if (said.kind === 'message') this.#message(said.message);
      else this.#other(said);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (!(error instanceof Breach || error instanceof AssayError)) throw error;
    if (this.#phase !== 'closing') this.seen.broken = error.message;
    this.#phase = 'over';
  }

  #other(said: Exclude<Said, { kind: 'message' }>): void {
    switch (said.kind) {
      case 'alert':
        if (!said.fatal && said.name !== 'close_notify') return;
        if (this.#phase !== 'closing') this.seen.alert = said.name;
        this.#phase = 'over';
        return;
      case 'application-data':
        if (this.#phase !== 'closing') throw new Breach('data before the handshake was complete');
        this.#phase = 'over';
        return;
      case 'change-cipher-spec':
        this.#change();
        return;
      case 'broken':
        this.seen.foreign = said.foreign;
        throw new Breach(said.why);
    }
  }

  /** Where it comes right after the ServerHello, the server took the session up. */
  #change(): void {
    if (this.#phase === 'credentials' && this.seen.certificates === undefined) this.#resume();
    if (this.#phase !== 'change' || this.#keys === undefined) {
      throw new Breach('a change of keys before there are any');
    }
    this.#layer.open = this.#keys.open;
    this.#phase = 'finish';
  }

  #resume(): void {
    const session = this.#offer.resume?.session;
    if (session === undefined || this.#terms === undefined || session.suite !== this.seen.suite) {
      throw new Breach('a session taken up that was not offered');
    }
    this.seen.resumed = true;
    this.#begin(this.#terms, Buffer.from(session.master));
    this.#phase = 'change';
  }

  #message({ type, body }: HandshakeMessage): void {
    if (type === helloRequest && body.length === 0) return;
    if (this.#phase === 'closing') return;
    if (!allowed[this.#phase].includes(type))
      throw new Breach(`a handshake message of type ${type} where none belongs`);
    const whole = handshakeMessage(type, body);
    if (type === handshakeType.finished) this.#finish(body);
    else this.#take(type, body);
    this.#messages.push(whole);
  }

  #take(type: number, body: Uint8Array): void {
    switch (type) {
      case handshakeType.serverHello:
        this.#serverHello(body);
        return;
      case certificate:
        this.seen.certificates = decodeCertificateMessage(body, 'TLSv1.2');
        this.seen.resumed = false;
        return;
      case certificateStatus:
        this.#staple(body);
        return;
      case serverKeyExchange:
        this.#serverKeys(body);
        return;
      case certificateRequest:
        this.seen.request = decodeCertificateRequest12(body, this.#namesSchemes);
        return;
      case newSessionTicket:
        this.#ticket(body);
        return;
      default:
        this.seen.flightDone = true;
        this.#phase = 'ours';
    }
  }

  #serverHello(body: Uint8Array): void {
    const hello = decodeServerHello(body);
    if (hello === undefined) throw new Breach('a malformed ServerHello');
    this.seen.version = hello.version;
    this.seen.extensions = hello.extensions;
    this.seen.sessionId = hello.sessionId;
    if (hello.version !== protocolVersions[this.#offer.version]) {
      this.#phase = 'over';
      return;
    }
    if (!this.#offer.suites.includes(hello.suite)) throw new Breach('a cipher suite that was not offered');
    this.seen.suite = hello.suite;
    this.#terms = this.#termsOf(hello);
    this.#phase = 'credentials';
  }

  #termsOf({ suite: code, version, random, extensions }: ServerHello): Terms12 | undefined {
    const suite = suites12.get(code);
    if (suite === undefined) return undefined;
    const { label, random: source } = this.#offer;
    let drawn = 0;
    return {
      suite,
      version,
      clientRandom: this.#hello.random,
      serverRandom: random,
      extendedMasterSecret: extensions.has(extensionType.extendedMasterSecret),
      // RFC 7366 §3: only for block ciphers.
      encryptThenMac: extensions.has(extensionType.encryptThenMac) && suite.protection.kind === 'cbc',
      drawIv: (length) => source(`${label}: IV ${drawn++}`, length),
    };
  }

  get #namesSchemes(): boolean {
    return this.#offer.version === 'TLSv1.2';
  }

  #staple(body: Uint8Array): void {
    const staple = decodeCertificateStatus(body);
    const [leaf, ...rest] = this.seen.certificates ?? [];
    if (leaf === undefined) throw new Breach('the status of a certificate that it did not send');
    if (staple !== undefined) this.seen.certificates = [{ ...leaf, staple }, ...rest];
  }

  #serverKeys(body: Uint8Array): void {
    // Of a suite that is not completed here, the certificate is all that is wanted.
    if (this.#terms === undefined) return;
    const { suite, serverRandom } = this.#terms;
    const { exchange } = suite;
    const [leaf] = this.seen.certificates ?? [];
    if (exchange === 'RSA' || leaf === undefined) {
      throw new Breach('a ServerKeyExchange where none belongs');
    }
    const { key, signed, scheme, signature } = decodeServerKeyExchange(body, exchange, this.#namesSchemes);
    this.#serverKey = key;
    const data = Buffer.concat([this.#hello.random, serverRandom, signed]);
    const claim = { signature, data, certificate: leaf.der };
    const result = scheme === undefined ? unnamedProofOf(claim) : proofOf({ ...claim, scheme });
    this.seen.proof = { scheme, result };
  }

  /** Before its change of keys, also where it took a session up. */
  #ticket(body: Uint8Array): void {
    if (this.#phase === 'credentials') this.#resume();
    const ticket = decodeTicket12(body);
    if (ticket.bytes.length > 0) this.seen.ticket = ticket;
  }

  #finish(body: Uint8Array): void {
    this.#keys?.check(body, this.#messages);
    this.seen.finished = true;
    this.#phase = 'finished';
    const { suite, sessionId, ticket } = this.seen;
    const master = this.#keys?.master;
    if (suite === undefined || master === undefined) return;
    this.seen.session = {
      id: sessionId ?? new Uint8Array(0),
      ticket: ticket?.bytes ?? new Uint8Array(0),
      master,
      suite,
      extendedMasterSecret: this.#terms?.extendedMasterSecret === true,
    };
  }
}
