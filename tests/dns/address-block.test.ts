import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressScopes, scopeOf } from '../../src/dns/address-block.ts';

test.each([
  ['8.8.8.8', 'global'],
  ['10.0.0.1', 'private'],
  ['172.15.255.255', 'global'],
  ['172.16.0.0', 'private'],
  ['172.31.255.255', 'private'],
  ['172.32.0.0', 'global'],
  ['192.168.1.1', 'private'],
  ['100.63.255.255', 'global'],
  ['100.64.0.1', 'shared'],
  ['100.128.0.0', 'global'],
  ['127.0.0.1', 'loopback'],
  ['169.254.169.254', 'link-local'],
  ['0.0.0.0', 'unspecified'],
  ['192.0.2.1', 'documentation'],
  ['198.19.0.1', 'benchmarking'],
  ['224.0.0.1', 'multicast'],
  ['255.255.255.255', 'reserved'],
  ['2606:4700::1', 'global'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['fd00::1', 'private'],
  ['fec0::1', 'private'],
  ['fe80::1', 'link-local'],
  ['ff02::1', 'multicast'],
  ['2001:db8::1', 'documentation'],
  ['2001:0:4136:e378:8000:63bf:3fff:fdd2', 'reserved'],
  ['2001:1::1', 'global'],
  ['::ffff:10.0.0.1', 'private'],
  ['::ffff:8.8.8.8', 'global'],
  ['64:ff9b::192.168.0.1', 'private'],
  ['2002:a00:1::1', 'private'],
  ['2002:808:808::1', 'global'],
])('%s is %s', (address, scope) => {
  expect(scopeOf(address)).toBe(scope);
});

test('every address is in one kind of block, and nothing else is', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
      expect(addressScopes).toContain(scopeOf(address));
    }),
  );
  expect(scopeOf('pay.example')).toBeUndefined();
});
