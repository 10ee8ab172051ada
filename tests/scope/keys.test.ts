import { generatePrimeSync } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Json } from '../../src/model/index.ts';
import { factsOf, factValue, missingOf, record, seen, target, unseen } from './reconciling.ts';

const prime = (): bigint => generatePrimeSync(512, { bigint: true });
const hex = (number: bigint): string => number.toString(16);

const row = (spkiSha256: string, host: string, more: object = { keyType: 'ec' }): Json => ({
  spkiSha256,
  host,
  ...more,
});
const rsa = (modulus: bigint): object => ({ keyType: 'rsa', modulus: hex(modulus) });

const looked = (id: string, ...certificates: readonly Json[]) =>
  record(target(id, `${id}.example`), [seen('tls.keys', { certificates })]);

test('a key has all the hosts and endpoints that presented it, each once', () => {
  const facts = factsOf([
    looked('web', row('bb', 'pay.example'), row('aa', 'pay.example')),
    looked('web-2', row('aa', 'pay.example')),
    looked('api', row('aa', 'api.example')),
  ]);
  expect(factValue(facts, 'scope.keys')).toEqual({
    keys: [
      {
        spkiSha256: 'aa',
        hosts: ['api.example', 'pay.example'],
        endpoints: ['api', 'web', 'web-2'],
        sharesFactor: false,
      },
      { spkiSha256: 'bb', hosts: ['pay.example'], endpoints: ['web'], sharesFactor: false },
    ],
  });
});

function sharing(...rows: readonly Json[]): readonly unknown[] {
  const { keys } = factValue(factsOf([looked('web', ...rows)]), 'scope.keys') as {
    readonly keys: readonly { readonly spkiSha256: string; readonly sharesFactor?: boolean }[];
  };
  return keys.map(({ spkiSha256, sharesFactor }) => [spkiSha256, sharesFactor]);
}

test('keys with a prime in common share it; one on two hosts does not share with itself', () => {
  const common = prime();
  const [a, b, c] = [common * prime(), common * prime(), prime() * prime()];
  expect(
    sharing(row('aa', 'h', rsa(a)), row('bb', 'h', rsa(b)), row('cc', 'h', rsa(c)), row('cc', 'i', rsa(c))),
  ).toEqual([
    ['aa', true],
    ['bb', true],
    ['cc', false],
  ]);
});

test('one modulus with two exponents is shared', () => {
  const modulus = prime() * prime();
  expect(sharing(row('aa', 'h', rsa(modulus)), row('bb', 'h', rsa(modulus)))).toEqual([
    ['aa', true],
    ['bb', true],
  ]);
});

test('nothing is said of keys of other kinds, of those that cannot be read, and of no number', () => {
  const others = [{ keyType: 'dsa' }, { keyType: 'rsa' }, { keyType: 'rsa', modulus: '0' }];
  expect(sharing(...others.map((more, index) => row(`a${index}`, 'h', more)))).toEqual([
    ['a0', undefined],
    ['a1', undefined],
    ['a2', undefined],
  ]);
});

test('what is beyond the MiB that is compared is not known', () => {
  const large = { keyType: 'rsa', modulus: 'f'.repeat(2 * 1_048_576) };
  expect(sharing(row('aa', 'h', rsa(15n)), row('bb', 'h', large))).toEqual([
    ['aa', false],
    ['bb', undefined],
  ]);
});

test('an endpoint that was not seen, or was left out, makes the list incomplete', () => {
  const unreached = factsOf([record(target('web', 'pay.example'), [unseen('tls.keys')])]);
  expect(missingOf(unreached, 'scope.keys')).toEqual([{ what: 'web', why: 'not seen (ERR_TIMEOUT)' }]);
  expect(missingOf(factsOf([]), 'scope.keys')).toEqual([{ what: 'web', why: 'left out of this scan' }]);
});
