import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { dnsCollector } from '../../src/collectors/dns/index.ts';
import { type LookOptions, lookAtZone, observe, outcomeOf } from '../dns/look.ts';
import {
  a,
  answerTo,
  caa,
  cname,
  type DnsServer,
  dnsServer,
  mx,
  ns,
  type Records,
  type Serve,
  type Shape,
  serving,
  soa,
  txt,
} from '../dns/server.ts';
import { issueCa, issueLeaf, party } from '../x509/authority.ts';

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

async function start(serve: Serve, address?: string, port?: number): Promise<DnsServer> {
  const server = await dnsServer(serve, address, port);
  running.push(server);
  return server;
}

type Options = Omit<LookOptions, 'resolverPort'>;

/** What a fact says of example.test, whose resolver knows the records. */
async function seen(
  fact: string,
  records: Records,
  options: Options = {},
  shape: Shape = {},
): Promise<unknown> {
  const { port } = await start(serving(records, shape));
  return outcomeOf(await observe(fact, 'example.test', { resolverPort: port, ...options }));
}

const zone = 'example.test';
const base: Records = { [`${zone} NS`]: ns(`ns1.${zone}`) };

test('nothing is seen of a zone that does not exist: what is not there publishes no records', async () => {
  const { port } = await start(serving({ 'other.test A': a('192.0.2.1') }));
  for (const { fact } of dnsCollector.facts) {
    const observation = await observe(fact, 'no-such.test', {
      resolverPort: port,
      dns: { mail: true, selectors: ['s1'], names: ['www.no-such.test'] },
    });
    expect([fact, outcomeOf(observation)]).toEqual([fact, 'ERR_NOT_A_ZONE']);
    expect(observation.evidence).toHaveLength(1);
  }
});

describe('mail', () => {
  test('a domain that publishes what it should', async () => {
    const value = await seen('dns.mail', {
      [`${zone} MX`]: mx(`mx.${zone}`),
      [`${zone} TXT`]: txt('v=spf1 mx include:_spf.other.test -all', 'unrelated'),
      '_spf.other.test TXT': txt('v=spf1 ip4:192.0.2.0/24 ~all'),
      [`_dmarc.${zone} TXT`]: txt('v=DMARC1; p=reject; rua=mailto:d@example.test'),
    });
    expect(value).toEqual({
      domain: zone,
      isMailDomain: true,
      notFollowed: [],
      spf: {
        records: 1,
        status: 'valid',
        lookups: 2,
        voidLookups: 0,
        ending: '-all',
        passesEveryone: false,
        noSender: false,
      },
      dmarc: {
        ...{
          status: 'valid',
          foundAt: zone,
          policy: 'reject',
          subdomainPolicy: 'reject',
          subdomainsWeaker: false,
          percent: 100,
        },
        ...{ testing: false, aggregateReports: ['d@example.test'] },
      },
    });
  });

  test('the null MX says that there is no mail, and what is declared goes before', async () => {
    const records: Records = { [`${zone} MX`]: mx('.') };
    expect(await seen('dns.mail', records)).toMatchObject({ isMailDomain: false });
    expect(await seen('dns.mail', records, { dns: { mail: true, selectors: [], names: [] } })).toMatchObject({
      isMailDomain: true,
    });
  });

  test('a record longer than a datagram comes over TCP', async () => {
    const long = `v=spf1 ${Array.from({ length: 60 }, (_, n) => `ip4:192.0.2.${n}`).join(' ')} -all`;
    const records: Records = { [`${zone} TXT`]: txt(long, 'x'.repeat(250)) };
    const whole = serving(records);
    const server = await start((asked) =>
      asked.transport === 'udp' && asked.type === 'TXT' && asked.name === zone
        ? answerTo(asked, { truncated: true })
        : whole(asked),
    );
    const value = outcomeOf(await observe('dns.mail', zone, { resolverPort: server.port }));
    expect(value).toMatchObject({ spf: { status: 'valid', ending: '-all' } });
    expect(server.asked).toContain(`tcp ${zone} TXT`);
  });

  test('the evidence holds every message, and which resolver was asked', async () => {
    const { port } = await start(serving({ [`${zone} MX`]: mx(`mx.${zone}`) }));
    const observation = await observe('dns.mail', zone, { resolverPort: port });
    expect(observation.requests).toEqual([
      ...[`through 127.0.0.1:${port}:`, `_dmarc.${zone} TXT`, '_dmarc.test TXT', `${zone} MX`, `${zone} TXT`],
    ]);
    const [file] = observation.evidence;
    const { messages, resolvers } = JSON.parse(Buffer.from(file?.bytes ?? []).toString()) as {
      readonly messages: readonly {
        readonly request: string;
        readonly sent: string;
        readonly received: string;
        readonly ended: string;
      }[];
      readonly resolvers: readonly string[];
    };
    expect(resolvers).toEqual([`127.0.0.1:${port}`]);
    expect(messages.map(({ request, ended }) => `${request} ${ended}`)).toEqual([
      `_dmarc.${zone} TXT answered`,
      '_dmarc.test TXT answered',
      `${zone} MX answered`,
      `${zone} TXT answered`,
    ]);
    for (const { sent, received } of messages) expect(received.slice(0, 4)).toBe(sent.slice(0, 4));
    expect(new Set(messages.map(({ sent }) => sent.slice(0, 4))).size, 'an id of its own for each').toBe(4);
  });
});

