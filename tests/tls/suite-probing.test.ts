import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { suitesFor } from '../../src/tls/cipher-suites.ts';
import { lookAt } from '../../src/tls/look.ts';
import { probeSuites } from '../../src/tls/suite-probing.ts';
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
import { record, serverHello } from './wire.ts';

const version = 'TLSv1.2';
/** AES-GCM, ChaCha20, CBC, DHE, static RSA, 3DES, NULL, anonymous. */
const several = [0xc02f, 0xcca8, 0xc013, 0x009e, 0x009c, 0x000a, 0x003b, 0x00a6];
const simulated: Simulated = { version, suites: several, prime: Buffer.alloc(256, 0xff) };
const probe = (answer: Answering) => run(probeSuites(version, options), answer);
const found = (answer: Answering): number[] => probe(answer).value.found.map(({ item }) => item);

describe('the suites of a version', () => {
  test('are all found, in the order of the server', () => {
    const { value, labels } = probe(server(simulated));
    expect(value.found.map(({ item }) => item)).toEqual(several);
    expect(value.preference).toBe('server');
    expect(value.missing).toBeUndefined();
    // One for each, two for the refusal of the rest, one the other way round.
    expect(labels).toHaveLength(several.length + 3);
  });

  test('whatever they are', () => {
    fc.assert(
      fc.property(
        fc.subarray([...suitesFor(version)], { minLength: 1, maxLength: 40 }),
        fc.boolean(),
        (suites, ownOrder) => {
          const { value, labels } = probe(server({ ...simulated, suites, ownOrder }));
          expect(new Set(value.found.map(({ item }) => item))).toEqual(new Set(suites));
          expect(value.missing).toBeUndefined();
          expect(labels.length).toBeLessThanOrEqual(suites.length + 4);
        },
      ),
      { numRuns: 30 },
    );
  });

  test.each<[string, Partial<Simulated>, string]>([
    ['client', { ownOrder: false }, 'client'],
    ['server, ChaCha20 where the client wants it', { chaChaFirst: true }, 'server, ChaCha20 by client'],
    ['one suite', { suites: [0x002f] }, 'single'],
  ])('order: %s', (_, change, preference) => {
    expect(probe(server({ ...simulated, ...change })).value.preference).toBe(preference);
  });

  test('every hello offers every group and signature algorithm', () => {
    const { hellos } = probe(server(simulated));
    expect(new Set(hellos.map(({ extensions }) => extensions.get(10)?.length))).toEqual(
      new Set([2 + 2 * 56]),
    );
    expect(new Set(hellos.map(({ extensions }) => extensions.get(13)?.length)).size).toBe(1);
  });
});

describe('the end of the list', () => {
  test.each([
    ['closed', ended('closed')],
    ['reset', ended('reset')],
    ['alert internal_error', alertOf(80)],
    ['alert unexpected_message', alertOf(10)],
  ])('%s counts as refusal where one that was found is picked over the rest', (_, otherwise) => {
    const { value, labels } = probe(server({ ...simulated, otherwise, ownOrder: false }));
    expect(value.found).toHaveLength(several.length);
    expect(value.missing).toBeUndefined();
    expect(labels.filter((label) => label.includes('control'))).toHaveLength(2);
    const own = probe(server({ ...simulated, otherwise })).value;
    expect(own.found).toHaveLength(several.length);
    expect(own.missing).toBeUndefined();
  });

  test.each([
    ['alert internal_error', alertOf(80)],
    ['reset', ended('reset')],
  ])('%s of something in front that wants to see a usual suite hides none', (_, otherwise) => {
    const weak = [0x0005, 0x0002];
    const behind = server({ ...simulated, suites: [...several, ...weak], ownOrder: false });
    const { value } = probe((hello, label) =>
      several.some((suite) => hello.suites.includes(suite)) ? behind(hello, label) : otherwise,
    );
    expect(new Set(value.found.map(({ item }) => item))).toEqual(new Set([...several, ...weak]));
    expect(value.missing).toBeUndefined();
  });

  test('nor is one hidden where only hellos with it are refused oddly', () => {
    const behind = server({ ...simulated, suites: [...several, 0x0005] });
    const { value } = probe((hello, label) => {
      const bare = !several.some((suite) => hello.suites.includes(suite));
      return bare && hello.suites.includes(0x0005) ? alertOf(80) : behind(hello, label);
    });
    expect(value.found).toHaveLength(several.length);
    expect(value.missing).toContain('alert internal_error');
  });

  test('one alert is none', () => {
    let failed = 0;
    const { value } = probe((hello, label) =>
      hello.suites.includes(0xc02f) || failed++ > 0 ? server(simulated)(hello, label) : failure,
    );
    expect(value.found.map(({ item }) => item)).toEqual(several);
    expect(value.missing).toBeUndefined();
  });

  test('silence never does', () => {
    const { value } = probe(server({ ...simulated, otherwise: ended('timed-out') }));
    expect(value.found).toHaveLength(several.length);
    expect(value.missing).toBe('no answer in time');
  });

  test('a server that never sends its key exchange is not waited for again and again', () => {
    const hello = (suite: number) => ended('timed-out', serverHello(version, { suite }));
    const { value, labels } = probe((seen) => {
      const suite = several.find((each) => seen.suites.includes(each));
      return suite === undefined ? failure : hello(suite);
    });
    expect(value.found).toHaveLength(1);
    expect(value.missing).toBe('the server did not send its whole answer in time');
    expect(labels.length).toBeLessThan(4);
  });

  test('a server that is gone afterwards proves nothing', () => {
    let left = several.length + 1;
    const { value } = probe((hello, label) =>
      left-- > 0 ? server(simulated)(hello, label) : ended('closed'),
    );
    expect(value.missing).toBe('connection closed without an alert');
  });

  test.each(['before', 'after'])('a control that fails %s it proves nothing', (which) => {
    const { value } = probe((hello, label) =>
      label.includes(`control ${which}`)
        ? ended('reset')
        : server({ ...simulated, otherwise: ended('closed') })(hello, label),
    );
    expect(value.missing).toBe('connection closed without an alert');
  });

  test('a suite that was not offered breaks it off', () => {
    const { value, labels } = probe(() => complete(serverHello(version, { suite: 0xc02f })));
    expect(value.found.map(({ item }) => item)).toEqual([0xc02f]);
    expect(value.missing).toContain('0xc02f');
    expect(labels.length).toBeLessThan(8);
  });
});

