import { describe, expect, it } from 'vitest';
import { readCertificate } from '../../src/x509/certificate.ts';
import { namesServer } from '../../src/x509/server-name.ts';
import { issueLeaf, party } from './authority.ts';
import { nameCases } from './certificate-cases.ts';

const ca = party('CA');
const server = party('host.test');

describe('namesServer', () => {
  it.each(nameCases)('$dns $ip for $host: $matches', ({ dns = [], ip = [], host, matches }) => {
    const { extensions } = readCertificate(issueLeaf(server, ca, { dnsNames: dns, ipAddresses: ip }));
    expect(namesServer(extensions.subjectAltName, host)).toBe(matches);
  });

  it.each([
    ['a name that ends in the root', 'host.test.', 'host.test', true],
    ['a name hidden behind a zero octet', 'host.test\0.evil.example', 'host.test', false],
    ['an empty label', '*.host.test', '.host.test', false],
    ['octets that are no A-label', 'b\u00fccher.test', 'xn--bcher-kva.test', false],
  ])('%s', (_, presented, host, matches) => {
    const { extensions } = readCertificate(issueLeaf(server, ca, { dnsNames: [presented] }));
    expect(namesServer(extensions.subjectAltName, host)).toBe(matches);
  });

  it('ignores an address of a wrong length', () => {
    // subjectAltName with one iPAddress of 3 octets.
    const value = Uint8Array.of(0x30, 5, 0x87, 3, 192, 0, 2);
    const der = issueLeaf(server, ca, {
      dnsNames: [],
      extensions: [{ oid: '2.5.29.17', critical: false, value }],
    });
    const names = readCertificate(der).extensions.subjectAltName;
    expect(names?.ip).toEqual([Uint8Array.of(192, 0, 2)]);
    expect(namesServer(names, '192.0.2.0')).toBe(false);
  });
});
