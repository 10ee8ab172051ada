import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { afterAll, describe, expect, it } from 'vitest';
import type { CollectContext, Collected } from '../../src/collectors/collector.ts';
import type { Pace } from '../../src/collectors/pace.ts';
import { type Reach, systemReach } from '../../src/collectors/tls/issuer-address.ts';
import { openTlsSession } from '../../src/collectors/tls/session.ts';
import { statusCollectorWith } from '../../src/collectors/tls/status.ts';
import { factValidators } from '../../src/engine/fact-validation.ts';
import { facts } from '../../src/facts/index.ts';
import type { Subject, Target } from '../../src/model/index.ts';
import type { Status } from '../../src/tls/facts/status.ts';
import type { Versions } from '../../src/tls/facts/versions.ts';
import { readCertificate } from '../../src/x509/certificate.ts';
import { ocspRequest } from '../../src/x509/ocsp-request.ts';
import { pem } from '../../src/x509/pem.ts';
import { issueCa, issueLeaf, party } from '../x509/authority.ts';
import { type Answer, issueList, issueOcsp } from '../x509/status-authority.ts';
import { statusUrls } from '../x509/status-urls.ts';
import { octets, type Responder, type Route, redirect, startResponder } from './responder.ts';

const now = Math.floor(Date.now() / 1000) * 1000;
const days = (count: number): Date => new Date(now + count * 86_400_000);
const current = { notBefore: days(-10), notAfter: days(80) };
const times = { thisUpdate: days(-1), nextUpdate: days(1) };
const ca = party('CA');
const other = party('CA');
const caCertificate = issueCa(ca, ca, current);
const server = party('host.test', 'rsa');
const folder = mkdtempSync(join(tmpdir(), 'assay-issuer-'));
const caFile = join(folder, 'roots.pem');
writeFileSync(caFile, pem(caCertificate));
const revokedAt = days(-3);
const stops: (() => void)[] = [];
afterAll(() => {
  for (const stop of stops) stop();
  rmSync(folder, { recursive: true });
});

const key = server.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;

async function responder(tls?: { key: string; cert: string }): Promise<Responder> {
  const one = await startResponder(tls);
  stops.push(one.stop);
  return one;
}
const web = await responder();

/** Serves the leaf with its issuers, as a server does whose clients do not have them. */
async function serve(leaf: Uint8Array, { issuers = [caCertificate], staple }: Ways): Promise<number> {
  const one: Server = createServer({ key, cert: pem(leaf, ...issuers) });
  one.on('OCSPRequest', (_certificate, _issuer, answer: (error: null, response: Buffer | null) => void) =>
    answer(null, staple === undefined ? null : Buffer.from(staple)),
  );
  stops.push(() => one.close());
  one.on('tlsClientError', () => undefined);
  one.listen(0, '127.0.0.1');
  await once(one, 'listening');
  return (one.address() as AddressInfo).port;
}

const versions: Versions = {
  'TLSv1.3': 'accepted',
  'TLSv1.2': 'accepted',
  'TLSv1.1': 'refused',
  'TLSv1.0': 'refused',
  SSLv3: 'refused',
};
const validate = factValidators(facts)('tls.status');

interface Ways {
  readonly reach?: Partial<Reach>;
  readonly timeoutMs?: number;
  /** Whether the roots are declared for the target. */
  readonly declared?: boolean;
  readonly scan?: AbortSignal;
  readonly staple?: Uint8Array;
  readonly pace?: Pace;
  readonly issuers?: readonly Uint8Array[];
}

