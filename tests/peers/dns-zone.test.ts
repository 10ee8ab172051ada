import { execFileSync } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Budget, resolve } from '../../src/collectors/dns/resolver.ts';
import { runLookup } from '../../src/collectors/dns/session.ts';
import type { Question } from '../../src/dns/lookup.ts';
import type { DnsRecord, RecordType } from '../../src/dns/records.ts';
import { lookUpSpf, type Spf } from '../../src/dns/spf.ts';
import { observe, outcomeOf } from '../dns/look.ts';
import { dig, type NameServer, startNsd, workplace } from './name-servers.ts';

const zone = 'peers.test';
let port = 0;

const many = (count: number, line: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => line(n)).join('\n');

/** SPF records by the name that they stand at. */
const spf: Readonly<Record<string, string>> = {
  hard: 'v=spf1 ip4:192.0.2.0/24 -all',
  soft: 'v=spf1 a mx ~all',
  neutral: 'v=spf1 ?all',
  open: 'v=spf1 +all',
  bare: 'v=spf1',
  redirected: `v=spf1 redirect=hard.${zone}`,
  including: `v=spf1 include:hard.${zone} include:neutral.${zone} -all`,
  'including-open': `v=spf1 include:open.${zone} -all`,
  'whole-internet': 'v=spf1 ip4:0.0.0.0/0 -all',
  nothing: `v=spf1 include:no-record.${zone} -all`,
  loop: `v=spf1 include:loop.${zone} -all`,
  ten: `v=spf1 ${many(10, (n) => `a:h${n}.${zone}`).replaceAll('\n', ' ')} -all`,
  eleven: `v=spf1 ${many(11, (n) => `a:h${n}.${zone}`).replaceAll('\n', ' ')} -all`,
  'two-void': `v=spf1 a:void1.${zone} a:void2.${zone} -all`,
  'three-void': `v=spf1 a:void1.${zone} a:void2.${zone} a:void3.${zone} -all`,
  'eleven-mx': 'v=spf1 mx -all',
  wrong: 'v=spf1 ipv4:192.0.2.1 -all',
  'wrong-network': 'v=spf1 ip4:192.0.2.1/33 -all',
  'two-redirects': `v=spf1 redirect=hard.${zone} redirect=soft.${zone}`,
  'after-all': `v=spf1 -all include:no-record.${zone}`,
  unknown: 'v=spf1 future=thing -all',
  macro: `v=spf1 exists:%{i}.${zone} include:hard.%{d2} -all`,
  'two-records': 'v=spf1 -all',
};

const text = (value: string): string => (value.match(/.{1,200}/g) ?? []).map((part) => `"${part}"`).join(' ');

const zoneFile = `$ORIGIN ${zone}.
$TTL 60
@ SOA ns1 root 1 3600 600 86400 60
@ NS ns1
@ NS ns2
ns1 A 127.0.0.1
ns2 A 127.0.0.2
@ A 192.0.2.1
@ AAAA 2001:db8::1
@ MX 10 mx1
@ MX 20 mx2.elsewhere.test.
mx1 A 10.1.2.3
@ CAA 0 issue "ca.example; account=1"
@ CAA 128 issuewild ";"
@ CAA 0 iodef "mailto:security@${zone}"
www CNAME web
web A 192.0.2.2
gone CNAME nowhere
_25._tcp.mx1 TLSA 3 1 1 ${'ab'.repeat(32)}
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@${zone}"
binary TXT "\\001\\255\\"quoted\\" and ; a semicolon"
parts TXT "one " "two " "three"
${many(60, (n) => `long TXT "${n} ${'x'.repeat(200)}"`)}
*.wild A 192.0.2.9
child NS ns1
lame NS ns1
h0 A 192.0.2.10
${many(11, (n) => `h${n} A 192.0.2.${n + 20}`)}
${many(11, (n) => `eleven-mx MX ${n} h${n}`)}
${['soft'].map((name) => `${name} A 192.0.2.3\n${name} MX 1 mx1`).join('\n')}
no-record TXT "something else"
two-records TXT "v=spf1 ~all"
${Object.entries(spf)
  .map(([name, value]) => `${name} TXT ${text(value)}`)
  .join('\n')}
`;
const childFile = `$ORIGIN child.${zone}.\n$TTL 60\n@ SOA ns1.${zone}. root 1 3600 600 86400 60\n@ NS ns1.${zone}.\n@ A 192.0.2.1\n`;

