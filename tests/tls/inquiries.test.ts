import { Buffer } from 'node:buffer';
import { getDiffieHellman } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { compressionValue, missingCompression, probeCompression } from '../../src/tls/compression-inquiry.ts';
import { probeEnumeration } from '../../src/tls/enumeration.ts';
import { extensionsValue, missingVersions } from '../../src/tls/extensions-inquiry.ts';
import type { Versions } from '../../src/tls/facts/versions.ts';
import { fallbackValue, missingFallback, probeFallback } from '../../src/tls/fallback-inquiry.ts';
import { groupsValue, missingGroups, probeGroups } from '../../src/tls/groups-inquiry.ts';
import { missingPrimes, primesValue, probePrimes } from '../../src/tls/primes-inquiry.ts';
import { isSafePrime } from '../../src/tls/safe-prime.ts';
import { missingSuites, suitesValue } from '../../src/tls/suites-value.ts';
import {
  type Answering,
  alertOf,
  complete,
  ended,
  failure,
  options,
  run,
  type Simulated,
  server,
} from './simulated.ts';
import { type HelloSeen, record, serverHelloMessage, ssl2ServerHello } from './wire.ts';

const refusedAll = {
  SSLv2: 'refused',
  SSLv3: 'refused',
  'TLSv1.0': 'refused',
  'TLSv1.1': 'refused',
} as const;
const only12: Versions = { ...refusedAll, 'TLSv1.2': 'accepted', 'TLSv1.3': 'refused' };
const version = 'TLSv1.2';
function offersGroup({ extensions }: HelloSeen, group: number): boolean {
  const body = extensions.get(10)?.subarray(2) ?? Buffer.alloc(0);
  return Array.from({ length: body.length / 2 }, (_, at) => body.readUInt16BE(2 * at)).includes(group);
}
const modp = (name: string): Buffer => getDiffieHellman(name).getPrime();

describe('tls.suites', () => {
  test('says of each suite what its name says', () => {
    const { value } = run(probeEnumeration(only12, options), server({ version, suites: [0xc02f, 0x000a] }));
    expect(suitesValue(value).accepted).toEqual([
      expect.objectContaining({
        suite: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
        code: '0xc02f',
        mode: 'AEAD',
      }),
      expect.objectContaining({
        suite: 'TLS_RSA_WITH_3DES_EDE_CBC_SHA',
        strengthBits: 112,
        forwardSecrecy: false,
      }),
    ]);
    expect(missingSuites(value)).toEqual([]);
  });

  test('SSLv2 names its kinds in one answer, unknown ones by number', () => {
    const { value } = run(probeEnumeration({ SSLv2: 'accepted' }, options), () =>
      complete(ssl2ServerHello([0x0700c0, 0x0a0b0c])),
    );
    const { accepted } = suitesValue(value);
    expect(accepted.map(({ suite }) => suite)).toEqual(['SSL_CK_DES_192_EDE3_CBC_WITH_MD5', '0x0a0b0c']);
    expect(accepted[1]).toMatchObject({ cipher: 'unknown', strengthBits: 0 });
  });

  test.each([
    [1, ['SSL_CK_DES_192_EDE3_CBC_WITH_MD5'], []],
    [9, [], ['cipher suites of SSLv2']],
  ])('the kinds of SSLv2 after %i hellos that went wrong', (failing, suites, missing) => {
    const versions: Versions = { ...only12, SSLv2: 'accepted', 'TLSv1.2': 'refused' };
    let asked = 0;
    const { value } = run(probeEnumeration(versions, options), () =>
      asked++ < failing ? failure : complete(ssl2ServerHello([0x0700c0])),
    );
    expect(suitesValue(value).accepted.map(({ suite }) => suite)).toEqual(suites);
    expect(missingSuites(value).map(({ what }) => what)).toEqual(missing);
  });

  test('a version of which nothing is known is missing', () => {
    const { value } = run(
      probeEnumeration({ 'TLSv1.2': 'accepted' }, options),
      server({ version, suites: [0xc02f] }),
    );
    expect(missingSuites(value).map(({ what }) => what)).toEqual(
      ['TLSv1.3', 'TLSv1.1', 'TLSv1.0', 'SSLv3', 'SSLv2'].map((each) => `cipher suites of ${each}`),
    );
  });
});