describe('DKIM', () => {
  const dns = { selectors: ['s1', 'gone'], names: [] };

  test('only declared selectors are asked for', async () => {
    const records: Records = { [`s1._domainkey.${zone} TXT`]: txt('v=DKIM1; p=') };
    expect(await seen('dns.selectors', records, { dns })).toMatchObject([
      { selector: 's1', name: `s1._domainkey.${zone}`, status: 'revoked' },
      { selector: 'gone', status: 'absent' },
    ]);
    expect(await seen('dns.selectors', records)).toBe('ERR_NOT_DECLARED');
    expect(await seen('dns.selectors', records, { dns: { mail: false, selectors: [], names: [] } })).toEqual(
      [],
    );
  });

  test('a key behind an alias', async () => {
    const records: Records = {
      [`s1._domainkey.${zone} CNAME`]: cname('key.other.test'),
      'key.other.test TXT': txt('p='),
    };
    expect(await seen('dns.selectors', records, { dns })).toMatchObject([
      { status: 'revoked' },
      { status: 'absent' },
    ]);
  });
});

describe('CAA', () => {
  test('of the zone and each declared name', async () => {
    const records: Records = {
      [`${zone} CAA`]: [...caa('issue', 'ca.example'), ...caa('iodef', 'mailto:a@example.test')],
      [`own.${zone} CAA`]: caa('issue', ';'),
    };
    const dns = { selectors: [], names: ['www', 'own'] };
    expect(await seen('dns.caa', records, { dns })).toEqual([
      {
        name: zone,
        foundAt: zone,
        restricted: true,
        issuers: [{ tag: 'issue', domain: 'ca.example', allowed: true }],
        contacts: ['mailto:a@example.test'],
      },
      { name: `own.${zone}`, foundAt: `own.${zone}`, restricted: true, issuers: [], contacts: [] },
      {
        name: `www.${zone}`,
        foundAt: zone,
        restricted: true,
        issuers: [{ tag: 'issue', domain: 'ca.example', allowed: true }],
        contacts: ['mailto:a@example.test'],
      },
    ]);
  });
});

describe('addresses', () => {
  test('of the zone, its servers and the declared names, and their blocks', async () => {
    const records: Records = {
      ...base,
      [`${zone} MX`]: mx(`mail.${zone}`, 'mx.other.test'),
      [`${zone} A`]: a('8.8.8.8'),
      [`ns1.${zone} A`]: a('9.9.9.9'),
      [`mail.${zone} A`]: a('10.1.2.3'),
      [`www.${zone} CNAME`]: cname('cdn.other.test'),
      'cdn.other.test A': a('127.0.0.1'),
    };
    const { port } = await start(serving(records));
    const dns = { selectors: [], names: ['www', 'nothing'] };
    const observation = await observe('dns.addresses', zone, { resolverPort: port, dns });
    const one = (name: string, ...addresses: readonly (readonly [string, string])[]) => ({
      name,
      addresses: addresses.map(([address, scope]) => ({ address, scope })),
    });
    expect(outcomeOf(observation)).toEqual([
      one(zone, ['8.8.8.8', 'global']),
      one(`mail.${zone}`, ['10.1.2.3', 'private']),
      one(`nothing.${zone}`),
      one(`ns1.${zone}`, ['9.9.9.9', 'global']),
      one(`www.${zone}`, ['127.0.0.1', 'loopback']),
    ]);
    expect(observation).toMatchObject({
      completeness: [{ list: '', returned: 5, missing: [] }, {}, {}, {}, {}, {}],
    });
  });

  test('without declared names the list is known to miss members', async () => {
    const { port } = await start(serving({ ...base, [`${zone} A`]: a('8.8.8.8') }));
    const observation = await observe('dns.addresses', zone, { resolverPort: port });
    expect(observation).toMatchObject({
      completeness: [{ missing: [{ what: 'other names of the zone' }] }, {}, {}],
    });
  });
});

