import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Budget, resolve } from '../../src/collectors/dns/resolver.ts';
import type { RecordType } from '../../src/dns/records.ts';
import { observe, outcomeOf } from '../dns/look.ts';
import { anchorOf, dig, type NameServer, startNsd, startUnbound, workplace } from './name-servers.ts';

const place = workplace();
const servers: NameServer[] = [];
let authority = 0;
let resolverPort = 0;

const zoneFile = (zone: string, records: string): string =>
  `$ORIGIN ${zone}.\n$TTL 60\n@ SOA ns1 root 1 3600 600 86400 60\n@ NS ns1\nns1 A 127.0.0.1\n${records}`;
const key = 'cd'.repeat(32);

beforeAll(async () => {
  const nsd = await startNsd(place, [
    {
      name: 'signed.test',
      signed: true,
      text: zoneFile(
        'signed.test',
        `@ MX 1 mx\n@ MX 2 plain\n@ MX 3 mx.unsigned.test.\nmx A 192.0.2.1\nplain A 192.0.2.2\n_25._tcp.mx TLSA 3 1 1 ${key}\nwww CNAME web.unsigned.test.\ngone CNAME nowhere.unsigned.test.\n`,
      ),
    },
    {
      name: 'unsigned.test',
      text: zoneFile(
        'unsigned.test',
        `@ MX 1 mx\nmx A 192.0.2.3\n_25._tcp.mx TLSA 3 1 1 ${key}\nweb A 192.0.2.4\n`,
      ),
    },
    { name: 'bogus.test', text: zoneFile('bogus.test', '@ MX 1 mx\n@ TXT "v=spf1 -all"\n') },
  ]);
  servers.push(nsd);
  authority = nsd.port;
  // A zone that is not signed although a key of it is trusted: every answer of it is false.
  const anchor = anchorOf(place, 'signed.test');
  const falseAnchor = place.write(
    'bogus.anchor',
    readFileSync(anchor, 'utf8').replaceAll('signed.test', 'bogus.test'),
  );
  const zones = ['signed.test', 'unsigned.test', 'bogus.test'];
  const unbound = await startUnbound(place, nsd.port, zones, [anchor, falseAnchor]);
  servers.push(unbound);
  resolverPort = unbound.port;
});
afterAll(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  place.remove();
});

const budget: Budget = {
  timeoutMs: 5000,
  signal: new AbortController().signal,
  spend: () => true,
  received: () => undefined,
};

test.each<[string, RecordType]>([
  ['signed.test', 'MX'],
  ['mx.signed.test', 'A'],
  ['mx.signed.test', 'AAAA'],
  ['_25._tcp.mx.signed.test', 'TLSA'],
  ['nowhere.signed.test', 'A'],
  ['www.signed.test', 'A'],
  ['gone.signed.test', 'A'],
  ['unsigned.test', 'MX'],
  ['_25._tcp.mx.unsigned.test', 'TLSA'],
  ['bogus.test', 'TXT'],
])('%s %s: status and validation as dig sees them through unbound', async (name, type) => {
  const question = { name, type };
  const { reply } = await resolve(question, [{ address: '127.0.0.1', port: resolverPort }], budget);
  const printed = dig(resolverPort, name, type, '+adflag');
  const [, status] = /status: (\w+)/.exec(printed) ?? [];
  expect(reply.kind === 'none' ? reply.code : reply.kind).toMatch(
    { NOERROR: /^(records|nodata)$/, NXDOMAIN: /^nxdomain$/, SERVFAIL: /^ERR_DNS_SERVFAIL$/ }[status ?? ''] ??
      /^$/,
  );
  const [, flags = ''] = /flags: ([a-z ]+);/.exec(printed) ?? [];
  expect(reply.kind !== 'none' && reply.authentic).toBe(flags.split(' ').includes('ad'));
});

test('DANE counts where unbound validated everything', async () => {
  const look = (zone: string) =>
    observe('dns.mtasts', zone, { resolverPort, ports: { authority }, timeoutMs: 5000 });
  expect(outcomeOf(await look('signed.test'))).toMatchObject({
    mode: 'absent',
    hosts: [
      { host: 'mx.signed.test', protection: 'dane', tlsaRecords: 1 },
      { host: 'mx.unsigned.test', protection: 'none', tlsaRecords: 1 },
      { host: 'plain.signed.test', protection: 'none', tlsaRecords: 0 },
    ],
  });
  expect(outcomeOf(await look('unsigned.test'))).toMatchObject({
    hosts: [{ protection: 'none', tlsaRecords: 1 }],
  });
});

test('what fails validation is not seen', async () => {
  const observation = await observe('dns.mail', 'bogus.test', {
    resolverPort,
    ports: { authority },
    timeoutMs: 5000,
  });
  expect(outcomeOf(observation)).toBe('ERR_DNS_SERVFAIL');
});

test('aliases into another zone, through a resolver that follows them', async () => {
  const dns = { selectors: [], names: ['www', 'gone'] };
  const observation = await observe('dns.aliases', 'signed.test', {
    resolverPort,
    ports: { authority },
    dns,
    timeoutMs: 5000,
  });
  expect(outcomeOf(observation)).toEqual(
    expect.arrayContaining([
      { name: 'gone.signed.test', type: 'CNAME', target: 'nowhere.unsigned.test', state: 'missing' },
      { name: 'www.signed.test', type: 'CNAME', target: 'web.unsigned.test', state: 'present' },
    ]),
  );
});