describe('tls.groups', () => {
  const probe = (versions: Versions, answer: Answering) => run(probeGroups(versions, options), answer).value;

  test('before TLS 1.3 by ServerKeyExchange, in the order of the server', () => {
    const seen = probe(
      only12,
      server({ version, suites: [0xc02f, 0x002f], groups: [0x001d, 0x0018, 0x0012] }),
    );
    const { accepted, orders, hybrids } = groupsValue(seen);
    expect(accepted.map(({ group }) => group)).toEqual(['x25519', 'secp384r1', 'secp192k1']);
    expect(orders).toEqual([{ version, preference: 'server' }]);
    expect(missingGroups(seen)).toEqual([]);
    expect(new Set(Object.values(hybrids))).toEqual(new Set(['refused']));
  });

  test('also where the suite has a hint of pre-shared keys in front', () => {
    const seen = probe(only12, server({ version, suites: [0xc035], groups: [0x0017] }));
    expect(groupsValue(seen).accepted.map(({ group }) => group)).toEqual(['secp256r1']);
  });

  const modest: Simulated = { version, suites: [0xc02f], groups: [0x001d, 0x0018, 0x0013] };

  test('one alert is no end of them', () => {
    let failed = 0;
    const seen = probe(only12, (hello, label) =>
      offersGroup(hello, 0x001d) || failed++ > 0 ? server(modest)(hello, label) : failure,
    );
    expect(groupsValue(seen).accepted).toHaveLength(3);
    expect(missingGroups(seen)).toEqual([]);
  });

  test('nor are alerts from then on', () => {
    let limited = false;
    const seen = probe(only12, (hello, label) => {
      limited ||= !offersGroup(hello, 0x001d);
      return limited ? failure : server(modest)(hello, label);
    });
    expect(missingGroups(seen)).toMatchObject([{ what: 'groups of TLSv1.2' }]);
  });

  test('of every version, as they may differ', () => {
    const lower: Simulated = { version: 'TLSv1.0', suites: [0xc013], groups: [0x001d, 0x0015] };
    const versions: Versions = { ...only12, 'TLSv1.0': 'accepted' };
    const { value, labels } = run(probeGroups(versions, options), (hello, label) =>
      server(hello.version === version ? modest : lower)(hello, label),
    );
    expect(groupsValue(value).accepted.map((each) => `${each.version} ${each.group}`)).toEqual([
      'TLSv1.2 x25519',
      'TLSv1.2 secp384r1',
      'TLSv1.2 secp192r1',
      'TLSv1.0 x25519',
      'TLSv1.0 secp224r1',
    ]);
    expect(groupsValue(value).orders).toHaveLength(2);
    expect(missingGroups(value)).toEqual([]);
    expect(labels.filter((label) => label.startsWith('TLSv1.0 curves'))).toHaveLength(1 + 2 + 1);
  });

  test('none, where no suite uses one', () => {
    const seen = probe(only12, server({ version, suites: [0x002f] }));
    expect([groupsValue(seen).accepted, missingGroups(seen)]).toEqual([[], []]);
  });

  test('a hybrid is not refused where TLS 1.3 was not seen', () => {
    const seen = probe({ 'TLSv1.2': 'accepted' }, server({ version, suites: [0xc02f] }));
    expect(groupsValue(seen).hybrids).toEqual({});
  });

  test('a hybrid is accepted where the server asks for it', () => {
    const versions: Versions = { ...refusedAll, 'TLSv1.2': 'refused', 'TLSv1.3': 'accepted' };
    const seen = probe(versions, server({ version: 'TLSv1.3', suites: [0x1301], groups: [0x11ec] }));
    expect(groupsValue(seen).hybrids).toEqual({
      X25519MLKEM768: 'accepted',
      SecP256r1MLKEM768: 'refused',
      SecP384r1MLKEM1024: 'refused',
    });
  });
});