async function look(leaf: Uint8Array, ways: Ways = {}): Promise<Collected & { readonly value: Status }> {
  const { reach, timeoutMs = 5000, declared = true, scan = new AbortController().signal } = ways;
  const port = await serve(leaf, ways);
  const locator = `tls://host.test:${port}`;
  const shared = {
    kind: 'tls-endpoint',
    locator,
    host: 'host.test',
    port,
    tags: [],
    optional: false,
  } as const;
  const roots = declared ? { caFile } : {};
  const target: Target = { ...shared, id: 'target', named: true, addresses: ['127.0.0.1'], ...roots };
  const subject: Subject = { ...shared, id: 'target', targetId: 'target', address: '127.0.0.1' };
  const { signal } = new AbortController();
  const context: CollectContext = { timeoutMs, signal, scan, scanName: 'assay/test', env: {} };
  const session = await openTlsSession(target, subject, context);
  const paced = { ...context, pace: ways.pace };
  try {
    const collector = statusCollectorWith({ ...systemReach, ...reach });
    const seen = await collector.collect(session, async () => versions, paced);
    expect(validate(seen.value)).toBeUndefined();
    return { ...seen, value: seen.value as Status };
  } finally {
    await session.close();
  }
}

const issued = (urls: Parameters<typeof statusUrls>[0]): Uint8Array =>
  issueLeaf(server, ca, { ...current, extensions: statusUrls(urls) });

let paths = 0;
const path = (): string => `/${++paths}`;

const list = (overrides: Partial<Parameters<typeof issueList>[0]> = {}): Uint8Array =>
  issueList({ signer: ca, issuer: caCertificate, ...times, ...overrides });

const response = (certificate: Uint8Array, answer: Partial<Answer> = {}, signer = ca): Uint8Array =>
  issueOcsp({
    signer,
    responder: caCertificate,
    answers: [{ certificate, issuer: caCertificate, ...times, ...answer }],
  });

/** A certificate whose one list, or one responder, does what the route does. */
function atList(route: Route): Uint8Array {
  return issued({ crl: [web.at(path(), route)] });
}
function atResponder(route: (leaf: Uint8Array) => Route): Uint8Array {
  const place = path();
  const leaf = issued({ ocsp: [`${web.base}${place}`] });
  web.at(place, route(leaf));
  return leaf;
}

