import { describe, expect, it } from 'vitest';
import { isInternalAddress, isInternalName } from '../../src/x509/internal-names.ts';

describe('names of an internal network', () => {
  it.each([
    'db',
    'localhost',
    'DB7.Corp',
    '*.corp',
    'nas.local',
    'printer.lan.',
    'a.b.internal',
    'router.home.arpa',
    '*',
    '',
  ])('%j is one', (name) => {
    expect(isInternalName(name)).toBe(true);
  });

  it.each([
    'example.com',
    '*.example.com',
    'internal.example.com',
    'corp.de',
    'local.net.',
    'notlocal.company',
  ])('%j is none', (name) => {
    expect(isInternalName(name)).toBe(false);
  });

  it.each([
    '10.0.0.0',
    '10.255.255.255',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '169.254.1.1',
    'fc00::1',
    'fdff::1',
    'fe80::1',
    'febf::1',
    '::1',
    '::ffff:10.0.0.1',
  ])('%s is one', (address) => {
    expect(isInternalAddress(address)).toBe(true);
  });

  it.each([
    '9.255.255.255',
    '11.0.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.169.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '192.0.2.1',
    'fb00::1',
    'fe00::1',
    'fec0::1',
    '2001:db8::1',
    '::2',
    '::ffff:192.0.2.1',
    '0x0a',
    'host.test',
  ])('%s is none', (address) => {
    expect(isInternalAddress(address)).toBe(false);
  });
});