describe('tls.primes', () => {
  const dhe: Simulated = { version, suites: [0x009e, 0x0033, 0xc02f] };
  const probe = (answer: Answering) => run(probePrimes(only12, options), answer).value;

  test.each([
    [modp('modp14'), { bits: 2048, name: 'RFC 3526 group 14', named: true, safe: true }],
    [modp('modp2'), { bits: 1024, name: 'RFC 2409 group 2', named: true, safe: true }],
    [
      Buffer.from(
        '83212b97542b24e581c680c3ab3b60335f2cfb71dabcabfa1b91ade67fd3b502d60c11e0eec7cd0223d0fbf2c5b8a7657399f3c616cb69e885fe247db218dca7',
        'hex',
      ),
      { bits: 512, name: '(own)', named: false, safe: true },
    ],
    [Buffer.from('00c5', 'hex'), { bits: 8, name: '(own)', named: false, safe: false }],
  ])('%#', (prime, expected) => {
    const seen = probe(server({ ...dhe, prime }));
    expect(primesValue(seen).primes).toEqual([expect.objectContaining({ ...expected, generator: '02' })]);
    expect(primesValue(seen).primes[0]?.suites).toHaveLength(3);
    expect(missingPrimes(seen)).toEqual([]);
  });

  const own = modp('modp14');
  const lessOne = Buffer.from(own);
  lessOne.writeUInt8(lessOne.readUInt8(own.length - 1) - 1, own.length - 1);
  const one = Buffer.from([0, 1]);
  test.each<[string, Partial<Simulated>, boolean]>([
    ['a generator of 2', {}, false],
    ['a generator of 0', { generator: Buffer.alloc(1) }, true],
    ['a generator of 1', { generator: one }, true],
    ['a generator of p - 1', { generator: lessOne }, true],
    ['a key of 0', { key: Buffer.alloc(4) }, true],
    ['a key of 1', { key: one }, true],
    ['a key of p - 1', { key: lessOne }, true],
    ['a key of p', { key: own }, true],
  ])('%s', (_, sent, degenerate) => {
    const seen = probe(server({ ...dhe, prime: own, ...sent }));
    expect(primesValue(seen).primes).toMatchObject([{ degenerate }]);
  });

  test('behind a hint of pre-shared keys', () => {
    const seen = probe(server({ version, suites: [0x00aa], prime: modp('modp14') }));
    expect(primesValue(seen).primes).toMatchObject([{ bits: 2048 }]);
  });

  test('another where the groups of RFC 7919 are not on offer', () => {
    const seen = probe((hello, label) => {
      const prime = modp(label.includes('without a group') ? 'modp2' : 'modp14');
      return server({ ...dhe, prime })(hello, label);
    });
    expect(primesValue(seen).primes.map(({ bits }) => bits)).toEqual([2048, 1024]);
  });

  test.each([
    ['once', 1, [2048, 1024], 0],
    ['again and again', 2, [2048], 0],
    ['from then on', 9, [2048], 1],
  ])('a server that refuses without those groups %s', (_, times, bits, missing) => {
    let failed = 0;
    const seen = probe((hello, label) => {
      const own = !offersGroup(hello, 0x0100);
      const limited = own && failed++ < times;
      const answer = server({ ...dhe, prime: modp(own ? 'modp2' : 'modp14') })(hello, label);
      return limited || (times > 2 && failed > 0) ? failure : answer;
    });
    expect(primesValue(seen).primes.map((prime) => prime.bits)).toEqual(bits);
    expect(missingPrimes(seen)).toHaveLength(missing);
  });

  test('one that was not sent is missing', () => {
    const seen = probe(server(dhe));
    expect(primesValue(seen).primes).toEqual([]);
    expect(missingPrimes(seen)).toHaveLength(3);
  });
});

test.each([
  [modp('modp5'), true],
  [modp('modp15'), true],
  [Buffer.concat([modp('modp15').subarray(0, 383), Buffer.from([0xfb])]), false],
  [Buffer.alloc(1024, 0xff), undefined],
  [Buffer.from([23]), true],
  [Buffer.from([13]), false],
  [Buffer.alloc(0), false],
])('whether a prime is safe %#', (prime, safe) => {
  expect(isSafePrime(prime)).toBe(safe);
});

/** A ServerHello with extensions, and a random that ends as given. */
function helloWith(suite: number, extensions: Buffer, tail = Buffer.alloc(8), method = 0): Buffer {
  const message = Buffer.from(serverHelloMessage(version, { suite, compression: method }));
  tail.copy(message, 4 + 2 + 24);
  const length = Buffer.from([extensions.length >> 8, extensions.length & 255]);
  const whole = Buffer.concat([message, length, extensions]);
  whole.writeUIntBE(whole.length - 4, 1, 3);
  return record(22, whole);
}

const empty = (type: number): Buffer => Buffer.from([type >> 8, type & 255, 0, 0]);

describe('tls.extensions', () => {
  const answering =
    (extensions: Buffer): Answering =>
    (hello) => {
      const suite = [0x009c, 0x002f].find((each) => hello.suites.includes(each));
      return suite === undefined ? failure : complete(helloWith(suite, extensions));
    };
  const value = (answer: Answering) => extensionsValue(run(probeEnumeration(only12, options), answer).value);

  test('what every ServerHello carries', () => {
    const renegotiation = Buffer.from([0xff, 1, 0, 1, 0]);
    const alpn = Buffer.from([0, 16, 0, 5, 0, 3, 2, 0x68, 0x32]);
    const all = Buffer.concat([renegotiation, empty(23), empty(35), alpn]);
    expect(value(answering(all))).toEqual({
      alpn: 'h2',
      versions: [
        {
          version,
          secureRenegotiation: true,
          extendedMasterSecret: true,
          encryptThenMac: false,
          heartbeat: false,
          sessionTicket: true,
          ocspStapling: false,
          certificateTimestamps: false,
        },
      ],
    });
  });

  test('a version whose suites are not all known is missing', () => {
    const { value: seen } = run(probeEnumeration(only12, options), (hello, label) =>
      hello.suites.includes(0x009c) ? answering(empty(23))(hello, label) : ended('timed-out'),
    );
    expect(extensionsValue(seen).versions).toHaveLength(1);
    expect(missingVersions(seen)).toEqual([{ what: version, why: 'no answer in time' }]);
  });

  test('a server that will have none of the protocols is asked without', () => {
    const seen = value((hello, label) =>
      hello.extensions.has(16) ? alertOf(120) : answering(empty(23))(hello, label),
    );
    expect(seen).toMatchObject({ alpn: '(none)', versions: [{ extendedMasterSecret: true }] });
  });
});

