import { describe, expect, test } from 'vitest';
import { exitCodeOf, explain } from '../../src/cli/exit-code.ts';
import { addToList, parseConcurrency, parseDurationMs, parseFailOn } from '../../src/cli/option-values.ts';
import { AssayError } from '../../src/model/index.ts';

describe('the exit code of what could not be done', () => {
  test.each([
    ['ERR_VERIFY_ALTERED', 5],
    ['ERR_OUTPUT', 6],
    ['ERR_OUTPUT_EXISTS', 6],
    ['ERR_KEY', 2],
    ['ERR_CONFIG', 2],
  ])('%s: %i', (code, exitCode) => {
    const error = new AssayError(code, 'expected a, got b', { remedy: 'do c' });
    expect(exitCodeOf(error)).toBe(exitCode);
    expect(explain(error)).toMatch(
      new RegExp(`^assay: expected a, got b\n  fix: do c\nexit code ${exitCode}: .* \\(${code}\\)\n$`),
    );
  });

  test('anything unforeseen is a defect, with what helps to find it', () => {
    const error = new TypeError('unforeseen');
    expect(exitCodeOf(error)).toBe(1);
    expect(explain(error)).toMatch(
      /^assay: TypeError: unforeseen\n +at [\s\S]*\nexit code 1: .*please report it\n$/,
    );
    expect(explain('thrown')).toMatch(/^assay: thrown\nexit code 1: /);
  });
});

test('durations', () => {
  const texts = ['500ms', '5s', '5', '2m', '1h', '1ms'];
  expect(texts.map(parseDurationMs)).toEqual([500, 5_000, 5_000, 120_000, 3_600_000, 1]);
  for (const text of ['', '0', '1.5s', '-1s', '1e3', ' 1s', '1S', '1 s', '9999999s', '50h'])
    expect(() => parseDurationMs(text), text).toThrow(/500ms, 5s or 2m/);
});

test('numbers, severities, lists', () => {
  expect([parseConcurrency('1'), parseConcurrency('256')]).toEqual([1, 256]);
  for (const text of ['0', '257', '1.5', '-1', '', '0x10'])
    expect(() => parseConcurrency(text)).toThrow(/1 to 256/);
  expect([parseFailOn('none'), parseFailOn('low')]).toEqual(['none', 'low']);
  expect(addToList('c, d', addToList('a,b'))).toEqual(['a', 'b', 'c', 'd']);
});