describe('what an issuer says', () => {
  it('is taken from its list', async () => {
    const sent = list();
    const { value, evidence, completeness, requests } = await look(atList(octets(sent)));
    expect(value.certificates).toMatchObject([
      {
        subject: 'CN=host.test,O=Assay Tests',
        selfSigned: false,
        status: 'good',
        source: 'crl',
        host: '127.0.0.1',
        statusSource: `list of revoked certificates from 127.0.0.1 of ${times.thisUpdate.toISOString()}, until ${times.nextUpdate.toISOString()}, signed by the issuer`,
      },
    ]);
    expect(value.authorities).toEqual([]);
    expect(completeness[0]).toMatchObject({ list: '/certificates', returned: 1, missing: [] });
    const kept = evidence.find(({ mediaType }) => mediaType === 'application/pkix-crl');
    expect(kept && Buffer.from(kept.bytes).equals(sent)).toBe(true);
    expect(requests.at(-1)).toMatch(/^GET http:\/\/127\.0\.0\.1:\d+\/\d+, about certificate [0-9a-f]{64}$/);
  });

  it('is taken from its list where that has the certificate', async () => {
    const place = path();
    const leaf = issued({ crl: [`${web.base}${place}`] });
    web.at(place, octets(list({ revoked: [{ certificate: leaf, at: revokedAt, reason: 1 }] })));
    expect((await look(leaf)).value.certificates).toMatchObject([
      {
        status: 'revoked',
        source: 'crl',
        revokedAt: revokedAt.toISOString(),
        revocationReason: 'keyCompromise',
      },
    ]);
  });

  it('is taken from its responder, which gets the request that is in the evidence', async () => {
    const leaf = atResponder((it) => octets(response(it)));
    const { value, evidence } = await look(leaf);
    expect(value.certificates).toMatchObject([{ status: 'good', source: 'ocsp', host: '127.0.0.1' }]);
    const { request, body } = web.last()!;
    expect(body).toEqual(Buffer.from(ocspRequest(readCertificate(leaf), readCertificate(caCertificate))));
    expect(request).toMatchObject({
      method: 'POST',
      headers: {
        'content-type': 'application/ocsp-request',
        'user-agent': 'assay/test',
        host: `127.0.0.1:${web.port}`,
      },
    });
    expect(Object.keys(request.headers)).not.toEqual(expect.arrayContaining(['authorization', 'cookie']));
    const asked = evidence.find(({ title }) => title.startsWith('what the issuers'));
    expect(JSON.parse(String(asked?.bytes)).asked[0]).toMatchObject({ sent: body.toString('hex') });
    expect(evidence.map(({ mediaType }) => mediaType)).toContain('application/ocsp-response');
  });

  it('is taken from its responder where that says revoked', async () => {
    const leaf = atResponder((it) => octets(response(it, { status: { revokedAt, reason: 4 } })));
    expect((await look(leaf)).value.certificates).toMatchObject([{ status: 'revoked', source: 'ocsp' }]);
  });

  it('is asked of the responder where the list cannot be had', async () => {
    const place = path();
    const leaf = issued({ crl: [`${web.base}/gone`], ocsp: [`${web.base}${place}`] });
    web.at(place, octets(response(leaf)));
    expect((await look(leaf)).value.certificates).toMatchObject([{ status: 'good', source: 'ocsp' }]);
  });

  it('is not asked for again where the list has said it', async () => {
    const leaf = issued({ crl: [web.at(path(), octets(list()))], ocsp: [`${web.base}/unasked`] });
    expect((await look(leaf)).value.certificates).toMatchObject([{ status: 'good', source: 'crl' }]);
    expect(web.requests).not.toContain('POST /unasked');
  });

  it('is not asked for where the server has stapled it', async () => {
    const leaf = issued({ crl: [`${web.base}/unneeded.crl`] });
    const { value } = await look(leaf, { staple: response(leaf) });
    expect(value.certificates).toMatchObject([{ status: 'good', source: 'staple' }]);
    const revoked = response(leaf, { status: { revokedAt } });
    const item = (await look(leaf, { staple: revoked })).value.certificates[0];
    expect(item).toMatchObject({ status: 'revoked', source: 'staple' });
    expect(web.requests).not.toContain('GET /unneeded.crl');
  });

  it('is asked for about intermediates too', async () => {
    const between = party('Between');
    const place = path();
    const extensions = statusUrls({ crl: [`${web.base}${place}`] });
    const intermediate = issueCa(between, ca, { ...current, extensions });
    web.at(place, octets(list({ revoked: [{ certificate: intermediate, at: revokedAt }] })));
    const { value } = await look(issueLeaf(server, between, current), {
      issuers: [intermediate, caCertificate],
    });
    expect(value.authorities).toMatchObject([
      { subject: 'CN=Between,O=Assay Tests', status: 'revoked', source: 'crl', host: '127.0.0.1' },
    ]);
    expect(value.certificates[0]?.statusSource).toBe('nothing says');
  });

  it('is found behind a redirect', async () => {
    const leaf = atList(redirect(web.at(path(), octets(list()))));
    expect((await look(leaf)).value.certificates).toMatchObject([{ status: 'good' }]);
  });

  it('is fetched over https from a server that the declared root vouches for', async () => {
    const cert = pem(issueLeaf(server, ca, { ...current, dnsNames: ['crl.test'] }));
    const secure = await responder({ key, cert });
    secure.at('/1.crl', octets(list()));
    const reach = { findAddresses: async () => ['127.0.0.1'] };
    const rightly = issued({ crl: [`https://crl.test:${secure.port}/1.crl`] });
    expect((await look(rightly, { reach })).value.certificates).toMatchObject([
      { status: 'good', host: 'crl.test' },
    ]);
    const wrongly = issued({ crl: [`https://other.test:${secure.port}/1.crl`] });
    const { value } = await look(wrongly, { reach });
    expect(value.certificates[0]).not.toHaveProperty('status');
    expect(value.certificates[0]?.statusSource).toContain('ERR_TLS_CERT_ALTNAME_INVALID');
  });
});