describe('a server that some suites trip', () => {
  /** It prefers a suite with which it then fails. */
  const tripping =
    (poison: readonly number[], how = alertOf(80)): Answering =>
    (hello, label) =>
      hello.suites.some((suite) => poison.includes(suite)) ? how : server(simulated)(hello, label);

  test.each([1, 3])('shows all the others: %i of them', (count) => {
    const poison = suitesFor(version)
      .filter((suite) => !several.includes(suite))
      .slice(40, 40 + count);
    const answer: Answering = (hello, label) =>
      several.some((suite) => hello.suites.includes(suite)) && hello.suites.length > 300
        ? server(simulated)(hello, label)
        : tripping(poison)(hello, label);
    const { value, labels } = probe(answer);
    expect(new Set(value.found.map(({ item }) => item))).toEqual(new Set(several));
    expect(labels.length).toBeLessThan(suitesFor(version).length + 16);
  });

  test('ends also where everything is refused oddly', () => {
    let asked = 0;
    const { value, labels } = probe((hello, label) =>
      asked++ === 0 ? server(simulated)(hello, label) : alertOf(asked % 2 === 0 ? 80 : 10),
    );
    expect(value.found.length).toBe(1);
    expect(labels.length).toBeLessThan(2 * suitesFor(version).length);
  });
});

describe('a server that cannot read long hellos', () => {
  const short =
    (answer: Answering): Answering =>
    (hello, label) =>
      hello.length > 255 ? ended('closed') : answer(hello, label);

  test('is asked in short ones, and what it has no room for is said', () => {
    const suites = [0x002f, 0x0035, 0x000a, 0xc02f, 0x0005];
    const { value, hellos } = probe(short(server({ ...simulated, suites })));
    expect(new Set(value.found.map(({ item }) => item))).toEqual(new Set(suites));
    expect(value.missing).toContain('short hellos');
    expect(value.preference).toBe('unknown');
    expect(hellos.filter(({ length }) => length > 255)).toHaveLength(1);
  });
});

test('a version that takes nothing is not enumerated', () => {
  expect(found(() => failure)).toEqual([]);
  expect(probe(() => failure).value.missing).toBe('answered with alert handshake_failure');
  expect(probe(() => complete(record(22, Buffer.from([2, 0, 0, 1, 0])))).value.missing).toContain(
    'malformed',
  );
});

test('no bytes of a server make the reader throw', () => {
  const hello = Buffer.from(serverHello(version, { suite: 0xc02f }));
  const exchange = fc.uint8Array({ maxLength: 300 }).map((body) => {
    const header = Buffer.from([12, 0, body.length >> 8, body.length & 255]);
    return Buffer.concat([hello, record(22, Buffer.concat([header, body]))]);
  });
  fc.assert(
    fc.property(
      fc.oneof(fc.uint8Array({ maxLength: 400 }), exchange),
      fc.constantFrom(0xc02f, 0x009e, 0xc035),
      (bytes, suite) => {
        const offer = { bytes: Buffer.alloc(300), suites: [suite, 0xc02f], groups: [0x001d] };
        const look = lookAt(version, offer, complete(bytes));
        expect(['accepted', 'refused', 'alert', 'none']).toContain(look.answer.kind);
      },
    ),
    { numRuns: 300 },
  );
});
