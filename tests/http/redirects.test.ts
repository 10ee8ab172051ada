import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Answer, Ask } from '../../src/http/answer.ts';
import { type Followed, followFromClear, type Site } from '../../src/http/redirects.ts';

const site: Site = { host: 'pay.example', port: 443, clearPort: 80 };

const answer = (status: number, locations: readonly string[] = [], setsCookie = false): Answer => ({
  kind: 'answered',
  status,
  locations,
  policies: [],
  setsCookie,
  fields: 5,
});
const to = (location: string, status = 301): Answer => answer(status, [location]);
const page = answer(200);
const refused: Answer = { kind: 'nothing-listens' };
const silent: Answer = { kind: 'none', code: 'ERR_TIMEOUT', why: 'no answer in time' };

/** Feeds the answers in turn, the last one again and again. */
function follow(answers: readonly Answer[], at: Site = site): { followed: Followed; asks: readonly Ask[] } {
  const chain = followFromClear(at, '/');
  const asks: Ask[] = [];
  let step = chain.next();
  while (!step.done) {
    asks.push(step.value);
    step = chain.next(answers[Math.min(asks.length, answers.length) - 1] ?? page);
  }
  return { followed: step.value, asks };
}

const outcomeOf = (...answers: readonly Answer[]) => follow(answers).followed.outcome;
const secure = (path: string): Ask => ({ secure: true, path });
const clear = (path: string): Ask => ({ secure: false, path });

describe('where a request in the clear ends', () => {
  test.each<[string, readonly Answer[], Followed['outcome'], readonly Ask[]]>([
    ['https of the same host', [to('https://pay.example/'), page], 'https', [clear('/'), secure('/')]],
    ['any redirect status', [to('https://pay.example/', 307), page], 'https', [clear('/'), secure('/')]],
    ['with the port written out', [to('https://pay.example:443/'), page], 'https', [clear('/'), secure('/')]],
    ['in capitals and with a dot', [to('HTTPS://PAY.Example./'), page], 'https', [clear('/'), secure('/')]],
    ['without a scheme, in the clear', [to('//pay.example/a'), page], 'served', [clear('/'), clear('/a')]],
    ['another port of the same host', [to('https://pay.example:8443/')], 'https', [clear('/')]],
    [
      'over a step in the clear',
      [to('/login'), to('https://pay.example/login'), page],
      'https',
      [clear('/'), clear('/login'), secure('/login')],
    ],
    ['to another host', [to('https://www.pay.example/')], 'https-elsewhere', [clear('/')]],
    [
      'to a host that only begins the same',
      [to('https://pay.example.evil/')],
      'https-elsewhere',
      [clear('/')],
    ],
    [
      'to a host that is user information',
      [to('https://pay.example@evil.example/')],
      'https-elsewhere',
      [clear('/')],
    ],
    ['another host in the clear', [to('http://www.pay.example/')], 'clear', [clear('/')]],
    [
      'another port in the clear is named, not asked',
      [to('http://pay.example:6379/')],
      'clear',
      [clear('/')],
    ],
    [
      'back into the clear',
      [to('https://pay.example/'), to('http://pay.example/app')],
      'clear',
      [clear('/'), secure('/')],
    ],
    ['round and round in the clear', [to('/')], 'clear', Array(5).fill(clear('/'))],
    [
      'round and round under TLS',
      [to('https://pay.example/')],
      'https',
      [clear('/'), ...Array(4).fill(secure('/'))],
    ],
    [
      'on to another host under TLS',
      [to('https://pay.example/'), to('https://login.example/')],
      'https',
      [clear('/'), secure('/')],
    ],
    ['a page', [page], 'served', [clear('/')]],
    ['not modified', [answer(304)], 'served', [clear('/')]],
    ['a redirect to nowhere', [answer(301)], 'served', [clear('/')]],
    ['a redirect to no URL', [to('https://[')], 'served', [clear('/')]],
    ['a redirect to no page', [to('javascript:alert(1)')], 'served', [clear('/')]],
    [
      'two places at once',
      [answer(301, ['https://pay.example/', 'http://pay.example/'])],
      'served',
      [clear('/')],
    ],
    [
      'twice the same place',
      [answer(301, ['https://pay.example/', 'https://pay.example/']), page],
      'https',
      [clear('/'), secure('/')],
    ],
    ['a page with a Location', [answer(200, ['https://pay.example/'])], 'served', [clear('/')]],
    ['a refusal', [answer(403)], 'error', [clear('/')]],
    ['upgrade required', [answer(426)], 'error', [clear('/')]],
    ['nothing listens', [refused], 'closed', [clear('/')]],
  ])('%s', (_, answers, outcome, asks) => {
    const seen = follow(answers);
    expect(seen.followed.outcome).toBe(outcome);
    expect(seen.asks).toEqual(asks);
  });

  test('silence and what breaks off are not known, at the first step and later', () => {
    expect(follow([silent]).followed).toEqual({
      hops: [],
      unknown: { code: 'ERR_TIMEOUT', why: 'no answer in time' },
    });
    for (const last of [silent, refused]) {
      const { followed } = follow([to('https://pay.example/'), last]);
      expect(followed.outcome).toBeUndefined();
      expect(followed.unknown?.why).toMatch(/, at https:\/\/pay\.example\/$/);
      expect(followed.hops).toHaveLength(1);
    }
  });

  test('an address, in brackets or not, is the same host', () => {
    const v6 = { host: '2001:db8::1', port: 8443, clearPort: 8080 };
    expect(follow([to('https://[2001:DB8:0::1]:8443/')], v6).followed.outcome).toBe('https');
    expect(follow([to('https://[2001:db8::2]:8443/')], v6).followed.outcome).toBe('https-elsewhere');
  });
});

