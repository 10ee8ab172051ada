import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Answer } from '../../src/http/answer.ts';
import { deriveRedirects } from '../../src/http/derive.ts';
import { derivations, parseHttpTranscript } from '../../src/http/rederive.ts';
import { type Followed, followFromClear, type Site } from '../../src/http/redirects.ts';

const site: Site = { host: 'pay.example', port: 443, clearPort: 80 };

function evidence(followed: Followed, httpsAnswered = true): string {
  const { hops, outcome, unknown } = followed;
  const paths = [{ path: '/', hops, end: outcome ?? unknown?.why }];
  return JSON.stringify({ ...site, address: '192.0.2.1', httpsAnswered, paths });
}

const again = (text: string) => derivations['http.redirects']?.(parseHttpTranscript(text));

const location = fc.oneof(
  fc.constantFrom(
    ...['/', '/a?b#c', '/a/..;x/b', 'https://pay.example/', 'http://pay.example:80/x;jsessionid=1'],
    ...['https://pay.example:8443/', '//other.example/', 'mailto:a@b.example', 'ftp:', 'javascript:1', 'ws:'],
  ),
  fc.webUrl(),
  fc.string(),
);
const answer: fc.Arbitrary<Answer> = fc.oneof(
  fc.record({
    kind: fc.constant('answered' as const),
    status: fc.constantFrom(200, 301, 302, 308, 404, 500),
    locations: fc.array(location, { maxLength: 2 }),
    policies: fc.constant([]),
    setsCookie: fc.boolean(),
    fields: fc.nat(9),
  }),
  fc.constant<Answer>({ kind: 'nothing-listens' }),
  fc.constant<Answer>({ kind: 'none', code: 'ERR_TIMEOUT', why: 'no answer in time' }),
);

describe('redirects made again from the hops', () => {
  test('whatever the server answers, the fact follows', () => {
    fc.assert(
      fc.property(fc.array(answer, { minLength: 5, maxLength: 5 }), fc.boolean(), (answers, secure) => {
        const chain = followFromClear(site, '/');
        let step = chain.next();
        for (const each of answers) if (!step.done) step = chain.next(each);
        const followed = step.value as Followed;
        const { value } = deriveRedirects(site.clearPort, new Map([['/', followed]]), secure);
        expect(again(evidence(followed, secure))).toEqual(value);
      }),
      { numRuns: 2000 },
    );
  });

  const hop = { asked: 'http://pay.example/', status: 200, setsCookie: false };

  test.each<[string, Followed]>([
    ['a page that is said to end under TLS', { hops: [hop], outcome: 'https' }],
    [
      'a redirect into the clear',
      { hops: [{ ...hop, status: 301, to: 'http://other.example/' }], outcome: 'https' },
    ],
  ])('%s gives another outcome', (_, followed) => {
    expect(again(evidence(followed))).not.toMatchObject({ paths: [{ outcome: 'https' }] });
  });

  test.each<[string, Followed]>([
    [
      'an end without the request before it',
      { hops: [{ ...hop, status: 301, to: 'https://pay.example/' }], outcome: 'https' },
    ],
    ['a request after the end', { hops: [hop, hop], outcome: 'served' }],
    ['a request in another way', { hops: [{ ...hop, asked: 'https://pay.example/' }], outcome: 'https' }],
  ])('%s is refused', (_, followed) => {
    expect(() => again(evidence(followed))).toThrow(expect.objectContaining({ code: 'ERR_HTTP_REPLAY' }));
  });
});

test.each(['', '[]', '{"host": 1}', '{"host":"h","address":"a","port":1}'])('%j leads to no fact', (text) => {
  for (const derive of Object.values(derivations))
    expect(() => derive(parseHttpTranscript(text))).toThrow(
      expect.objectContaining({ code: 'ERR_HTTP_REPLAY' }),
    );
});