/** Authoritative servers on one port of several loopback addresses, and the resolver that knows of them. */
async function withAuthorities(
  serves: readonly Serve[],
  records: Records = {},
): Promise<{
  readonly resolverPort: number;
  readonly authority: number;
  readonly servers: readonly DnsServer[];
}> {
  const servers: DnsServer[] = [];
  for (const [index, serve] of serves.entries())
    servers.push(await start(serve, `127.0.0.${index + 2}`, servers[0]?.port));
  const names = serves.map((_, index) => `ns${index + 1}.${zone}`);
  const addresses = Object.fromEntries(names.map((name, index) => [`${name} A`, a(`127.0.0.${index + 2}`)]));
  const { port } = await start(serving({ [`${zone} NS`]: ns(...names), ...addresses, ...records }));
  return { resolverPort: port, authority: servers[0]?.port ?? 0, servers };
}

describe('aliases and delegations', () => {
  const referralTo =
    (name: string, ...servers: readonly string[]): Serve =>
    (asked) =>
      asked.name.endsWith(name)
        ? answerTo(asked, {
            authorities: servers.map((data) => ({ name, type: 'NS' as const, ttl: 60, data })),
          })
        : answerTo(asked, { authoritative: true, authorities: [soa(zone)] });
  const dns = { selectors: [], names: ['shop', 'sub'] };

  test('an alias of a name that does not exist dangles; one without addresses does not', async () => {
    const quiet: Serve = (asked) => answerTo(asked, { authoritative: true, authorities: [soa(zone)] });
    const { resolverPort, authority } = await withAuthorities([quiet], {
      [`shop.${zone} CNAME`]: cname('app.gone.example'),
      [`sub.${zone} CNAME`]: cname('app.there.example'),
      'app.there.example TXT': txt('no address'),
      [`${zone} MX`]: mx('mx.gone.example'),
    });
    const value = outcomeOf(await observe('dns.aliases', zone, { resolverPort, ports: { authority }, dns }));
    expect(value).toEqual([
      { name: zone, type: 'MX', target: 'mx.gone.example', state: 'missing' },
      { name: zone, type: 'NS', target: `ns1.${zone}`, state: 'present' },
      { name: `shop.${zone}`, type: 'CNAME', target: 'app.gone.example', state: 'missing' },
      { name: `sub.${zone}`, type: 'CNAME', target: 'app.there.example', state: 'present' },
    ]);
  });

  test('a delegation that every server refuses, and one that a server answers for', async () => {
    const refusing: Serve = (asked) => answerTo(asked, { rcode: 'REFUSED' });
    const child: Serve = (asked) => answerTo(asked, { authoritative: true, answers: [soa(`sub.${zone}`)] });
    const servers = ['ns1.gone.example', 'ns2.host.example'];
    const parent = referralTo(`sub.${zone}`, ...servers);
    const records: Records = { 'ns2.host.example A': a('127.0.0.3') };
    const state = async (second: Serve): Promise<unknown> => {
      const { resolverPort, authority } = await withAuthorities([parent, second], records);
      const value = outcomeOf(
        await observe('dns.aliases', zone, { resolverPort, ports: { authority }, dns }),
      );
      return (value as readonly { readonly name: string }[]).filter(({ name }) => name === `sub.${zone}`);
    };
    const pointers = [
      { name: `sub.${zone}`, type: 'NS', target: 'ns1.gone.example', state: 'missing' },
      { name: `sub.${zone}`, type: 'NS', target: 'ns2.host.example', state: 'present' },
    ];
    const whole = { name: `sub.${zone}`, type: 'delegation', target: servers.join(' ') };
    expect(await state(refusing)).toEqual([...pointers, { ...whole, state: 'unanswered' }]);
    expect(await state(child)).toEqual([...pointers, { ...whole, state: 'present' }]);
    expect(await state(() => undefined), 'a silent server proves nothing').toEqual([...pointers, whole]);
  });
});

