import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lookUpSpf } from '../../src/dns/spf.ts';
import { expand, isDomainSpec } from '../../src/dns/spf-macro.ts';
import { parseSpf } from '../../src/dns/spf-record.ts';
import { lookUpIn, txt, type ZoneMap } from './zone-map.ts';

const spfOf = (zone: ZoneMap) => lookUpIn(zone, lookUpSpf('example.com')).value;
const record = (text: string, more: ZoneMap = {}) => spfOf({ 'example.com TXT': txt(text), ...more });
const addresses = [{ address: '192.0.2.1' }];

describe('how a record ends', () => {
  test.each([
    ['v=spf1 -all', { status: 'valid', ending: '-all', noSender: true, lookups: 0, passesEveryone: false }],
    ['V=SPF1  -ALL ', { status: 'valid', ending: '-all', noSender: true }],
    ['v=spf1 ip4:192.0.2.0/24 ~all', { status: 'valid', ending: '~all', noSender: false }],
    ['v=spf1 ip6:2001:db8::/32 ?all', { ending: '?all' }],
    ['v=spf1 all', { ending: '+all', passesEveryone: true }],
    ['v=spf1 ip4:0.0.0.0/0 -all', { ending: '-all', passesEveryone: true }],
    ['v=spf1 -ip4:0.0.0.0/0 -all', { ending: '-all', passesEveryone: false }],
    ['v=spf1 a/0 -all', { passesEveryone: true }],
    ['v=spf1', { status: 'valid', ending: 'none', passesEveryone: false }],
    ['v=spf1 -all include:never.example', { status: 'valid', ending: '-all', lookups: 0 }],
    ['v=spf1 -all redirect=never.example', { status: 'valid', ending: '-all', lookups: 0 }],
    ['v=spf1 unknown=modifier -all', { status: 'valid' }],
  ])('%s', (text, expected) => {
    expect(record(text, { 'example.com A': addresses })).toMatchObject(expected);
  });

  test('redirect= takes the end of another domain', () => {
    const spf = record('v=spf1 redirect=_spf.example.net', { '_spf.example.net TXT': txt('v=spf1 ~all') });
    expect(spf).toMatchObject({ status: 'valid', ending: '~all', lookups: 1, noSender: false });
  });

  test('an include that passes everyone passes everyone, whatever follows', () => {
    const open: ZoneMap = {
      'open.example TXT': txt('v=spf1 redirect=more.example'),
      'more.example TXT': txt('v=spf1 +all'),
    };
    expect(record('v=spf1 include:open.example -all', open)).toMatchObject({
      ending: '-all',
      passesEveryone: true,
    });
    expect(record('v=spf1 ?include:open.example -all', open)).toMatchObject({ passesEveryone: false });
  });
});

describe('what is no usable record', () => {
  test('none, several, and what only looks like one', () => {
    expect(spfOf({ 'example.com TXT': txt('v=spf10 -all', 'other') })).toMatchObject({
      status: 'none',
      records: 0,
    });
    expect(spfOf({ 'example.com TXT': txt('v=spf1 -all', 'v=spf1 ~all') })).toMatchObject({
      status: 'several',
      records: 2,
    });
    expect(spfOf({})).toMatchObject({ status: 'none', records: 0, ending: 'none' });
  });

  test.each([
    'v=spf1 al -all',
    'v=spf1 ip4:300.0.0.1 -all',
    'v=spf1 ip4:192.0.2.1/33 -all',
    'v=spf1 ip6:192.0.2.1 -all',
    'v=spf1 include: -all',
    'v=spf1 include -all',
    'v=spf1 a:/24 -all',
    'v=spf1 a/33 -all',
    'v=spf1 mx//129 -all',
    'v=spf1 exists:%{x} -all',
    'v=spf1 exists:50% -all',
    'v=spf1 redirect=a.example redirect=b.example',
    'v=spf1 -all:example.com',
    'v=spf1 include:localhost -all',
    'v=spf1 include:1.2.3.4 -all',
    'v=spf1 ip4=192.0.2.1 redirect=nothing',
  ])('%s', (text) => {
    expect(record(text)).toMatchObject({ status: 'permerror' });
  });

  test('an include without a record, with several, of itself', () => {
    expect(record('v=spf1 include:a.example -all')).toMatchObject({ status: 'permerror', ending: '-all' });
    const several: ZoneMap = { 'a.example TXT': txt('v=spf1 -all', 'v=spf1 ~all') };
    expect(record('v=spf1 include:a.example -all', several).problem).toContain('several');
    const loop: ZoneMap = { 'a.example TXT': txt('v=spf1 include:example.com -all') };
    expect(record('v=spf1 include:a.example -all', loop).problem).toContain('back to itself');
  });

  test('what could not be asked leaves everything open that hangs on it, and nothing else', () => {
    const spf = record('v=spf1 include:a.example -all', { 'a.example': 'down' });
    expect(spf).toMatchObject({ records: 1, ending: '-all', missing: [{ what: 'include of a.example' }] });
    expect(spf).not.toHaveProperty('status');
    expect(spf).not.toHaveProperty('passesEveryone');
    expect(spfOf({ 'example.com': 'down' })).toEqual({
      records: 0,
      noSender: false,
      missing: [{ what: 'SPF of example.com', why: 'the resolver answered SERVFAIL' }],
    });
  });

  test('an include that depends on the message cannot be followed', () => {
    expect(record('v=spf1 include:%{i}._spf.example.com -all')).not.toHaveProperty('status');
  });
});

