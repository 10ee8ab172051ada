import { describe, expect, test } from 'vitest';
import type { Reply } from '../../src/tls/exchange.ts';
import type { Versions } from '../../src/tls/facts/versions.ts';
import { missingSignatures, probeSignatures, signaturesValue } from '../../src/tls/signatures-inquiry.ts';
import { type Answering, complete, ended, failure, options, run, server } from './simulated.ts';
import { type HelloSeen, record, serverHelloMessage } from './wire.ts';

const refused = {
  SSLv2: 'refused',
  SSLv3: 'refused',
  'TLSv1.0': 'refused',
  'TLSv1.1': 'refused',
} as const;
const only12: Versions = { ...refused, 'TLSv1.2': 'accepted', 'TLSv1.3': 'refused' };
const only13: Versions = { ...refused, 'TLSv1.2': 'refused', 'TLSv1.3': 'accepted' };

function offered({ extensions }: HelloSeen): number[] {
  const body = extensions.get(13) ?? Buffer.from([0, 0]);
  return Array.from({ length: body.readUInt16BE(0) / 2 }, (_, index) => body.readUInt16BE(2 + 2 * index));
}

const probe = (versions: Versions, answer: Answering) => run(probeSignatures(versions, options), answer);
const names = (versions: Versions, answer: Answering): string[] =>
  signaturesValue(probe(versions, answer).value).accepted.map(({ scheme }) => scheme);

describe('TLS 1.2', () => {
  const signing =
    (own: readonly number[]): Answering =>
    (hello) => {
      const scheme = own.find((each) => offered(hello).includes(each));
      if (!hello.suites.includes(0xc02f) || scheme === undefined) return failure;
      const body = Buffer.from([3, 0, 0x1d, 1, 4, scheme >> 8, scheme & 255, 0, 1, 1]);
      const exchange = Buffer.concat([Buffer.from([12, 0, 0, body.length]), body]);
      return complete(
        record(22, Buffer.concat([serverHelloMessage('TLSv1.2', { suite: 0xc02f }), exchange])),
      );
    };

  test('each scheme that the key exchange is signed with, in the order picked', () => {
    const { value, hellos } = probe(only12, signing([0x0804, 0x0401, 0x0201]));
    expect(signaturesValue(value).accepted.map(({ scheme }) => scheme)).toEqual([
      'rsa_pss_rsae_sha256',
      'rsa_pkcs1_sha256',
      'rsa_pkcs1_sha1',
    ]);
    expect(missingSignatures(value)).toEqual([]);
    // A shortened list is not to cost the server its certificate.
    const asked = hellos.filter(({ extensions }) => extensions.has(50));
    // Three, their refusal twice, and a control.
    expect(asked).toHaveLength(3 + 2 + 1);
    expect(new Set(asked.map(({ extensions }) => extensions.get(50)?.length))).toEqual(new Set([2 + 2 * 49]));
  });

  test('one alert is no end of them', () => {
    let failed = 0;
    const { value } = probe(only12, (hello, label) =>
      offered(hello).includes(0x0401) || failed++ > 0 ? signing([0x0401, 0x0201])(hello, label) : failure,
    );
    expect(signaturesValue(value).accepted.map(({ code }) => code)).toEqual(['0x0401', '0x0201']);
    expect(missingSignatures(value)).toEqual([]);
  });

  test('nor are alerts from then on', () => {
    let limited = false;
    const { value } = probe(only12, (hello, label) => {
      limited ||= !offered(hello).includes(0x0401);
      return limited ? failure : signing([0x0401, 0x0201])(hello, label);
    });
    expect(missingSignatures(value)).toMatchObject([{ what: 'signature schemes of TLSv1.2' }]);
  });

  test('one that was not offered is not known to be refused elsewhere', () => {
    const { value } = probe(only12, (hello, label) =>
      label.includes('signatures')
        ? signing([0x0201])({ ...hello, extensions: all }, label)
        : signing([0x0201])(hello, label),
    );
    expect(missingSignatures(value)).toMatchObject([{ why: expect.stringContaining('0x0201') }]);
  });
  const all: HelloSeen['extensions'] = new Map([[13, Buffer.from([0, 2, 2, 1])]]);

  test('none without a signed key exchange', () => {
    expect(names(only12, server({ version: 'TLSv1.2', suites: [0x002f] }))).toEqual([]);
  });
});

describe('TLS 1.3', () => {
  const flight = (bytes: number): Buffer =>
    Buffer.concat([
      record(22, serverHelloMessage('TLSv1.3', { suite: 0x1301 })),
      record(23, Buffer.alloc(bytes, 9)),
    ]);
  const going =
    (own: readonly number[], went: Reply = complete(flight(600))): Answering =>
    (hello, label) => {
      const keyed = (hello.extensions.get(51)?.length ?? 0) > 2;
      if (!keyed) return server({ version: 'TLSv1.3', suites: [0x1301] })(hello, label);
      return own.some((each) => offered(hello).includes(each)) ? went : failure;
    };

  test.each([[[0x0804]], [[0x0403, 0x0804, 0x0805, 0x0806]], [[0x0807, 0x0905]]])('%j', (own) => {
    const { value } = probe(only13, going(own));
    const seen = signaturesValue(value).accepted;
    expect(new Set(seen.map(({ code }) => Number(code)))).toEqual(new Set(own));
    expect(new Set(seen.map((each) => each.seen))).toEqual(new Set(['went on']));
    expect(missingSignatures(value)).toEqual([]);
  });

  test.each([
    ['breaks off after its ServerHello', complete(flight(19))],
    ['falls silent', ended('timed-out')],
    ['closes', ended('closed')],
  ])('nothing is made of a server that %s', (_, went) => {
    const { value } = probe(only13, going([0x0804], went));
    expect(signaturesValue(value).accepted).toEqual([]);
    expect(missingSignatures(value)).toHaveLength(1);
  });

  test('one alert refuses none', () => {
    let failed = 0;
    const { value } = probe(only13, (hello, label) => {
      const weak = offered(hello).includes(0x0806) && !offered(hello).includes(0x0804);
      return weak && failed++ === 0 ? failure : going([0x0804, 0x0806])(hello, label);
    });
    expect(missingSignatures(value)).toMatchObject([{ why: 'accepted a scheme that it had refused' }]);
  });

  test('nor of one that stops answering in the end', () => {
    const { value } = probe(only13, (hello, label) =>
      label.includes('control after') ? ended('closed') : going([0x0804])(hello, label),
    );
    expect(missingSignatures(value)).toMatchObject([{ why: 'the server stopped answering' }]);
  });
});
