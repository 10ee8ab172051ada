import { describe, expect, test } from 'vitest';
import { checkLinks } from '../../src/config/check-links.ts';
import { parseControl } from '../../src/config/control-file.ts';
import { trees as frameworks } from '../trees.ts';
import { refusalOf } from './refusal.ts';

const file = 'controls/tls/tls.protocol.modern.yaml';
const text = `id: tls.protocol.modern
version: 1
title: Old versions are refused
severity: high
subject: tls-endpoint
params:
  refused: { type: list<string>, default: [TLSv1.0] }
expect: >-
  params.refused.all(v, tls.versions[v] == "refused")
  && !tls.versions.exists(v, v == "SSLv2")
message: old versions are accepted
remediation: { any: turn them off }
references: [RFC 8996]
proves: a
does-not-prove: b
satisfies:
  pci-dss-4.0.1: [{ id: 4.2.1, strength: partial, element: protocol-versions }]
`;

test('a control is what its file says, with the defaults of what it leaves out', () => {
  expect(parseControl(file, text).control).toEqual({
    id: 'tls.protocol.modern',
    version: 1,
    aliases: [],
    title: 'Old versions are refused',
    severity: 'high',
    subject: 'tls-endpoint',
    params: { refused: { type: 'list<string>', default: ['TLSv1.0'] } },
    expect: 'params.refused.all(v, tls.versions[v] == "refused") && !tls.versions.exists(v, v == "SSLv2")',
    empty: 'unseen',
    message: 'old versions are accepted',
    remediation: { any: 'turn them off' },
    references: ['RFC 8996'],
    proves: 'a',
    doesNotProve: 'b',
    satisfies: { 'pci-dss-4.0.1': [{ id: '4.2.1', strength: 'partial', element: 'protocol-versions' }] },
  });
});

test('optional keys are kept', () => {
  const more =
    'aliases: [tls.protocol.old]\nempty: not-applicable\nnothing: there is none\napplies-when: { expression: a, otherwise: b }\n';
  expect(parseControl(file, text + more).control).toMatchObject({
    aliases: ['tls.protocol.old'],
    empty: 'not-applicable',
    nothing: 'there is none',
    appliesWhen: { expression: 'a', otherwise: 'b' },
  });
});

test('an error of the expression has its place in the file', () => {
  const { control, at } = parseControl(file, text);
  expect(at(['expect'], control.expect.indexOf('tls.versions.exists'))).toBe(`${file}:10:7`);
});

describe('what is refused, with its place', () => {
  const changed: Record<string, readonly [from: string, to: string, message: string]> = {
    'a misspelt key': [
      'severity: high',
      'severty: high',
      '4:1 expected a known key, got "severty"; did you mean "severity"?',
    ],
    'a severity that is none': [
      'high',
      'hihg',
      '4:11 expected severity to be one of low, medium, high, critical, got "hihg"; did you mean "high"?',
    ],
    'a kind that is none': [
      'tls-endpoint',
      'tls',
      '5:10 expected subject to be one of tls-endpoint, http-api, postgres-server, data-store, dns-zone, log-store, organisation, got "tls"',
    ],
    'a version in words': [
      'version: 1',
      'version: one',
      '2:10 expected version to be a whole number from 1, got a text',
    ],
    'version 0': ['version: 1', 'version: 0', '2:10 expected version to be a whole number from 1, got 0'],
    'an id that is not the file name': [
      'tls.protocol.modern',
      'tls.protocol.old',
      `1:5 expected the id of the file's name and folder (tls/tls.protocol.old.yaml), got "tls.protocol.old"`,
    ],
    'an id of another form': [
      'tls.protocol.modern',
      'modern',
      '1:5 expected id to be a control id (segment.group.name, lower case), got "modern"',
    ],
    'a default of another type': [
      '[TLSv1.0]',
      'TLSv1.0',
      '7:43 expected a default of type list<string>, got another type',
    ],
    'a parameter without default': [
      ', default: [TLSv1.0]',
      '',
      '7:12 expected the key "default" in params.refused, got none',
    ],
    'a parameter no expression can name': [
      'refused: {',
      're-fused: {',
      '7:3 expected a parameter name (letters, digits, "_") as key in params, got "re-fused"',
    ],
    'no remediation': [
      '{ any: turn them off }',
      '{}',
      '12:14 expected at least 1 keys in remediation, got 0',
    ],
    'a number as requirement': [
      '4.2.1',
      '4.2',
      '17:25 expected satisfies.pci-dss-4.0.1[0].id to be a requirement id in quotes, got 4.2',
    ],
    'a strength that is none': [
      'strength: partial',
      'strength: most',
      '17:42 expected satisfies.pci-dss-4.0.1[0].strength to be one of full, partial, supporting, got "most"',
    ],
    'a long title': [
      'Old versions',
      'Old versions'.repeat(10),
      '3:8 expected at most 110 characters in title, got 132',
    ],
    'a word for an empty population that is not tested': [
      'title:',
      'nothing: none\ntitle:',
      '3:10 expected nothing only beside empty: not-applicable',
    ],
    'a missing key': ['proves: a\n', '', '1:1 expected the key "proves", got none'],
  };
  test.each(Object.entries(changed))('%s', (_, [from, to, message]) => {
    expect(refusalOf(() => parseControl(file, text.replace(from, to)))).toEqual({
      code: 'ERR_CONTROL',
      message: `${file}:${message}`,
    });
  });
  test('a file in another folder', () => {
    expect(refusalOf(() => parseControl('controls/other/tls.protocol.modern.yaml', text)).message).toMatch(
      `controls/other/tls.protocol.modern.yaml:1:5 expected the id of the file's name and folder`,
    );
  });
});

