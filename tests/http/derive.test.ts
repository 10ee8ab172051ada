import { expect, test } from 'vitest';
import type { Answer } from '../../src/http/answer.ts';
import { answerOf } from '../../src/http/answer.ts';
import { deriveHeaders, deriveRedirects } from '../../src/http/derive.ts';

const answered = (...policies: readonly string[]): Answer =>
  answerOf({
    status: 200,
    fields: [
      { name: 'set-cookie', value: 'session=Hunter2' },
      ...policies.map((value) => ({ name: 'strict-transport-security', value })),
    ],
  });

const policyOf = (...policies: readonly string[]) =>
  deriveHeaders(new Map([['/', answered(...policies)]])).value.responses[0]?.strictTransportSecurity;

test('the first field counts, whatever comes after it', () => {
  expect(policyOf('max-age=5', 'max-age=6; includeSubDomains')).toEqual({
    fields: 2,
    heeded: true,
    maxAgeSeconds: 5,
    includeSubDomains: false,
    preload: false,
  });
  expect(policyOf('nonsense', 'max-age=31536000')).toMatchObject({
    fields: 2,
    heeded: false,
    maxAgeSeconds: 0,
  });
});

test('none at all is a fact, and no answer is none', () => {
  expect(policyOf()).toEqual({
    fields: 0,
    heeded: false,
    problem: 'there is none',
    maxAgeSeconds: 0,
    includeSubDomains: false,
    preload: false,
  });
  const silent: Answer = { kind: 'none', code: 'ERR_TIMEOUT', why: 'no answer in time' };
  const { value, missing } = deriveHeaders(
    new Map([
      ['/', answered()],
      ['/login', silent],
    ]),
  );
  expect(value.responses[1]).toEqual({ path: '/login' });
  expect(missing).toEqual([{ what: '/login', why: 'no answer in time' }]);
});

test('no value but those of two names outlives the answer', () => {
  expect(JSON.stringify(answered('max-age=5'))).not.toContain('Hunter2');
});

test('a refused connection is a closed port only where the https port answered', () => {
  const closed = new Map([['/', { hops: [], outcome: 'closed' as const }]]);
  expect(deriveRedirects(80, closed, true)).toEqual({
    value: { port: 80, paths: [{ path: '/', outcome: 'closed', hops: [] }] },
    missing: [],
  });
  const alone = deriveRedirects(80, closed, false);
  expect(alone.value.paths).toEqual([{ path: '/', hops: [] }]);
  expect(alone.missing).toEqual([
    { what: '/', why: expect.stringContaining('nothing answered on the https port') },
  ]);
});