describe('tls.compression', () => {
  const probe = (method: number) =>
    run(probeCompression(only12, options), (hello, label) => {
      if (!hello.suites.includes(0x002f)) return failure;
      return complete(
        helloWith(0x002f, Buffer.alloc(0), undefined, /compression|order$/.test(label) ? method : 0),
      );
    }).value;

  test.each([
    [0, 'null'],
    [1, 'DEFLATE'],
    [64, 'LZS'],
    [65, '0x41'],
  ])('method %i is %s', (method, name) => {
    expect(compressionValue(probe(method))).toEqual({ versions: [{ version, method: name }] });
    expect(missingCompression(probe(method))).toEqual([]);
  });

  test('silence is no answer', () => {
    const { value } = run(probeCompression(only12, options), (hello, label) =>
      /compression|order$/.test(label)
        ? ended('timed-out')
        : server({ version, suites: [0x002f] })(hello, label),
    );
    expect(compressionValue(value)).toEqual({ versions: [] });
    expect(missingCompression(value)).toEqual([{ what: version, why: 'no answer in time' }]);
  });
});

describe('tls.fallback', () => {
  const two: Versions = { ...only12, 'TLSv1.1': 'accepted' };
  const plain: Answering = (hello, label) =>
    hello.version === version
      ? server({ version, suites: [0x002f] })(hello, label)
      : server({ version: 'TLSv1.1', suites: [0x002f] })(hello, label);
  const probe = (versions: Versions, answer: Answering) =>
    run(probeFallback(versions, options), answer).value;

  test.each([
    ['refused with inappropriate_fallback', alertOf(86), true],
    ['accepted', undefined, false],
  ])('a signalled hello that is %s', (_, reply, works) => {
    const seen = probe(two, (hello, label) =>
      hello.suites.includes(0x5600) && reply !== undefined ? reply : plain(hello, label),
    );
    expect(fallbackValue(seen).protections).toEqual([
      { version: 'TLSv1.1', protection: 'TLS_FALLBACK_SCSV', works },
    ]);
    expect(missingFallback(seen)).toEqual([]);
  });

  test.each([
    ['handshake_failure', failure],
    ['a close', ended('closed')],
  ])('%s counts where hellos without the signal are accepted around it', (_, reply) => {
    const seen = probe(two, (hello, label) => (hello.suites.includes(0x5600) ? reply : plain(hello, label)));
    expect(fallbackValue(seen).protections).toMatchObject([{ version: 'TLSv1.1', works: true }]);
  });

  test('silence, or a close that takes the control along, says nothing', () => {
    const silent = probe(two, (hello, label) =>
      hello.suites.includes(0x5600) ? ended('timed-out') : plain(hello, label),
    );
    const gone = probe(two, (hello, label) =>
      label.includes('fallback') ? ended('closed') : plain(hello, label),
    );
    for (const seen of [silent, gone]) {
      expect(fallbackValue(seen).protections).toEqual([]);
      expect(missingFallback(seen)).toMatchObject([{ what: 'TLS_FALLBACK_SCSV in TLSv1.1' }]);
    }
  });

  test('one version has nothing to fall back to', () => {
    const seen = probe(only12, plain);
    expect([fallbackValue(seen).protections, missingFallback(seen)]).toEqual([[], []]);
  });

  test.each([
    ['DOWNGRD\x01', true],
    ['DOWNGRD\x00', false],
    ['', false],
  ])('the sentinel of TLS 1.2 beside TLS 1.3: %j', (tail, works) => {
    const seen = probe({ ...only12, 'TLSv1.3': 'accepted' }, (hello, label) => {
      if (hello.version === 'TLSv1.3') return server({ version: 'TLSv1.3', suites: [0x1301] })(hello, label);
      const random = Buffer.concat([Buffer.from(tail, 'latin1'), Buffer.alloc(8)]).subarray(0, 8);
      return hello.suites.includes(0x002f) ? complete(helloWith(0x002f, Buffer.alloc(0), random)) : failure;
    });
    expect(fallbackValue(seen).protections).toEqual([{ version, protection: 'downgrade sentinel', works }]);
  });
});