describe('transfer', () => {
  const records = Array.from({ length: 40 }, (_, n) => ({
    name: `secret-${n}.${zone}`,
    type: 'A' as const,
    ttl: 60,
    data: '10.0.0.1',
  }));
  const giving: Serve = (asked) =>
    asked.type === 'AXFR'
      ? [answerTo(asked, { answers: [soa(zone), ...records] }), answerTo(asked, { answers: records })]
      : answerTo(asked, { answers: [soa(zone)] });
  const refusing: Serve = (asked) => answerTo(asked, { rcode: 'REFUSED' });
  const hangingUp: Serve = (asked) =>
    asked.type === 'AXFR' ? undefined : answerTo(asked, { answers: [soa(zone)] });
  const always: Serve = () => undefined;
  const broken: Serve = (asked) => answerTo(asked, { rcode: 'SERVFAIL' });
  const empty: Serve = (asked) => answerTo(asked);

  test('each server by itself; what hangs up is refused only between two answers', async () => {
    const { resolverPort, authority } = await withAuthorities([
      giving,
      refusing,
      hangingUp,
      always,
      broken,
      empty,
    ]);
    const observation = await observe('dns.transfer', zone, { resolverPort, ports: { authority } });
    expect(outcomeOf(observation)).toEqual([
      {
        server: `ns1.${zone}`,
        address: '127.0.0.2',
        answer: 'transferred',
        how: 'answered with a record (SOA)',
      },
      { server: `ns2.${zone}`, address: '127.0.0.3', answer: 'refused', how: 'answered REFUSED' },
      {
        server: `ns3.${zone}`,
        address: '127.0.0.4',
        answer: 'refused',
        how: 'hung up, between two questions that it answered',
      },
      {
        server: `ns4.${zone}`,
        address: '127.0.0.5',
        how: 'hung up, and did not answer other questions either',
      },
      { server: `ns5.${zone}`, address: '127.0.0.6', how: 'answered SERVFAIL' },
      { server: `ns6.${zone}`, address: '127.0.0.7', answer: 'refused', how: 'answered without a record' },
    ]);
    const text = Buffer.from(observation.evidence[0]?.bytes ?? []).toString();
    expect(text, 'no zone is copied').not.toContain(Buffer.from('secret-0').toString('hex'));
  });

  test('a name without name servers is no zone, and a server without an address is named', async () => {
    expect(await seen('dns.transfer', { [`${zone} A`]: a('192.0.2.1') })).toBe('ERR_NOT_A_ZONE');
    const { resolverPort, authority } = await withAuthorities([refusing], {
      [`ns1.${zone} A`]: [],
      [`ns1.${zone} TXT`]: txt('x'),
    });
    const observation = await observe('dns.transfer', zone, { resolverPort, ports: { authority } });
    expect(observation).toMatchObject({ value: [], completeness: [{ missing: [{ what: `ns1.${zone}` }] }] });
  });
});

