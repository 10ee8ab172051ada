import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detected, detectorNames, passesLuhn } from '../../src/auditlog/detectors.ts';

const found: readonly (readonly [string, string])[] = [
  ['card-number', 'pan 4111111111111111'],
  ['card-number', "insert into cards values ('4111 1111 1111 1111')"],
  ['card-number', '5500-0000-0000-0004'],
  ['card-number', 'amex 378282246310005,'],
  ['connection-uri', 'could not connect to postgres://app:geheim@db/shop'],
  ['connection-uri', 'amqp://:x@host'],
  ['jwt', 'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLXNpZw'],
  ['password-clause', "statement: create role app login password 'x'"],
  ['password-clause', "ALTER USER app PASSWORD E'x y'"],
  ['password-clause', "create user mapping for a server s options (user 'u', password 'p')"],
  ['password-clause', 'host=db password=geheim dbname=x'],
  ['password-clause', "create subscription s connection 'password=geheim host=db' publication p"],
  ['password-clause', "create role app password 'cut off at the en"],
  ['private-key', 'copy: -----BEGIN RSA PRIVATE KEY-----'],
  ['private-key', '-----BEGIN PRIVATE KEY-----'],
  ['aws-access-key', 'AKIAIOSFODNN7EXAMPLE'],
  ['us-social-security-number', 'ssn 123-45-6789.'],
];

const harmless: readonly string[] = [
  'order 4111111111111112',
  'order 1234567890123452',
  'order 41111111111111110000000',
  '4111.1111.1111.1111',
  '2026-11-20 14:38:47.143 UTC [23196] 6b005b77.5a9c',
  'http://host:5432/path user@example.com',
  'see https://docs.example/a:b for c@d',
  'AUDIT: SESSION,1,1,ROLE,CREATE ROLE,,,create role app login password <REDACTED>,<none>',
  "create role app password 'SCRAM-SHA-256$4096:c2FsdA==$a:b'",
  'alter role app password $1',
  "create role app password ''",
  'password authentication failed for user "app"',
  "o in ('password', 'passfile')",
  "o like 'password=%'",
  'select password from users',
  '-----BEGIN CERTIFICATE-----',
  '000-45-6789 666-45-6789 912-45-6789 123-00-6789 123-45-0000',
  '1123-45-67891',
  'eyJ.eyJ.x',
];

describe('detectors', () => {
  test.each(found)('%s in %s', (name, text) => {
    expect(detected([text])).toEqual([name]);
  });

  test.each(harmless)('none in %s', (text) => {
    expect(detected([text])).toEqual([]);
  });

  test('each has a text that it finds', () => {
    expect([...new Set(found.map(([name]) => name))].sort()).toEqual([...detectorNames].sort());
  });

  test('every change of one digit is found by Luhn', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 1, max: 9 }), (at, by) => {
        const digits = [...'4111111111111111'].map(Number);
        digits[at] = ((digits[at] ?? 0) + by) % 10;
        expect(passesLuhn(digits.join(''))).toBe(false);
      }),
    );
  });

  test('long texts that almost match are searched to their end', () => {
    const almost = ['eyJ', 'a://b:', '4 ', '-----BEGIN ', 'password ', "password '", '123-45-'];
    for (const piece of almost) expect(detected([piece.repeat(100_000)]).length).toBeLessThan(3);
  });
});
