import { answerOf } from '../../../dist/http/answer.js';
import { HeadReader } from '../../../dist/http/head.js';
import { keepablePart, resolveLocation } from '../../../dist/http/location.js';
import { followFromClear } from '../../../dist/http/redirects.js';
import { parseStrictTransportSecurity } from '../../../dist/http/strict-transport-security.js';
import { foundInputs } from '../corpus.js';
import { holds, same } from '../executor.js';
import { cut } from './records.js';

const latin1 = (text) => Uint8Array.from(Buffer.from(text, 'latin1'));
const site = { host: 'host.test', port: 443, clearPort: 80 };
const asked = new URL('http://host.test/');

/** The head of an HTTP response, the policy in it, and where it leads. */
export const http = {
  name: 'http-head',
  about: 'the head of an HTTP response: fields, Strict-Transport-Security, Location, redirects that go on',
  form: 'text',
  share: 8,
  limitBytes: 70 * 1024,
  errors: /^$/,
  files: ['http/head', 'http/answer', 'http/location', 'http/strict-transport-security', 'http/redirects'],
  seeds: () => [...heads.map(latin1), ...foundInputs('http-head')],
  run(bytes) {
    const reading = read([bytes]);
    same(read(cut(bytes)), reading, 'packets change nothing');
    if (reading?.kind !== 'head') return reading?.kind ?? 'not whole';
    const answer = answerOf(reading.head);
    for (const policy of answer.policies) parseStrictTransportSecurity(policy);
    for (const location of answer.locations) keepsNoSecret(location);
    follows(answer);
    return 'head';
  },
};

function read(chunks) {
  const reader = new HeadReader();
  for (const chunk of chunks) reader.push(chunk);
  return reader.reading;
}

function keepsNoSecret(location) {
  const url = resolveLocation(location, asked);
  if (url === undefined) return;
  const kept = keepablePart(url);
  holds(kept.length <= 300 && !kept.includes('?') && !kept.includes('#'), 'no query is kept');
  holds(!kept.split('/')[2]?.includes('@'), 'no user is kept');
}

/** A server that leads on with the same answer for ever. */
function follows(answer) {
  const following = followFromClear(site, '/');
  let state = following.next();
  for (let hops = 0; !state.done; hops++) {
    holds(hops < 10, 'redirects have an end');
    state = following.next(answer);
  }
  holds(state.value.hops.length <= 5, 'hops are bounded');
}

const heads = [
  'HTTP/1.1 200 OK\r\nServer: nginx\r\nStrict-Transport-Security: max-age=31536000; includeSubDomains; preload\r\n\r\nbody',
  'HTTP/1.1 301 Moved Permanently\r\nLocation: https://host.test/\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.0 302 Found\r\nLocation: /login;jsessionid=secret?user=a#b\r\nSet-Cookie: a=b\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 308 Permanent Redirect\r\nlocation: //user:pass@other.test:8443/%zz\r\n\r\n',
  'HTTP/1.1 200 OK\nstrict-transport-security: max-age="0" ; a="\\"" ;;\nX: a\n\tb\n\n',
  'HTTP/1.1 307 x\r\nLocation: http://[2001:db8::1]:80/\r\nLocation: javascript:x\r\n\r\n',
];