describe('links', () => {
  const link = '{ id: 4.2.1, strength: partial, element: protocol-versions }';
  const check = (to: string, from = link) =>
    checkLinks([parseControl(file, text.replace(from, to))], frameworks);
  test('to requirements are accepted', () => {
    expect(() => check(link)).not.toThrow();
    expect(() => check('{ id: 4.2.1, strength: full, rationale: x }')).not.toThrow();
    expect(() => check('{ id: 4.2.1, strength: supporting }')).not.toThrow();
  });
  test.each([
    [
      '{ id: 4.2.11, strength: supporting }',
      '17:25 expected a requirement of pci-dss-4.0.1, got "4.2.11"; did you mean "4.2.1"?',
    ],
    ['{ id: "4.2", strength: supporting }', '17:25 expected a requirement, got the heading "4.2"'],
    [
      '{ id: 4.2.1, strength: partial }',
      '17:42 expected the element that strength partial decides, got none',
    ],
    ['{ id: 4.2.1, strength: full }', '17:42 expected a rationale for strength full, got none'],
    [
      '{ id: 4.2.1, strength: supporting }, { id: 4.2.1, strength: supporting }',
      '17:62 expected each requirement and element once, got "4.2.1" again',
    ],
  ])('%s', (to, message) => {
    expect(refusalOf(() => check(to))).toEqual({ code: 'ERR_CONTROL', message: `${file}:${message}` });
  });
  test('to a framework nobody knows', () => {
    expect(refusalOf(() => check('pci-dss-4.0', 'pci-dss-4.0.1')).message).toBe(
      `${file}:17:3 expected a known framework, got "pci-dss-4.0"; did you mean "pci-dss-4.0.1"?`,
    );
  });
  test('from an id or alias that is taken', () => {
    const one = parseControl(`builtin/${file}`, text);
    const two = parseControl(file, text);
    const other = text.replace('tls.protocol.modern', 'tls.protocol.new');
    const three = parseControl(
      'controls/tls/tls.protocol.new.yaml',
      `${other}aliases: [tls.protocol.old, tls.protocol.modern]\n`,
    );
    expect(refusalOf(() => checkLinks([one, two], frameworks)).message).toBe(
      `${file}:1:5 expected an id of its own, got "tls.protocol.modern" (also at builtin/${file}:1:5)`,
    );
    expect(refusalOf(() => checkLinks([one, three], frameworks)).message).toBe(
      `controls/tls/tls.protocol.new.yaml:18:29 expected an id of its own, got "tls.protocol.modern" (also at builtin/${file}:1:5)`,
    );
  });
});