describe('what is kept', () => {
  const secret = 'Hunter2';

  test('no query, fragment, user information or parameter of a path', () => {
    const location = `https://${secret}:${secret}@pay.example/a;jsessionid=${secret}/b?token=${secret}#${secret}`;
    const { followed, asks } = follow([answer(302, [location], true), page]);
    expect(JSON.stringify(followed)).not.toContain(secret);
    expect(followed.hops[0]).toEqual({
      asked: 'http://pay.example/',
      status: 302,
      to: 'https://pay.example/a/b',
      setsCookie: true,
    });
    // A server is asked for what it said, as a browser would ask.
    expect(asks[1]?.path).toBe(`/a;jsessionid=${secret}/b?token=${secret}`);
  });

  test('of a URL of another scheme only the scheme', () => {
    const { hops } = follow([to(`mailto:${secret}@pay.example`)]).followed;
    expect(hops).toEqual([{ asked: 'http://pay.example/', status: 301, to: 'mailto:', setsCookie: false }]);
  });
});

test('whatever Location says, at most five requests go to the two ports, each of one line without blanks', () => {
  const bits = fc.constantFrom(
    'https:',
    'http:',
    '//',
    '/',
    'pay.example',
    ':443',
    ':80',
    '@',
    '?',
    '#',
    '\r\n',
    '\n',
    ' ',
    '\u00e9',
    '%0d%0a',
    '..',
    '\\',
    'x',
  );
  const location = fc.oneof(
    fc.array(bits, { maxLength: 8 }).map((parts) => parts.join('')),
    fc.webUrl(),
  );
  const answers = fc.array(
    fc.record({ status: fc.constantFrom(200, 301, 302, 307, 308, 404), location, cookie: fc.boolean() }),
    { minLength: 1, maxLength: 6 },
  );
  fc.assert(
    fc.property(answers, (given) => {
      const { followed, asks } = follow(
        given.map(({ status, location, cookie }) => answer(status, [location], cookie)),
      );
      expect(asks.length).toBeLessThanOrEqual(5);
      for (const { path } of asks) expect(path).toMatch(/^\/[!-~]*$/);
      for (const { to } of followed.hops) expect(to ?? '').toMatch(/^[!-~]*$/);
      // Only what led to https of the host, or away from it under TLS, can end well.
      if (followed.outcome === 'https')
        expect(followed.hops.some((hop) => /^https:\/\/pay\.example(:\d+)?\//.test(hop.to ?? ''))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('a page in the clear is never taken for a redirect', () => {
  for (const status of [200, 204, 206, 300, 304, 305, 306, 399])
    expect(outcomeOf(answer(status, ['https://pay.example/']))).toBe('served');
});
