import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseAssayFile } from '../../src/config/assay-file.ts';
import { checkNames } from '../../src/config/check-names.ts';
import { parseControl } from '../../src/config/control-file.ts';
import { boundsWords, valueFault } from '../../src/config/param-bounds.ts';
import type { ParamSpec } from '../../src/model/index.ts';
import { refusalOf } from './refusal.ts';

const file = 'controls/tls/tls.cert.key-strength.yaml';
const text = readFileSync(file, 'utf8');

function lint(params: string): string {
  const changed = text.replace(/^params:\n(?: .*\n)+/m, `params:\n  bits: ${params}\n`);
  expect(changed).not.toBe(text);
  return refusalOf(() => parseControl(file, changed)).message.replace(`${file}:`, '');
}

describe('a declaration', () => {
  test.each([
    ['{ type: int, default: 5, minimum: 6 }', '7:31 expected a number from 6, got 5'],
    ['{ type: int, default: 5, maximum: 4 }', '7:31 expected a number up to 4, got 5'],
    ['{ type: int, default: 5, minimum: 6, maximum: 4 }', '7:55 expected a maximum from 6, got 4'],
    ['{ type: string, default: a, minimum: 1 }', '7:46 expected bounds of an int, got minimum for string'],
    [
      '{ type: int, default: 5, allowed: [5] }',
      '7:43 expected allowed for strings and lists, got it for int',
    ],
    [
      '{ type: string, default: a, allowed: [a, 1] }',
      '7:50 expected a value of type string, got another type',
    ],
    ['{ type: string, default: aes, allowed: [des, aes2] }', '7:34 expected one of "des", "aes2", got "aes"'],
    ['{ type: list<string>, default: [a, b], allowed: [a] }', '7:44 expected one of "a", got "b"'],
    ['{ type: int, default: 5, stricter: fewer }', '7:44 expected one of lower, higher for int, got "fewer"'],
    ['{ type: list<int>, default: [], stricter: lower }', '7:51 expected one of fewer, more for list<int>'],
    [
      '{ type: bool, default: true, stricter: lower }',
      '7:48 expected its values from the loosest on for bool',
    ],
    ['{ type: list<int>, default: [], stricter: [1, 2] }', '7:51 expected one of fewer, more for list<int>'],
    ['{ type: string, default: a, stricter: [b, c] }', '7:47 expected "a" to be in the order, got it not'],
    ['{ type: string, default: a, stricter: [a, 1] }', '7:51 expected a value of type string'],
    [
      '{ type: int, default: 5, stricter: tighter }',
      '7:44 expected params.bits.stricter to be one of lower, ',
    ],
    ['{ type: int, default: 5, minimum: 1.5 }', '7:43 expected params.bits.minimum to be a whole number'],
    ['{ type: int, default: 5, min: 1 }', '7:34 expected one of the keys type, default'],
  ])('%s', (params, words) => {
    expect(lint(params)).toContain(words);
  });

  test('in every way at once is taken', () => {
    for (const params of [
      '{ type: int, default: 5, minimum: 5, maximum: 5, stricter: lower }',
      '{ type: string, default: b, allowed: [a, b], stricter: [a, b] }',
      '{ type: list<string>, default: [b], allowed: [a, b], stricter: more }',
      '{ type: bool, default: true, stricter: [false, true] }',
    ]) {
      const changed = text.replace(/^params:\n(?: .*\n)+/m, `params:\n  bits: ${params}\n`);
      expect(() => parseControl(file, changed)).not.toThrow();
    }
  });
});

describe('an override', () => {
  const control = parseControl(file, text).control;
  const versions = parseControl(
    'controls/tls/tls.protocol.tls10-tls11-refused.yaml',
    readFileSync('controls/tls/tls.protocol.tls10-tls11-refused.yaml', 'utf8'),
  ).control;

  function refused(line: string): string {
    const yaml = `targets: [{ id: web, url: "https://h" }]\nparams:\n  system:\n    ${line}\n`;
    const assayFile = parseAssayFile('assay.yaml', yaml);
    return refusalOf(() => checkNames(assayFile, [control, versions], [])).message;
  }

  test.each([
    [
      'tls.cert.key-strength: { rsaBits: { value: 512, reason: x } }',
      'assay.yaml:4:48 expected a number from 1024, got 512',
    ],
    [
      'tls.cert.key-strength: { rsaBits: { value: 99999, reason: x } }',
      'assay.yaml:4:48 expected a number up to 16384, got 99999',
    ],
    [
      'tls.cert.key-strength: { rsaBits: { value: "2048", reason: x } }',
      'assay.yaml:4:48 expected a value of type int, got another type',
    ],
    [
      'tls.protocol.tls10-tls11-refused: { refused: { value: [TLSv1.0, TLS1.1], reason: x } }',
      'assay.yaml:4:69 expected one of "SSLv2", "SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3", got "TLS1.1"; did you mean "TLSv1.1"?',
    ],
  ])('out of bounds: %s', (line, words) => {
    expect(refused(line)).toBe(words);
  });

  test('needs a reason', () => {
    const yaml = 'targets: [{ url: "https://h" }]\nparams: { system: { a.b.c: { d: { value: 1 } } } }\n';
    expect(refusalOf(() => parseAssayFile('assay.yaml', yaml)).message).toContain(
      'assay.yaml:2:33 expected the key "reason" in params.system.a.b.c.d, got none',
    );
  });
});

test('bounds in words', () => {
  const spec: ParamSpec = { type: 'int', default: 2, minimum: 1, maximum: 9, stricter: 'lower' };
  expect(boundsWords(spec)).toBe('from 1 to 9, stricter: lower');
  expect(boundsWords({ type: 'bool', default: true, stricter: [false, true] })).toBe(
    'stricter: false < true',
  );
  expect(boundsWords({ type: 'int', default: 2 })).toBe('');
  expect(valueFault(spec, 9)).toBeUndefined();
});
