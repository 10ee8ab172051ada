import { BlockList, isIPv4 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askableAddresses, askableUrl, type Reach } from '../../src/collectors/tls/issuer-address.ts';

const at = (...addresses: readonly string[]): Reach => ({
  findAddresses: async () => addresses,
  connectTo: (address, port) => ({ address, port }),
});
const url = new URL('http://crl.test/1.crl');
const unheard: Reach = { ...at(), findAddresses: () => Promise.reject(new Error('ENOTFOUND')) };

/** The same blocks as node reads them: another program's opinion. */
const special = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  special.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
  ['2001::', 32],
] as const)
  special.addSubnet(network, prefix, 'ipv6');

const isSpecial = (address: string): boolean => special.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');

/** Half of them near the edges of the blocks. */
const octet = fc.oneof(
  fc.integer({ min: 0, max: 255 }),
  fc.constantFrom(0, 10, 100, 127, 169, 172, 192, 254),
);
const version4 = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join('.'));
const version6 = fc.oneof(
  fc.ipV6(),
  version4.map((inner) => `::ffff:${inner}`),
  fc.constantFrom('::1', '::', 'fe80::1', 'fd00::1', 'febf::1', 'ff02::1'),
);

describe('where a certificate of a stranger leads', () => {
  it('is never inside', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(version4, version6), { minLength: 1, maxLength: 5 }),
        async (some) => {
          const found = await askableAddresses(url, false, at(...some));
          const asked = 'why' in found ? [] : found.map(({ address }) => address);
          expect(asked.filter(isSpecial)).toEqual([]);
          expect(asked.length).toBeLessThanOrEqual(3);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['64:ff9b::10.0.0.1', 'private'],
    ['::127.0.0.1', 'loopback'],
    ['2002:a9fe:a9fe::1', 'link-local'],
    ['fe80::1%eth0', 'unknown'],
    ['not an address', 'unknown'],
  ])('is not %s', async (address, scope) => {
    expect(await askableAddresses(url, false, at(address))).toEqual({
      why: `not asked: its address is ${scope}, as the certificate leads to no root of a ca file of the target`,
    });
  });

  it('is what is public of several', async () => {
    const found = await askableAddresses(url, false, at('10.0.0.1', '9.9.9.9', '2620:fe::fe'));
    expect(found).toEqual([
      { address: '9.9.9.9', port: 80 },
      { address: '2620:fe::fe', port: 80 },
    ]);
  });
});

describe('where a certificate of the own authority leads', () => {
  it.each(['10.0.0.1', '127.0.0.1', '::1', 'fd00::1', '100.64.0.1', '9.9.9.9'])(
    'may be %s',
    async (address) => {
      expect(await askableAddresses(new URL('https://crl.test:8443'), true, at(address))).toEqual([
        { address, port: 8443 },
      ]);
    },
  );

  it.each([
    ['169.254.169.254', 'link-local'],
    ['fe80::1', 'link-local'],
    ['0.0.0.0', 'unspecified'],
    ['224.0.0.1', 'multicast'],
    ['255.255.255.255', 'reserved'],
  ])('is not %s', async (address, scope) => {
    const why = `not asked: its address is ${scope}`;
    expect(await askableAddresses(url, true, at(address))).toEqual({ why });
  });
});

it('a name that leads nowhere is said to', async () => {
  expect(await askableAddresses(url, true, unheard)).toEqual({ why: 'no address for the name' });
  expect(await askableAddresses(url, true, at())).toEqual({ why: 'no address for the name' });
});

it('an address in a URL is not asked for by name', async () => {
  expect(await askableAddresses(new URL('https://[2620:fe::fe]/'), false, unheard)).toEqual([
    { address: '2620:fe::fe', port: 443 },
  ]);
});

describe('a URL', () => {
  it.each([
    ['ftp://crl.test/', /^ftp: URLs are not asked/],
    ['javascript:x', /^javascript: URLs/],
    ['http://user@crl.test/', /credentials/],
    ['http://:secret@crl.test/', /credentials/],
    [`http://crl.test/${'a'.repeat(2048)}`, /longer than 2048/],
    ['//crl.test/', /no URL/],
    ['', /no URL/],
  ])('is refused: %.60s', (text, why) => {
    expect(askableUrl(text)).toEqual({ why: expect.stringMatching(why) });
  });

  it('of whatever text is of the web, or refused', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((text) => `http://${text}`),
        ),
        (text) => {
          const askable = askableUrl(text);
          if (!(askable instanceof URL)) return;
          expect(askable.protocol).toMatch(/^https?:$/);
          expect(askable.username + askable.password).toBe('');
        },
      ),
    );
  });
});
