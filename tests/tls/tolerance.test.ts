import { describe, expect, test } from 'vitest';
import type { Reply } from '../../src/tls/exchange.ts';
import { type Tolerated, tolerated } from '../../src/tls/facts/tolerance.ts';
import type { Versions } from '../../src/tls/facts/versions.ts';
import { missingTolerance, probeTolerance, toleranceValue } from '../../src/tls/tolerance-inquiry.ts';
import { type Answering, alertOf, ended, options, run, server } from './simulated.ts';
import { complete, type HelloSeen, serverHello } from './wire.ts';

const refused = { SSLv2: 'refused', SSLv3: 'refused', 'TLSv1.0': 'refused', 'TLSv1.1': 'refused' } as const;
const only12: Versions = { ...refused, 'TLSv1.2': 'accepted', 'TLSv1.3': 'refused' };
const only13: Versions = { ...refused, 'TLSv1.2': 'refused', 'TLSv1.3': 'accepted' };
const honest12 = server({ version: 'TLSv1.2', suites: [0xc02f, 0x002f] });
const honest13 = server({ version: 'TLSv1.3', suites: [0x1301], groups: [0x001d, 0x11ec] });

const look = (versions: Versions, answer: Answering) => {
  const { value, labels, hellos } = run(probeTolerance(versions, options), answer);
  return { value: toleranceValue(value), missing: missingTolerance(value), labels, hellos };
};

const numbers = (body: Buffer | undefined, from: number): number[] =>
  body === undefined
    ? []
    : Array.from({ length: (body.length - from) / 2 }, (_, index) => body.readUInt16BE(from + 2 * index));
const isGrease = (code: number): boolean => (code & 0x0f0f) === 0x0a0a && code >> 8 === (code & 255);

/** Whether a hello has what this item is about, read off the wire. Hellos of the enumeration are long, but not padded. */
const has: Readonly<Record<Tolerated, (hello: HelloSeen) => boolean>> = {
  version: ({ legacyVersion, extensions }) =>
    legacyVersion > 0x0303 || numbers(extensions.get(43), 1).some((code) => code > 0x0304),
  extensions: ({ extensions }) => [...extensions.keys()].some(isGrease),
  suites: ({ suites }) => suites.some(isGrease),
  groups: ({ extensions }) => numbers(extensions.get(10), 2).some(isGrease),
  'signature-schemes': ({ extensions }) => numbers(extensions.get(13), 2).some(isGrease),
  'length-500': ({ length, extensions }) => extensions.has(21) && length === 505,
  'length-1500': ({ length, extensions }) => extensions.has(21) && length === 1505,
  'length-5000': ({ length, extensions }) => extensions.has(21) && length === 5005,
  fragments: ({ records }) => records === 2,
};

const minding =
  (item: Tolerated, reply: Reply, honest: Answering): Answering =>
  (hello, label) =>
    has[item](hello) ? reply : honest(hello, label);

const all = (but: object = {}) => ({
  ...Object.fromEntries(tolerated.map((item) => [item, 'tolerated'])),
  ...but,
});

