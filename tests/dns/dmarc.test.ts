import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dmarcNames, lookUpDmarc, parseDmarc } from '../../src/dns/dmarc.ts';
import { lookUpIn, txt, type ZoneMap } from './zone-map.ts';

const dmarcOf = (zone: ZoneMap, domain = 'example.com') => lookUpIn(zone, lookUpDmarc(domain)).value;
const own = (...texts: readonly string[]) => dmarcOf({ '_dmarc.example.com TXT': txt(...texts) });

describe('a record of its own', () => {
  test.each([
    [
      'v=DMARC1; p=reject; rua=mailto:d@example.com',
      {
        policy: 'reject',
        subdomainPolicy: 'reject',
        percent: 100,
        testing: false,
        aggregateReports: ['d@example.com'],
      },
    ],
    ['v=DMARC1;p=Quarantine;pct=50;sp=none', { policy: 'quarantine', subdomainPolicy: 'none', percent: 50 }],
    ['v=DMARC1; p=reject; sp=quarantine; np=none', { policy: 'reject', subdomainPolicy: 'none' }],
    ['v=DMARC1; p=reject; t=y', { testing: true }],
    ['v=DMARC1; p=reject; pct=1000', { percent: 100 }],
    ['v=DMARC1; p=rejekt; rua=mailto:d@example.com', { policy: 'none' }],
    [
      'v=DMARC1; p=reject; rua=https://example.com/d, mailto:a@b.example!10m ',
      { aggregateReports: ['a@b.example!10m'] },
    ],
  ])('%s', (text, expected) => {
    expect(own(text)).toMatchObject({ status: 'valid', foundAt: 'example.com', ...expected });
  });

  test.each([
    ['v=DMARC1; p=rejekt', 'invalid'],
    ['v=DMARC1; rejekt', 'invalid'],
    ['v=DMARC1; p=none; p=reject', 'invalid'],
    ['v=dmarc1; p=reject', 'none'],
    ['p=reject; v=DMARC1', 'none'],
    ['v=DMARC12; p=reject', 'none'],
  ])('%s', (text, status) => {
    expect(own(text)).toMatchObject({ status, policy: 'absent', percent: 0 });
  });

  test('several end the search', () => {
    const zone: ZoneMap = {
      '_dmarc.a.example.com TXT': txt('v=DMARC1; p=none', 'v=DMARC1; p=reject'),
      '_dmarc.example.com TXT': txt('v=DMARC1; p=reject'),
    };
    expect(dmarcOf(zone, 'a.example.com')).toMatchObject({ status: 'several', policy: 'absent' });
  });
});

describe('a record of the organisational domain', () => {
  const zone: ZoneMap = {
    '_dmarc.example.com TXT': txt('v=DMARC1; p=reject; sp=quarantine; rua=mailto:d@example.com'),
  };

  test('says what holds of subdomains', () => {
    expect(dmarcOf(zone, 'mail.example.com')).toMatchObject({
      ...{ status: 'valid', foundAt: 'example.com', policy: 'quarantine', subdomainPolicy: 'quarantine' },
    });
  });

  test('is the highest, or marked, or below a public suffix', () => {
    const higher = { ...zone, '_dmarc.com TXT': txt('v=DMARC1; p=none') };
    expect(dmarcOf(higher, 'a.example.com')).toMatchObject({ foundAt: 'com' });
    const suffix = { ...zone, '_dmarc.com TXT': txt('v=DMARC1; p=none; psd=y') };
    expect(dmarcOf(suffix, 'a.example.com')).toMatchObject({ foundAt: 'example.com' });
    const marked = { ...higher, '_dmarc.example.com TXT': txt('v=DMARC1; p=reject; psd=n') };
    expect(dmarcOf(marked, 'a.example.com')).toMatchObject({ foundAt: 'example.com' });
  });

  test('is not known where a level does not answer; the own record needs no other', () => {
    expect(dmarcOf({ ...zone, '_dmarc.com': 'down' }, 'a.example.com')).toHaveProperty('why');
    expect(dmarcOf({ ...zone, '_dmarc.com': 'down' })).toMatchObject({ status: 'valid' });
    expect(dmarcOf({ '_dmarc.example.com': 'down' })).toHaveProperty('why');
  });

  test('is looked for at no more than eight names', () => {
    const deep = `${'a.'.repeat(40)}example.com`;
    expect(dmarcNames(deep)).toEqual([
      deep,
      ...[5, 4, 3, 2, 1, 0].map((n) => `${'a.'.repeat(n)}example.com`),
      'com',
    ]);
  });
});

test('no text is too strange for the parser', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseDmarc(`v=DMARC1;${text}`)));
});