const drip: Route = (response) => {
  response.writeHead(200);
  const timer = setInterval(() => response.write('0'), 50);
  response.on('close', () => clearInterval(timer));
};
const endless: Route = (response) => {
  const chunk = Buffer.alloc(1024 * 1024);
  let sent = 0;
  const more = (): void => {
    while (sent < 50 && !response.destroyed) {
      sent++;
      if (!response.write(chunk)) {
        response.once('drain', more);
        return;
      }
    }
    response.end();
  };
  more();
};

describe('nothing is taken from', () => {
  it.each<[string, () => Uint8Array, RegExp]>([
    [
      'a responder that does not know it',
      () => atResponder((it) => octets(response(it, { status: 'unknown' }))),
      /does not know the certificate/,
    ],
    [
      'a responder that answers about another',
      () => atResponder(() => octets(response(caCertificate))),
      /nothing of this certificate/,
    ],
    [
      'a response signed by another',
      () => atResponder((it) => octets(response(it, {}, other))),
      /not signed by the issuer/,
    ],
    [
      'a list that is out of date',
      () => atList(octets(list({ thisUpdate: days(-9), nextUpdate: days(-2) }))),
      /the next was due/,
    ],
    [
      'a list signed by another of the same name',
      () => atList(octets(list({ signer: other }))),
      /not signed by the issuer/,
    ],
    ['a list cut short', () => atList(octets(list().subarray(0, 100))), /expected \d+ octets/],
    ['a page', () => atList(octets(Buffer.from('<html>secret</html>'), 'text/html')), /expected/],
    ['an empty answer', () => atList(octets(Buffer.alloc(0))), /expected/],
    [
      'a status that is no answer',
      () => atList((answer) => answer.writeHead(503).end(list())),
      /answered 503/,
    ],
    ['50 MB', () => atList(endless), /longer than 20971520 octets/],
    [
      'an announcement of 50 MB',
      () => atList((answer) => answer.writeHead(200, { 'content-length': 50 << 20 }).flushHeaders()),
      /longer than 20971520 octets/,
    ],
    [
      'a response of 65 KB',
      () => atResponder(() => octets(Buffer.alloc(65 * 1024 + 1))),
      /longer than 65536 octets/,
    ],
    [
      'less than was announced',
      () =>
        atList((answer) => {
          answer.writeHead(200, { 'content-length': 1000 });
          answer.write('0');
          setTimeout(() => answer.destroy(), 20);
        }),
      /before its end/,
    ],
    ['a connection closed', () => atList((answer) => answer.destroy()), /connection reset|closed/],
    ['a port where nothing listens', () => issued({ crl: ['http://127.0.0.1:1/'] }), /refused connection/],
    [
      'another protocol',
      () => atList((answer) => answer.socket?.end('220 ready\r\n')),
      /over HTTP|closed|reset/,
    ],
    ['a redirect to a file', () => atList(redirect('file:///etc/passwd')), /file: URLs are not asked/],
    ['a redirect to no URL', () => atList(redirect('http://[')), /redirects to what is no URL/],
    ['LDAP', () => issued({ crl: ['ldap://127.0.0.1/cn=x'] }), /ldap: URLs are not asked/],
    ['credentials in a URL', () => issued({ crl: [web.base.replace('//', '//a:b@')] }), /credentials/],
    ['what is no URL', () => issued({ crl: ['crl'] }), /it is no URL/],
    ['a name without an address', () => issued({ crl: ['http://crl.invalid/'] }), /no address for the name/],
    [
      'where clouds hand out credentials',
      () => issued({ crl: ['http://169.254.169.254/latest'] }),
      /its address is link-local/,
    ],
  ])('%s', async (_, leaf, why) => {
    const reach = {
      findAddresses: async () => {
        throw new Error('ENOTFOUND');
      },
    };
    const { value, evidence, withheld } = await look(leaf(), { reach });
    expect(value.certificates[0]).not.toHaveProperty('status');
    expect(value.certificates[0]).not.toHaveProperty('source');
    expect(value.certificates[0]?.statusSource).toMatch(why);
    for (const { bytes } of evidence) expect(Buffer.from(bytes).includes('secret')).toBe(false);
    if (_ === 'a page') expect(withheld).toHaveLength(1);
  });

  it('redirects without end, of which two are followed', async () => {
    const place = path();
    const url = web.at(place, redirect(place));
    const { value } = await look(issued({ crl: [url] }));
    expect(value.certificates[0]?.statusSource).toContain('redirects more than 2 times');
    expect(web.requests.filter((request) => request === `GET ${place}`)).toHaveLength(3);
  });

  it('who drips, for longer than the limit', async () => {
    const began = Date.now();
    const { value } = await look(atList(drip), { timeoutMs: 1000 });
    expect(value.certificates[0]?.statusSource).toMatch(/in time/);
    expect(Date.now() - began).toBeLessThan(4000);
  });

  it('a name server that is silent', async () => {
    const reach = { findAddresses: () => new Promise<readonly string[]>(() => undefined) };
    const { value } = await look(issued({ crl: ['http://crl.test/'] }), { timeoutMs: 1000, reach });
    expect(value.certificates[0]?.statusSource).toContain('no address for the name in time');
  });

  it('more than four URLs', async () => {
    const before = web.requests.length;
    const crl = Array.from({ length: 6 }, () => web.at(path(), octets(Buffer.from('no'))));
    const { value } = await look(issued({ crl }));
    expect(web.requests.length - before).toBe(4);
    expect(value.certificates[0]?.statusSource).toContain('2 more URLs of the certificate are not asked');
  });
});

