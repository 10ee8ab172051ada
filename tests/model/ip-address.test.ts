import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIpAddress, parseIpAddress } from '../../src/model/ip-address.ts';

describe('parseIpAddress', () => {
  it.each([
    ['0.0.0.0', [0, 0, 0, 0]],
    ['255.1.2.3', [255, 1, 2, 3]],
    ['::', Array.from({ length: 16 }, () => 0)],
    ['::ffff:1.2.3.4', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 1, 2, 3, 4]],
    ['1:2:3:4:5:6:7:8', [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]],
  ])('%s', (text, expected) => {
    expect([...(parseIpAddress(text) ?? [])]).toEqual(expected);
  });

  it.each([
    '',
    'a',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '1::2::3',
    ':1',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8:9',
    '::12345',
    '::1%1',
    '1.2.3.4:',
  ])('refuses %j', (text) => {
    expect(parseIpAddress(text)).toBeUndefined();
  });

  it('agrees with node on what an address is', () => {
    const piece = fc.constantFrom(':', '::', '.', '0', '1', 'ff', '255', '256', 'abcd', '12345', 'g');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 16 }), (pieces) => {
        const text = pieces.join('');
        expect(parseIpAddress(text) !== undefined).toBe(isIPv4(text) || isIPv6(text));
      }),
      { numRuns: 3000, seed: 1 },
    );
  });
});

describe('formatIpAddress', () => {
  it('writes what node writes, and reads it back', () => {
    const octets = fc.uint8Array({ minLength: 16, maxLength: 16, max: 2 });
    fc.assert(
      fc.property(octets, (address) => {
        const text = formatIpAddress(address);
        expect(parseIpAddress(text)).toEqual(address);
        expect(
          new SocketAddress({ address: text, family: 'ipv6' }).address.replace('::ffff:0.0.0.0', '::'),
        ).toBe(text);
      }),
      { numRuns: 1000, seed: 1 },
    );
  });
});