const place = workplace();
let server: NameServer | undefined;
beforeAll(async () => {
  server = await startNsd(place, [
    { name: zone, text: zoneFile, transfer: true },
    { name: `child.${zone}`, text: childFile },
  ]);
  port = server.port;
});
afterAll(async () => {
  await server?.stop();
  place.remove();
});

const { signal } = new AbortController();
setMaxListeners(0, signal);
const budget: Budget = { timeoutMs: 3000, signal, spend: () => true, received: () => undefined };
const ask = (question: Question) => resolve(question, [{ address: '127.0.0.1', port }], budget);

const digged = (...words: readonly string[]): string => dig(port, '+norecurse', ...words);

/** The data of the records that dig prints for a question, and the status. */
function answerOf(
  name: string,
  type: RecordType,
): { readonly status: string; readonly data: readonly string[] } {
  const [, status = ''] = /status: (\w+)/.exec(digged(name, type, '+bufsize=1232')) ?? [];
  const lines = digged(name, type, '+noall', '+answer', '+bufsize=1232').split('\n');
  const data = lines.flatMap((line) => {
    const [, kind, rest] = /^\S+\s+\d+\s+IN\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return kind === type && rest !== undefined ? [rest] : [];
  });
  return { status, data: data.sort() };
}

/** A record as dig prints its data. */
function asDig(record: DnsRecord): string {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return record.address;
    case 'CNAME':
    case 'NS':
      return `${record.target}.`;
    case 'MX':
      return `${record.preference} ${record.target}.`;
    case 'CAA':
      return `${record.flags} ${record.tag} "${record.value}"`;
    default:
      return JSON.stringify(record);
  }
}

describe('records, as dig reads them from nsd', () => {
  test.each<[string, RecordType]>([
    [zone, 'A'],
    [zone, 'AAAA'],
    [zone, 'MX'],
    [zone, 'NS'],
    [zone, 'CAA'],
    [`www.${zone}`, 'CNAME'],
    [`www.${zone}`, 'A'],
    [`x.wild.${zone}`, 'A'],
    [`nowhere.${zone}`, 'A'],
    [`web.${zone}`, 'MX'],
    [`gone.${zone}`, 'A'],
  ])('%s %s', async (name, type) => {
    const { reply } = await ask({ name, type });
    const { status, data } = answerOf(name, type);
    expect({ NOERROR: ['records', 'nodata'], NXDOMAIN: ['nxdomain'] }[status]).toContain(reply.kind);
    expect(reply.kind === 'records' ? reply.records.map(asDig).sort() : []).toEqual(data);
  });

  test.each(['parts', 'binary', 'hard', 'long', 'eleven'])('the texts of %s', async (name) => {
    const { reply } = await ask({ name: `${name}.${zone}`, type: 'TXT' });
    const texts =
      reply.kind === 'records'
        ? reply.records.map((record) => (record.type === 'TXT' ? record.text : ''))
        : [];
    const printed = answerOf(`${name}.${zone}`, 'TXT').data.map((line) =>
      [...line.matchAll(/"((?:\\.|[^"\\])*)"/g)]
        .map(([, part = '']) =>
          part.replace(/\\(\d{3}|.)/g, (_, one: string) =>
            one.length === 3 ? String.fromCharCode(Number(one)) : one,
          ),
        )
        .join(''),
    );
    expect(texts.length).toBeGreaterThan(0);
    expect([...texts].sort()).toEqual([...printed].sort());
  });

  test('an answer that fits no datagram came over TCP', async () => {
    const { exchanges } = await ask({ name: `long.${zone}`, type: 'TXT' });
    expect(exchanges.map(({ transport }) => transport)).toEqual(['udp', 'tcp']);
  });

  test('TLSA', async () => {
    const { reply } = await ask({ name: `_25._tcp.mx1.${zone}`, type: 'TLSA' });
    expect(reply).toMatchObject({ records: [{ usage: 3, selector: 1, matching: 1, dataBytes: 32 }] });
    expect(answerOf(`_25._tcp.mx1.${zone}`, 'TLSA').data[0]).toMatch(/^3 1 1 /);
  });

  test('a zone that the server does not have', async () => {
    const { reply } = await ask({ name: 'elsewhere.test', type: 'A' });
    expect(digged('elsewhere.test', 'A')).toContain('status: REFUSED');
    expect(reply).toMatchObject({ kind: 'none', code: 'ERR_DNS_REFUSED' });
  });
});