describe('what a certificate of a stranger names', () => {
  const publicly: Ways = { declared: false };
  const to = (addresses: readonly string[]): Ways => ({
    ...publicly,
    reach: {
      findAddresses: async () => addresses,
      connectTo: (address, port) => {
        expect(address).toBe('93.184.216.34');
        return { address: '127.0.0.1', port };
      },
    },
  });
  const why = async (leaf: Uint8Array, ways: Ways): Promise<string | undefined> =>
    (await look(leaf, ways)).value.certificates[0]?.statusSource;

  it.each([
    ['127.0.0.1', 'loopback'],
    ['[::1]', 'loopback'],
    ['2130706433', 'loopback'],
    ['0x7f.1', 'loopback'],
    ['[::ffff:127.0.0.1]', 'loopback'],
    ['[64:ff9b::7f00:1]', 'loopback'],
    ['[2002:7f00:1::]', 'loopback'],
    ['0.0.0.0', 'unspecified'],
    ['[::]', 'unspecified'],
    ['10.0.0.1', 'private'],
    ['[fd00:ec2::254]', 'private'],
    ['169.254.169.254', 'link-local'],
    ['100.100.100.200', 'shared'],
    ['[2001:0:4136:e378:8000:63bf:3fff:fdd2]', 'reserved'],
  ])('is not asked at %s', async (host, scope) => {
    const before = web.requests.length;
    const leaf = issued({ crl: [`http://${host}:${web.port}/1.crl`], ocsp: [`http://${host}:${web.port}/`] });
    expect(await why(leaf, publicly)).toContain(
      `its address is ${scope}, as the certificate leads to no root of a ca file`,
    );
    expect(web.requests.length).toBe(before);
  });

  it('is not asked where its name leads inside', async () => {
    const before = web.requests.length;
    const leaf = issued({ crl: [`http://crl.test:${web.port}/1.crl`] });
    expect(await why(leaf, to(['192.168.1.1']))).toContain('its address is private');
    expect(web.requests.length).toBe(before);
  });

  it('is asked at a public address alone, the very one that was checked', async () => {
    const place = path();
    const sent = list();
    web.at(place, octets(sent));
    const leaf = issued({ crl: [`http://crl.test:${web.port}${place}`] });
    const { value, evidence } = await look(leaf, to(['10.0.0.1', '93.184.216.34', '::1']));
    expect(value.certificates).toMatchObject([{ status: 'good', host: 'crl.test' }]);
    expect(web.last()?.request.headers.host).toBe(`crl.test:${web.port}`);
    const asked = evidence.find(({ title }) => title.startsWith('what the issuers'));
    expect(JSON.parse(String(asked?.bytes)).asked[0].connections).toEqual([
      {
        url: `http://crl.test:${web.port}${place}`,
        address: '93.184.216.34',
        ended: `${sent.length} octets`,
      },
    ]);
  });

  it('is not followed inside', async () => {
    const place = path();
    web.at(place, redirect(`${web.base}/inside?token=hidden`));
    const leaf = issued({ crl: [`http://crl.test:${web.port}${place}`] });
    const { value, evidence } = await look(leaf, to(['93.184.216.34']));
    expect(value.certificates[0]?.statusSource).toContain('its address is loopback');
    expect(web.requests).not.toContain('GET /inside?token=hidden');
    for (const { bytes } of evidence) expect(Buffer.from(bytes).includes('hidden')).toBe(false);
  });
});

