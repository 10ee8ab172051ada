import { Buffer } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';
import { handshakeType } from '../registry.ts';
import { handshakeMessage } from '../writer.ts';
import { Breach } from './breach.ts';
import {
  deriveSecret,
  digestOf,
  earlySecret,
  expandLabel,
  finishedMac,
  handshakeSecrets,
  ticketKey,
} from './key-schedule.ts';
import { opener13, type Sealer, sealer13 } from './protection13.ts';
import type { Opener } from './record-layer.ts';
import { type Protection, protections } from './suites13.ts';

/** RFC 8446 §4.4.3. */
const signedPrefix = Buffer.concat([
  Buffer.alloc(64, 0x20),
  Buffer.from('TLS 1.3, server CertificateVerify'),
  Buffer.alloc(1),
]);

/** The messages of one TLS 1.3 handshake, and the keys that follow from them (RFC 8446 §4.4.1, §7.1). */
export class Keys13 {
  /** Lines of SSLKEYLOGFILE, without label and random: secret by label. */
  readonly secrets = new Map<string, Buffer>();
  readonly #protection: Protection;
  #messages: Uint8Array[];
  #master: Buffer = Buffer.alloc(0);

  constructor(protection: Protection, messages: readonly Uint8Array[]) {
    this.#protection = protection;
    this.#messages = [...messages];
  }

  get messages(): readonly Uint8Array[] {
    return this.#messages;
  }

  add(message: Uint8Array): void {
    this.#messages.push(message);
  }

  /** After a HelloRetryRequest the first hello counts as its digest. */
  startAgain(retryRequest: Uint8Array): void {
    const first = handshakeMessage(handshakeType.messageHash, this.#hash());
    this.#messages = [first, retryRequest];
  }

  /** With the ServerHello added. */
  agree(shared: Uint8Array, preSharedKey: Uint8Array | undefined): Opener {
    const { digest } = this.#protection;
    const made = handshakeSecrets(digest, earlySecret(digest, preSharedKey), shared, this.#hash());
    this.#master = made.master;
    this.secrets.set('CLIENT_HANDSHAKE_TRAFFIC_SECRET', made.client);
    this.secrets.set('SERVER_HANDSHAKE_TRAFFIC_SECRET', made.server);
    return opener13(this.#protection, made.server);
  }

  /** What a CertificateVerify signs. */
  signedData(): Buffer {
    return Buffer.concat([signedPrefix, this.#hash()]);
  }

  /** Checks the server's Finished, and gives how its later records open. */
  serverFinished(body: Uint8Array, whole: Uint8Array): Opener {
    const mac = finishedMac(this.#protection.digest, this.#secret('SERVER_HANDSHAKE'), this.#hash());
    if (mac.length !== body.length || !timingSafeEqual(mac, body)) {
      throw new Breach('a Finished message that does not fit the handshake');
    }
    this.#messages.push(whole);
    this.#derive('CLIENT_TRAFFIC_SECRET_0', 'c ap traffic');
    this.#derive('SERVER_TRAFFIC_SECRET_0', 's ap traffic');
    return opener13(this.#protection, this.#applicationSecret('SERVER'));
  }

  /** Our Finished, with all that comes before it added; then how to seal it, and what comes after it. */
  clientFinished(): { readonly message: Buffer; readonly seal: Sealer; readonly sealLater: Sealer } {
    const secret = this.#secret('CLIENT_HANDSHAKE');
    const mac = finishedMac(this.#protection.digest, secret, this.#hash());
    const message = handshakeMessage(handshakeType.finished, mac);
    this.#messages.push(message);
    return {
      message,
      seal: sealer13(this.#protection, secret),
      sealLater: sealer13(this.#protection, this.#applicationSecret('CLIENT')),
    };
  }

  /** The key of a ticket; with our Finished added. */
  ticketKey(nonce: Uint8Array): Buffer {
    const { digest } = this.#protection;
    return ticketKey(digest, deriveSecret(digest, this.#master, 'res master', this.#hash()), nonce);
  }

  /** How the server's records open after its KeyUpdate (RFC 8446 §7.2). */
  update(): Opener {
    const before = this.#applicationSecret('SERVER');
    const next = expandLabel(
      this.#protection.digest,
      before,
      'traffic upd',
      new Uint8Array(0),
      before.length,
    );
    this.secrets.set('SERVER_TRAFFIC_SECRET_0', next);
    return opener13(this.#protection, next);
  }

  #derive(name: string, label: string): void {
    this.secrets.set(name, deriveSecret(this.#protection.digest, this.#master, label, this.#hash()));
  }

  #secret(name: 'CLIENT_HANDSHAKE' | 'SERVER_HANDSHAKE'): Buffer {
    return this.secrets.get(`${name}_TRAFFIC_SECRET`) ?? Buffer.alloc(0);
  }

  #applicationSecret(name: 'CLIENT' | 'SERVER'): Buffer {
    return this.secrets.get(`${name}_TRAFFIC_SECRET_0`) ?? Buffer.alloc(0);
  }

  #hash(): Buffer {
    return digestOf(this.#protection.digest, ...this.#messages);
  }
}

/** For a cipher suite; undefined for one whose records are not opened here. */
export function keysFor(suite: number, messages: readonly Uint8Array[]): Keys13 | undefined {
  const protection = protections.get(suite);
  return protection === undefined ? undefined : new Keys13(protection, messages);
}