describe('transfer', () => {
  test('nsd gives it to 127.0.0.1, as dig sees, and refuses the other zone', async () => {
    expect(digged(zone, 'AXFR')).toContain(`mx1.${zone}.`);
    expect(digged(`child.${zone}`, 'AXFR')).toContain('Transfer failed');
    const given = await observe('dns.transfer', zone, { resolverPort: port });
    expect(outcomeOf(given)).toMatchObject([
      { server: `ns1.${zone}`, address: '127.0.0.1', answer: 'transferred' },
      { server: `ns2.${zone}`, address: '127.0.0.2', answer: 'transferred' },
    ]);
    const evidence = Buffer.from(given.evidence[0]?.bytes ?? []).toString();
    expect(evidence).not.toContain(Buffer.from('elsewhere').toString('hex'));
    expect(outcomeOf(await observe('dns.transfer', `child.${zone}`, { resolverPort: port }))).toMatchObject([
      {
        server: `ns1.${zone}`,
        answer: 'refused',
        how: expect.stringMatching(/^answered (REFUSED|NOTAUTH)$/),
      },
    ]);
  });
});

describe('a zone as nsd has it', () => {
  const dns = { selectors: [], names: ['www', 'gone', 'child', 'lame', 'web'] };

  test('aliases and delegations', async () => {
    const value = outcomeOf(await observe('dns.aliases', zone, { resolverPort: port, dns }));
    expect(value).toEqual([
      { name: `child.${zone}`, type: 'NS', target: `ns1.${zone}`, state: 'present' },
      { name: `child.${zone}`, type: 'delegation', target: `ns1.${zone}`, state: 'present' },
      { name: `gone.${zone}`, type: 'CNAME', target: `nowhere.${zone}`, state: 'missing' },
      { name: `lame.${zone}`, type: 'NS', target: `ns1.${zone}`, state: 'present' },
      { name: `lame.${zone}`, type: 'delegation', target: `ns1.${zone}`, state: 'unanswered' },
      { name: zone, type: 'MX', target: `mx1.${zone}`, state: 'present' },
      // nsd refuses what it does not serve: nothing follows from that.
      { name: zone, type: 'MX', target: 'mx2.elsewhere.test' },
      { name: zone, type: 'NS', target: `ns1.${zone}`, state: 'present' },
      { name: zone, type: 'NS', target: `ns2.${zone}`, state: 'present' },
      { name: `www.${zone}`, type: 'CNAME', target: `web.${zone}`, state: 'present' },
    ]);
  });

  test('addresses and CAA', async () => {
    const addresses = outcomeOf(await observe('dns.addresses', zone, { resolverPort: port, dns }));
    expect(addresses).toContainEqual({
      name: `mx1.${zone}`,
      addresses: [{ address: '10.1.2.3', scope: 'private' }],
    });
    const issuers = [{ tag: 'issue', domain: 'ca.example', allowed: true }];
    const caa = outcomeOf(await observe('dns.caa', zone, { resolverPort: port }));
    expect(caa).toEqual([
      { name: zone, foundAt: zone, restricted: true, issuers, contacts: [`mailto:security@${zone}`] },
    ]);
  });
});

/** What a stranger's mail gets from pyspf, for each name. */
function pyspf(names: readonly string[]): Readonly<Record<string, string>> {
  const program = `import DNS, json, spf, sys
DNS.defaults['server'] = ['127.0.0.1']; DNS.defaults['port'] = ${port}
print(json.dumps({n: spf.check2(i='198.51.100.99', s='a@%s.${zone}' % n, h='x.test')[0] for n in sys.argv[1:]}))`;
  return JSON.parse(
    execFileSync('/usr/bin/python3', ['-c', program, ...names], { encoding: 'utf8' }),
  ) as Record<string, string>;
}

/** The result that follows from assay's fact for a sender that no network names. */
function resultOf(found: Spf): string {
  if (found.status === 'none') return 'none';
  if (found.status !== 'valid') return 'permerror';
  if (found.passesEveryone) return 'pass';
  return { '-all': 'fail', '~all': 'softfail', '?all': 'neutral', '+all': 'pass', none: 'neutral' }[
    found.ending ?? 'none'
  ];
}

test('SPF: pyspf says of a stranger what follows from the fact', async () => {
  const names = [...Object.keys(spf), 'web'];
  const theirs = pyspf(names);
  const ours = Object.fromEntries(
    await Promise.all(
      names.map(
        async (name) => [name, resultOf(await runLookup(lookUpSpf(`${name}.${zone}`), ask))] as const,
      ),
    ),
  );
  expect(ours).toEqual(theirs);
});