describe('one scan', () => {
  it('asks once for a list that many need', async () => {
    const place = path();
    const url = web.at(place, octets(list()));
    const { signal } = new AbortController();
    const seen = await Promise.all([1, 2, 3].map(() => look(issued({ crl: [url] }), { scan: signal })));
    for (const { value } of seen) expect(value.certificates).toMatchObject([{ status: 'good' }]);
    const count = (): number => web.requests.filter((request) => request === `GET ${place}`).length;
    expect(count()).toBe(1);
    await look(issued({ crl: [url] }));
    expect(count()).toBe(2);
  });

  it('does not lend a stranger what was had for the declared root', async () => {
    const url = web.at(path(), octets(list()));
    const leaf = issued({ crl: [url] });
    const { signal } = new AbortController();
    expect((await look(leaf, { scan: signal })).value.certificates).toMatchObject([{ status: 'good' }]);
    const { value } = await look(leaf, { scan: signal, declared: false });
    expect(value.certificates[0]?.statusSource).toContain('its address is loopback');
  });

  it('asks at its own pace, and does not blame the issuer for it', async () => {
    const turns: string[] = [];
    const pace: Pace = {
      room: async () => () => undefined,
      turn: async (host) => {
        turns.push(host);
        await new Promise((resolve) => setTimeout(resolve, 1200));
      },
    };
    const { value } = await look(atList(octets(list())), { pace, timeoutMs: 1000 });
    expect(value.certificates).toMatchObject([{ status: 'good' }]);
    expect(turns).toEqual(['127.0.0.1']);
  });

  it('sums up a list that is long', async () => {
    const place = path();
    const leaf = issued({ crl: [`${web.base}${place}`] });
    const others = Array.from({ length: 12_000 }, () => ({ certificate: caCertificate, at: revokedAt }));
    const long = list({ revoked: [...others, { certificate: leaf, at: revokedAt }] });
    expect(long.length).toBeGreaterThan(256 * 1024);
    web.at(place, octets(long));
    const { value, evidence, withheld } = await look(leaf);
    expect(value.certificates).toMatchObject([{ status: 'revoked' }]);
    expect(evidence.map(({ mediaType }) => mediaType)).not.toContain('application/pkix-crl');
    const asked = evidence.find(({ title }) => title.startsWith('what the issuers'));
    expect(JSON.parse(String(asked?.bytes)).asked[0]).toMatchObject({
      bytes: long.length,
      entry: { revokedAt: revokedAt.toISOString() },
      verdict: { kind: 'revoked', signer: 'the issuer' },
      nextUpdate: times.nextUpdate.toISOString(),
    });
    expect(withheld).toEqual([expect.stringContaining('lists of more than 256 KB')]);
  });
});
