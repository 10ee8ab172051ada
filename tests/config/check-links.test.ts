import { describe, expect, test } from 'vitest';
import { checkLinks } from '../../src/config/check-links.ts';
import { type ControlFile, parseControl } from '../../src/config/control-file.ts';
import { trees } from '../trees.ts';
import { refusalOf } from './refusal.ts';

interface Said {
  readonly link?: string;
  readonly subject?: string;
  readonly proves?: string;
}

/** A control whose link begins at line 12, column 19. */
function control(
  name: string,
  { link = '{ id: 4.2.1, strength: supporting }', subject, proves }: Said,
): ControlFile {
  const text = `id: tls.protocol.${name}
version: 1
title: Old versions are refused
severity: high
subject: ${subject ?? 'tls-endpoint'}
expect: tls.versions["TLSv1.0"] == "refused"
message: old versions are accepted
remediation: { any: turn them off }
references: [RFC 8996]
proves: ${proves ?? `the proof of ${name}`}
does-not-prove: what ${name} leaves open
satisfies: { pci-dss-4.0.1: [${link}] }
`;
  return parseControl(`controls/tls/tls.protocol.${name}.yaml`, text);
}

const refused = (said: Said): string => {
  const { code, message } = refusalOf(() => checkLinks([control('one', said)], trees));
  expect(code).toBe('ERR_CONTROL');
  return message.replace('controls/tls/tls.protocol.one.yaml:', '');
};

describe('a partial link', () => {
  test('names an element that is decided on the kind of its control', () => {
    const link = '{ id: 4.2.1, strength: partial, element: protocol-versions }';
    for (const subject of ['tls-endpoint', 'postgres-server'])
      expect(() => checkLinks([control('one', { link, subject })], trees)).not.toThrow();
  });

  test.each([
    [
      '{ id: 4.2.1, strength: partial, element: protocol-version }',
      'tls-endpoint',
      '12:71 expected an element of 4.2.1, got "protocol-version"; did you mean "protocol-versions"?',
    ],
    [
      '{ id: 4.2.1, strength: partial, element: pin-data }',
      'tls-endpoint',
      '12:71 expected an element of 4.2.1, got "pin-data"',
    ],
    [
      '{ id: 4.2.1, strength: partial, element: cipher-suites }',
      'postgres-server',
      '12:71 expected an element that is decided on postgres-server, got "cipher-suites" (tls-endpoint)',
    ],
    [
      '{ id: 12.1.1, strength: partial, element: protocol-versions }',
      'tls-endpoint',
      '12:72 expected an element of 12.1.1, got "protocol-versions"',
    ],
    [
      '{ id: 4.2.1, strength: supporting, element: protocol-versions }',
      'tls-endpoint',
      '12:74 expected an element for strength partial only, got one for supporting',
    ],
  ])('%s of a %s is refused', (link, subject, message) => {
    expect(refused({ link, subject })).toBe(message);
  });
});

describe('a full link', () => {
  test('gives its reason, to a requirement that is decided on the kind of its control', () => {
    const link = '{ id: A2.1.3, strength: full, rationale: one version is all it asks }';
    expect(() => checkLinks([control('one', { link })], trees)).not.toThrow();
    expect(refused({ link: '{ id: A2.1.3, strength: full }' })).toMatch(/^12:54 expected a rationale/);
    expect(refused({ link, subject: 'postgres-server' })).toBe(
      '12:54 expected a requirement that is decided on postgres-server, got A2.1.3, which is not',
    );
  });
});

test('a heading is refused', () => {
  expect(refused({ link: '{ id: "4.2", strength: supporting }' })).toMatch(/got the heading "4\.2"$/);
});

test('a link says what it proves where that differs', () => {
  const link = '{ id: 4.2.1, strength: supporting, proves: less, does-not-prove: more }';
  expect(control('one', { link }).control.satisfies['pci-dss-4.0.1']).toEqual([
    { id: '4.2.1', strength: 'supporting', proves: 'less', doesNotProve: 'more' },
  ]);
});

describe('a text of what is proved', () => {
  const names = ['one', 'two', 'three', 'four'];

  test('may serve three controls', () => {
    const same = names.map((name, index) => control(name, index < 3 ? { proves: 'the same' } : {}));
    expect(() => checkLinks(same, trees)).not.toThrow();
  });

  test('serves no fourth one, nor a link of it', () => {
    const three = names.slice(0, 3).map((name) => control(name, { proves: 'the same' }));
    const places = {
      '10:9': control('four', { proves: 'the same' }),
      '12:73': control('four', { link: '{ id: 4.2.1, strength: supporting, proves: the same }' }),
    };
    for (const [place, fourth] of Object.entries(places)) {
      expect(refusalOf(() => checkLinks([...three, fourth], trees)).message).toBe(
        `controls/tls/tls.protocol.four.yaml:${place} expected a text of its own, got that of 3 other controls`,
      );
    }
  });
});