describe('MTA-STS and DANE', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-dns-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const ca = party('Test root');
  const server = party(`mta-sts.${zone}`, 'rsa');
  const pem = (der: Uint8Array): string =>
    `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`;

  /** The policy server, and the file with its root. */
  async function policyServer(
    status: number,
    body: string,
    name = `mta-sts.${zone}`,
  ): Promise<{ readonly port: number; readonly caFile: string }> {
    const caFile = join(folder, 'root.pem');
    const window = {
      notBefore: new Date(Date.now() - 86_400_000),
      notAfter: new Date(Date.now() + 86_400_000),
    };
    writeFileSync(caFile, pem(issueCa(ca, ca, window)));
    const cert = pem(issueLeaf(server, ca, { ...window, dnsNames: [name] }));
    const key = server.privateKey.export({ type: 'pkcs8', format: 'pem' });
    const web = createServer({ key, cert }, (_, response) =>
      response.writeHead(status, { location: '/x' }).end(body),
    );
    web.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    running.push({
      stop: () =>
        new Promise((resolve) => {
          web.close(() => resolve());
          web.closeAllConnections();
        }),
    });
    return { port: (web.address() as AddressInfo).port, caFile };
  }

  const records: Records = {
    [`${zone} MX`]: mx('mx1.mail.test', 'mx2.mail.test'),
    'mx1.mail.test A': a('192.0.2.1'),
    'mx2.mail.test A': a('192.0.2.2'),
    [`_mta-sts.${zone} TXT`]: txt('v=STSv1; id=1;'),
    [`mta-sts.${zone} A`]: a('127.0.0.1'),
  };
  const policy = (...lines: readonly string[]): string =>
    ['version: STSv1', ...lines, 'max_age: 604800'].join('\r\n');

  async function policySeen(
    status: number,
    body: string,
    more: Records = {},
    shape: Shape = {},
  ): Promise<unknown> {
    const { port, caFile } = await policyServer(status, body);
    return seen('dns.mtasts', { ...records, ...more }, { caFile, ports: { policy: port } }, shape);
  }

  test('a policy covers the hosts that it names', async () => {
    expect(await policySeen(200, policy('mode: enforce', 'mx: mx1.mail.test'))).toEqual({
      ...{ domain: zone, mode: 'enforce', maxAgeSeconds: 604_800 },
      hosts: [
        { host: 'mx1.mail.test', protection: 'mta-sts', policyAgeSeconds: 604_800, tlsaRecords: 0 },
        { host: 'mx2.mail.test', protection: 'none', policyAgeSeconds: 0, tlsaRecords: 0 },
      ],
    });
    expect(await policySeen(200, policy('mode: testing', 'mx: *.mail.test'))).toMatchObject({
      ...{ mode: 'testing', hosts: [{ protection: 'none' }, { protection: 'none' }] },
    });
  });

  test('what senders cannot use is none; what could not be fetched is not known', async () => {
    expect(await policySeen(302, '')).toMatchObject({
      mode: 'unusable',
      problem: 'the web server answered 302',
    });
    expect(await policySeen(404, '')).toMatchObject({
      mode: 'unusable',
      hosts: [{ protection: 'none' }, {}],
    });
    expect(await policySeen(200, 'x'.repeat(100_000))).toMatchObject({ mode: 'unusable' });
    const broken = await policySeen(503, '');
    expect(broken).not.toHaveProperty('mode');
    expect(broken).toMatchObject({ hosts: [{ host: 'mx1.mail.test', tlsaRecords: 0 }, {}] });
    const { port } = await policyServer(200, policy('mode: enforce', 'mx: *.mail.test'));
    const untrusted = await seen('dns.mtasts', records, { ports: { policy: port } });
    expect(untrusted).toMatchObject({ mode: 'unusable', problem: expect.stringContaining('certificate') });
    const elsewhere = await policyServer(200, policy('mode: enforce', 'mx: *.mail.test'), 'www.example.test');
    const misnamed = await seen('dns.mtasts', records, {
      caFile: elsewhere.caFile,
      ports: { policy: elsewhere.port },
    });
    expect(misnamed).toMatchObject({ mode: 'unusable', problem: expect.stringContaining('ALTNAME') });
    const nobody = await seen('dns.mtasts', records, { ports: { policy: 1 } });
    expect(nobody).not.toHaveProperty('mode');
  });

  test('without a TXT record there is no policy, and nothing is fetched', async () => {
    const value = await seen(
      'dns.mtasts',
      { ...records, [`_mta-sts.${zone} TXT`]: txt('other') },
      { ports: { policy: 1 } },
    );
    expect(value).toMatchObject({
      mode: 'absent',
      maxAgeSeconds: 0,
      hosts: [{ protection: 'none' }, { protection: 'none' }],
    });
  });

  test('TLSA records count where the resolver validated everything', async () => {
    const certificate = Buffer.alloc(32, 1);
    const tlsa = (usage: number) => [
      { type: 'TLSA' as const, data: { usage, selector: 1, matchingType: 1, certificate } },
    ];
    const dane: Records = { '_25._tcp.mx1.mail.test TLSA': tlsa(3), '_25._tcp.mx2.mail.test TLSA': tlsa(1) };
    expect(await policySeen(404, '', dane, { authentic: true })).toMatchObject({
      hosts: [
        { protection: 'dane', tlsaRecords: 1 },
        { protection: 'none', tlsaRecords: 0 },
      ],
    });
    expect(await policySeen(404, '', dane)).toMatchObject({
      hosts: [{ protection: 'none', tlsaRecords: 1 }, {}],
    });
  });

  test('a zone without mail servers has no hosts, one that is declared to have mail is its own', async () => {
    const none: Records = { [`${zone} A`]: a('192.0.2.1') };
    expect(await seen('dns.mtasts', none)).toMatchObject({ mode: 'absent', hosts: [] });
    const declared = { dns: { mail: true, selectors: [], names: [] } };
    expect(await seen('dns.mtasts', none, declared)).toMatchObject({
      hosts: [{ host: zone, protection: 'none' }],
    });
  });
});

test('all facts of a zone in one session ask no question twice', async () => {
  const server = await start(serving({ ...base, [`${zone} A`]: a('192.0.2.1') }));
  const facts = ['dns.addresses', 'dns.caa', 'dns.mail', 'dns.mtasts'];
  const record = await lookAtZone(zone, facts, { resolverPort: server.port });
  expect(record.observations.map(({ kind }) => kind)).toEqual(['seen', 'seen', 'seen', 'seen']);
  expect(record.connections).toBe(server.asked.length);
  expect(new Set(server.asked).size).toBe(server.asked.length);
});
