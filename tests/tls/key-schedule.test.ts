import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import {
  deriveSecret,
  digestOf,
  earlySecret,
  expandLabel,
  finishedMac,
  handshakeSecrets,
  ticketKey,
} from '../../src/tls/handshake/key-schedule.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
const none = Buffer.alloc(0);

// RFC 8448 §3, "Simple 1-RTT Handshake".
const clientHello = bytes(
  '010000c00303cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7000006130113031302010000910000000b0009000006736572766572ff01000100000a00140012001d0017001800190100010101020103010400230000003300260024001d002099381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c002b0003020304000d0020001e040305030603020308040805080604010501060102010402050206020202002d00020101001c00024001',
);
const serverHello = bytes(
  '020000560303a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e2692800130100002e00330024001d0020c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f002b00020304',
);
const shared = bytes('8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d');
const toServerFinished = bytes('9608102a0f1ccc6db6250b7b7e417b1a000eaada3daae4777a7686c9ff83df13');

describe('the key schedule of RFC 8448', () => {
  const early = earlySecret('sha256', undefined);
  const hash = digestOf('sha256', clientHello, serverHello);
  const secrets = handshakeSecrets('sha256', early, shared, hash);

  it('begins with the early secret', () => {
    expect(early.toString('hex')).toBe('33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a');
  });

  it('hashes the messages', () => {
    expect(hash.toString('hex')).toBe('860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8');
  });

  it('gives the secrets of the handshake', () => {
    expect(secrets.client.toString('hex')).toBe(
      'b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21',
    );
    expect(secrets.server.toString('hex')).toBe(
      'b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38',
    );
    expect(secrets.master.toString('hex')).toBe(
      '18df06843d13a08bf2a449844c5f8a478001bc4d4c627984d5a41da8d0402919',
    );
  });

  it('gives the keys of records', () => {
    const key = expandLabel('sha256', secrets.server, 'key', none, 16);
    expect(key.toString('hex')).toBe('3fce516009c21727d0f2e4e86ee403bc');
    expect(expandLabel('sha256', secrets.server, 'iv', none, 12).toString('hex')).toBe(
      '5d313eb2671276ee13000b30',
    );
  });

  it('gives the secrets of the application', () => {
    const secret = (label: string): string =>
      deriveSecret('sha256', secrets.master, label, toServerFinished).toString('hex');
    expect(secret('c ap traffic')).toBe('9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5');
    expect(secret('s ap traffic')).toBe('a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643');
  });

  it('gives the MAC of the Finished message', () => {
    // Client's, over the hash to the server's Finished (same section).
    expect(finishedMac('sha256', secrets.client, toServerFinished).toString('hex')).toBe(
      'a8ec436d677634ae525ac1fcebe11a039ec17694fac6e98527b642f2edd5ce61',
    );
  });

  it('gives the key of a ticket', () => {
    const resumption = bytes('7df235f2031d2a051287d02b0241b0bfdaf86cc856231f2d5aba46c434ec196c');
    expect(ticketKey('sha256', resumption, bytes('0000')).toString('hex')).toBe(
      '4ecd0eb6ec3b4d87f5d6028f922ca4c5851a277fd41311c9e62d2c9492e1c4f3',
    );
  });
});
