import { expect, test } from 'vitest';
import { didYouMean, suggest } from '../../src/config/suggest.ts';

test('the nearest candidate within a slip in three characters is meant', () => {
  const words = ['severity', 'subject', 'satisfies', 'id'];
  expect(suggest('severty', words)).toBe('severity');
  expect(suggest('SUBJECT', words)).toBe('subject');
  expect(suggest('satsifies', words)).toBe('satisfies');
  expect(suggest('ib', words)).toBe('id');
  expect(suggest('hihg', ['low', 'high'])).toBe('high');
  expect(suggest('di', ['id'])).toBe('id');
  expect(suggest('owner', words)).toBeUndefined();
  expect(suggest('', words)).toBeUndefined();
  expect(suggest('x'.repeat(10_000), ['x'.repeat(10_001)])).toBeUndefined();
});

test('of equally near candidates the first is meant', () => {
  expect(suggest('tag', ['tap', 'tar'])).toBe('tap');
});

test('a suggestion is a clause of a message', () => {
  expect(didYouMean('htps', ['https', 'tls'])).toBe('; did you mean "https"?');
  expect(didYouMean('gopher', ['https', 'tls'])).toBe('');
});