describe.each([
  ['TLSv1.2', only12, honest12],
  ['TLSv1.3', only13, honest13],
] as const)('a server of %s', (version, versions, honest) => {
  test('that minds nothing is sent everything in three hellos', () => {
    const { value, missing, hellos, labels } = look(versions, honest);
    expect([value, missing]).toEqual([all(), []]);
    const own = hellos.filter((_, index) => labels[index]?.includes(' tolerance, '));
    expect(own.map((hello) => tolerated.filter((item) => has[item](hello)))).toEqual([
      ['version', 'extensions', 'suites', 'groups', 'signature-schemes', 'length-500'],
      ['length-1500', 'fragments'],
      ['length-5000'],
    ]);
    expect(labels.every((label) => label.startsWith(version))).toBe(true);
  });

  test('that minds everything is sent one thing at a time, beside a plain hello of at most 255 bytes', () => {
    const strict: Answering = (hello, label) =>
      tolerated.some((item) => has[item](hello)) ? alertOf(50) : honest(hello, label);
    const { value, hellos, labels } = look(versions, strict);
    expect(value).toEqual(Object.fromEntries(tolerated.map((item) => [item, 'intolerant'])));
    const single = hellos.filter((_, index) =>
      tolerated.some((item) => labels[index]?.endsWith(`, ${item}`)),
    );
    expect(single.map((hello) => tolerated.filter((item) => has[item](hello)))).toEqual([
      // Of the three hellos with everything, the last has a single thing, and is not sent again.
      ['length-5000'],
      ...tolerated.filter((item) => item !== 'length-5000').map((item) => [item]),
    ]);
    const plain = hellos.filter((_, index) => labels[index]?.endsWith(', plain'));
    expect(plain.map(({ length }) => length <= 255)).toEqual([true]);
  });

  test.each(tolerated)('that minds %s is found out, however it says so', (item) => {
    const other = complete(serverHello('TLSv1.1', { suite: 0x002f }));
    for (const reply of [alertOf(40), alertOf(50), alertOf(70), ended('closed'), ended('reset'), other]) {
      const { value, missing } = look(versions, minding(item, reply, honest));
      expect([value, missing]).toEqual([all({ [item]: 'intolerant' }), []]);
    }
  });

  test.each(tolerated)('that falls silent at %s has said nothing', (item) => {
    const { value, missing } = look(versions, minding(item, ended('timed-out'), honest));
    expect(value).toEqual(Object.fromEntries(Object.entries(all()).filter(([key]) => key !== item)));
    expect(missing).toEqual([{ what: item, why: 'no answer in time' }]);
  });

  test('that ends plain hellos as well, or minds but once, has said nothing', () => {
    const moody: Answering = (hello, label) =>
      label.includes('control') || has.fragments(hello) ? ended('closed') : honest(hello, label);
    const { value, missing } = look(versions, moody);
    expect(value).not.toHaveProperty('fragments');
    expect(missing).toEqual([
      { what: 'fragments', why: 'connection closed without an alert, but so was a plain hello beside it' },
    ]);
    const once: Answering = (hello, label) =>
      has.fragments(hello) && !label.includes('again') ? ended('closed') : honest(hello, label);
    expect(look(versions, once).missing).toEqual([
      { what: 'fragments', why: 'connection closed without an alert, and another time not' },
    ]);
  });
});

test('a server that picks what nobody assigned minds it', () => {
  const picking = complete(serverHello('TLSv1.2', { suite: 0x7a7a }));
  expect(look(only12, minding('suites', picking, honest12)).value).toMatchObject({ suites: 'intolerant' });
});

test('TLS 1.1 has no signature schemes in its hellos', () => {
  const versions: Versions = {
    ...refused,
    'TLSv1.1': 'accepted',
    'TLSv1.2': 'refused',
    'TLSv1.3': 'refused',
  };
  const old = server({ version: 'TLSv1.1', suites: [0x002f] });
  const answer: Answering = (hello, label) =>
    hello.legacyVersion === 0x0304 ? complete(serverHello('TLSv1.1', { suite: 0x002f })) : old(hello, label);
  const { value, missing } = look(versions, answer);
  expect([value, missing]).toEqual([all({ 'signature-schemes': 'not-carried' }), []]);
});

test('a version above the one asked that is not known is missing', () => {
  const { value, missing } = look({ 'TLSv1.2': 'accepted' }, honest12);
  expect([value, missing.map(({ what }) => what)]).toEqual([all(), ['TLSv1.3']]);
});

test('nothing is said of a server that accepts SSLv3 alone, or no plain hello', () => {
  const ssl3: Versions = { ...only12, SSLv3: 'accepted', 'TLSv1.2': 'refused' };
  const { value, missing } = look(ssl3, server({ version: 'SSLv3', suites: [0x002f] }));
  expect([value, missing.map(({ what }) => what)]).toEqual([{}, [...tolerated]]);
  const gone: Answering = (hello, label) =>
    label.includes('tolerance') ? ended('closed') : honest12(hello, label);
  expect(look(only12, gone).missing[0]?.why).toContain('a plain hello of TLSv1.2 was not accepted');
});
