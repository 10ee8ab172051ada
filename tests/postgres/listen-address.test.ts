import { describe, expect, test } from 'vitest';
import { listenAddressesOf, listenAddressOf } from '../../src/postgres/listen-address.ts';

describe('an address to listen on', () => {
  test.each(['0', '0.0', '0.0.0', '0.0.0.0', '0x0', '00', '0x0.0', '000.0x00.0.0'])(
    '%s is every one',
    (text) => {
      expect(listenAddressOf(text)).toBe('0.0.0.0');
    },
  );

  test.each(['::', '::0', '0::', '0:0:0:0:0:0:0:0', '::0.0.0.0', '::ffff:0.0.0.0', '::FFFF:0:0', '::%eth0'])(
    '%s is every one of the newer kind',
    (text) => {
      expect(listenAddressOf(text)).toBe('::');
    },
  );

  test.each(['1.2.3.4.5', '256.1.1.1', '1.2.3.256', '0x', '09', '1..2', '0.', '4294967296'])(
    '%s looks like a number and is none: every one',
    (text) => {
      expect(listenAddressOf(text)).toBe('0.0.0.0');
    },
  );

  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.1', '127.0.0.1'],
    ['0x7f000001', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['10.0x1.010.1', '10.1.8.1'],
    ['192.168.257', '192.168.1.1'],
    ['::1', '::1'],
    ['FE80::1%eth0', 'fe80::1%eth0'],
    ['::ffff:10.0.0.1', '::ffff:10.0.0.1'],
  ])('%s is %s', (text, address) => {
    expect(listenAddressOf(text)).toBe(address);
  });

  test.each(['localhost', '*', 'cafe', 'db.example', '0db.example'])('%s stays as it is', (text) => {
    expect(listenAddressOf(text)).toBe(text);
  });

  test('a list, in quotes or not', () => {
    expect(listenAddressesOf(' localhost, "0" ')).toEqual(['localhost', '0.0.0.0']);
  });
});