describe('limits (RFC 7208 4.6.4)', () => {
  const a = (count: number): string =>
    Array.from({ length: count }, (_, n) => `a:h${n}.example.com`).join(' ');
  const hosts = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`h${n}.example.com A`, addresses]));

  test('ten look-ups are allowed, eleven are not', () => {
    expect(record(`v=spf1 ${a(10)} -all`, hosts)).toMatchObject({ status: 'valid', lookups: 10 });
    expect(record(`v=spf1 ${a(11)} -all`, hosts)).toMatchObject({ status: 'permerror', lookups: 11 });
  });

  test('those of includes count, and so do ptr, exists and redirect', () => {
    const spf = record('v=spf1 include:a.example mx ptr exists:%{i}.example.com redirect=b.example', {
      'example.com MX': [{ preference: 1, target: 'mx.example.com' }],
      'a.example TXT': txt('v=spf1 a -all'),
      'a.example A': addresses,
      'b.example TXT': txt('v=spf1 -all'),
    });
    expect(spf).toMatchObject({ status: 'valid', lookups: 6, ending: '-all' });
  });

  test('two look-ups without an answer are allowed, three are not', () => {
    expect(record('v=spf1 a:x.test.example a:y.test.example -all')).toMatchObject({
      status: 'valid',
      voidLookups: 2,
    });
    const three = record('v=spf1 a:x.test.example a:y.test.example mx:z.test.example -all');
    expect(three).toMatchObject({ status: 'permerror', voidLookups: 3 });
  });

  test('more than ten mail servers of one mx', () => {
    const mx = Array.from({ length: 11 }, (_, n) => ({ preference: n, target: `m${n}.example.com` }));
    expect(record('v=spf1 mx -all', { 'example.com MX': mx })).toMatchObject({ status: 'permerror' });
  });

  test('a tree of includes without end costs a bounded number of questions', () => {
    const endless = new Proxy({} as ZoneMap, {
      get: (_, key) =>
        txt(`v=spf1 include:a.${String(key).split(' ')[0]} include:b.${String(key).split(' ')[0]} -all`),
    });
    const { value, asked } = lookUpIn(endless, lookUpSpf('e.example'));
    expect(value.status).toBe('permerror');
    expect(asked.length).toBeLessThan(25);
  });
});

describe('macros', () => {
  test.each([
    ['%{d}', 'a.b.example'],
    ['%{d2}', 'b.example'],
    ['%{dr}', 'example.b.a'],
    ['%{d1r}._spf.%{o}', 'a._spf.sender.example'],
    ['x%%y.%{D}', 'x%y.a.b.example'],
    ['%{i}.example.com', undefined],
    ['%{l}.%{d}', undefined],
  ])('%s', (spec, name) => {
    expect(expand(spec, 'a.b.example', 'sender.example')).toBe(name);
  });

  test('a domain ends in a label that is no number, or in a macro', () => {
    expect(['example.com', 'a.b-c.', 'x.%{d}', '_spf.%{d2}'].map(isDomainSpec)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['', 'a', 'a.1', 'a b.c', 'a.%', 'a.%{q}'].map(isDomainSpec)).toEqual([
      false,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});

test('no text is too strange for the parser', () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom('a:', 'mx/', 'include:', '%{d', '//', 'ip6:::', 'redirect=', '-', 'all'),
  );
  fc.assert(
    fc.property(fc.array(word), (words) => {
      expect(['record', 'error']).toContain(parseSpf(`v=spf1 ${words.join(' ')}`).kind);
    }),
  );
});
