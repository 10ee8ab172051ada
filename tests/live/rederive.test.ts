import { cpSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assay } from '../cli/terminal.ts';
import { a, caa, type DnsServer, dnsServer, mx, ns, serving, txt } from '../dns/server.ts';
import {
  type Change,
  changedWithRecord,
  forgedEvidence,
  forgedValue,
  read,
  rejudged,
} from '../verify/forging.ts';
import { type Site, startSite } from './scanning.ts';

let site: Site;
let resolver: DnsServer;
beforeAll(async () => {
  site = await startSite();
  resolver = await dnsServer(serving(zoneRecords));
});
afterAll(async () => {
  await resolver.stop();
  await site.stop();
});

const zone = 'pay.test';
const zoneRecords = {
  [`${zone} NS`]: ns('ns1.host.test'),
  'ns1.host.test A': a('127.0.0.1'),
  [`${zone} MX`]: mx('mx.host.test'),
  'mx.host.test A': a('8.8.8.8'),
  [`${zone} A`]: a('9.9.9.9'),
  [`${zone} TXT`]: txt('v=spf1 mx -all'),
  [`_dmarc.${zone} TXT`]: txt('v=DMARC1; p=reject; rua=mailto:dmarc@pay.test'),
  [`s1._domainkey.${zone} TXT`]: txt('v=DKIM1; p='),
  [`${zone} CAA`]: caa('issue', 'ca.example'),
};

async function scanned(name: string, control: string): Promise<string> {
  const folder = join(site.folder, name);
  await assay(['scan', `tls://127.0.0.1:${site.weak}`, '--control', control, '--out', folder]);
  return folder;
}

/** Changes a transcript together with what the record says of the file, as a forger does. */
function forgedTranscript(from: RegExp, to: string): Change {
  return (folder) => {
    const [subject] = readdirSync(join(folder, 'data/evidence')) as [string];
    const path = `data/evidence/${subject}`;
    const transcript = readdirSync(join(folder, path))
      .map((file) => `${path}/${file}`)
      .find((file) => file.endsWith('.json') && read(folder, file).includes('"label": "TLSv1.0 full"'));
    if (transcript === undefined) throw new Error('expected a transcript of the versions');
    changedWithRecord(folder, `data/observations/${subject}.json`, transcript, from, to);
  };
}

const verify = (folder: string) => assay(['verify', folder, '--rederive']);

test('facts are made again from what was sent and received', async () => {
  const { exitCode, stdout } = await verify(await scanned('honest', 'tls'));
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/facts: +\d+ made again from what was sent/)]);
});

test.each<[string, RegExp, string, string]>([
  [
    'an answer',
    /("label": "TLSv1.0 full",[^\]]+"received": ")[0-9a-f]+/,
    '$115030100020246',
    'another /TLSv1.0',
  ],
  ['what was sent', /("sent": "[0-9a-f]{40})[0-9a-f]{2}/, '$1ff', 'the bytes that follow from the seed'],
  ['the seed', /("seed": ")[0-9a-f]{8}/, '$100000000', 'the bytes that follow from the seed'],
  ['the endpoint', /"port": \d+/, '"port": 1', 'one of another endpoint'],
  [
    'a connection taken out',
    /"label": "TLSv1.2 full"/,
    '"label": "TLSv1.2 none"',
    'in the transcript, got none',
  ],
])('%s changed, with every hash and judgement made again, is found out', async (name, from, to, words) => {
  const folder = await scanned(name.replaceAll(' ', '-'), 'tls.protocol.tls13-offered');
  await rejudged(forgedTranscript(from, to))(folder);
  const { exitCode, stderr } = await verify(folder);
  expect(stderr).toContain(words);
  expect([exitCode, stderr]).toEqual([5, expect.stringContaining('ERR_VERIFY_FACT')]);
});

describe('of every kind of subject', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await scannedWhole();
  });

  test('all that follows from evidence is made again, and the rest is named', async () => {
    const { exitCode, stdout } = await verify(folder);
    expect([exitCode, stdout]).toEqual([
      0,
      expect.stringMatching(/facts: +\d+ made again from what was sent.*taken as recorded: dns\.aliases\n/),
    ]);
  });

  test.each<[string, RegExp, string]>([
    ['tls.chain', /("duplicates": )0/, '$17'],
    ['tls.chain', /("trustStore": ")[^"]+/, '$1everybody'],
    ['tls.leaf', /("lifetimeDays": )\d+/, '$11'],
    ['tls.revocation', /("mustStaple": )(?:true|false)/, '$1true'],
    ['tls.timestamps', /("needed": )\d+/, '$19'],
    ['tls.weaknesses', /("spkiSha256": ")[0-9a-f]{8}/, '$100000000'],
    ['http.headers', /("maxAgeSeconds": )\d+/, '$11'],
    ['http.redirects', /("outcome": ")[a-z-]+/, '$1closed'],
    ['dns.addresses', /("address": ")9\.9\.9\.9/, '$19.9.9.8'],
    ['dns.caa', /("domain": ")ca\.example/, '$1ca.test'],
    ['dns.mail', /("percent": )100/, '$199'],
    ['dns.mtasts', /("mode": ")absent/, '$1enforce'],
    ['dns.transfer', /("how": ")[^"]+/, '$1answered REFUSED'],
    ['dns.selectors', /("status": ")revoked/, '$1valid'],
  ])('%s changed (%s), with every judgement made again, is found out', async (fact, from, to) => {
    const copy = copied(folder);
    await rejudged(forgedValue(fact, from, to))(copy);
    const { exitCode, stderr } = await verify(copy);
    expect(stderr).toContain(`expected ${fact} of `);
    expect([exitCode, stderr]).toEqual([5, expect.stringContaining('ERR_VERIFY_FACT')]);
  });

  test.each<[string, string, RegExp, string, string]>([
    ['the instant of the look', 'tls.chain', /"at": "2/, '"at": "1', 'tls.chain'],
    ['the instant taken out', 'tls.chain', /"at": "[^"]+",/, '', 'the instant of the look'],
    [
      'a root that is not there',
      'tls.chain',
      /("anchors": \[\s+")[0-9a-f]{8}/,
      '$100000000',
      'the root 00000000',
    ],
    ['no JSON', 'tls.chain', /^\{/, '[', 'the JSON of a transcript'],
    ['an answer of a resolver', 'dns.caa', /63612e6578616d706c65/, '63622e6578616d706c65', 'dns.caa'],
    ['what was asked of it', 'dns.caa', /("sent": "[0-9a-f]{8})/, '$1ff', 'dns.caa'],
    ['what was declared', 'dns.caa', /"ca\.example"/, '"ca.test"', 'dns.caa'],
    ['where a hop was', 'http.redirects', /"asked": "http:/, '"asked": "https:', 'http.redirects'],
    ['the head of an answer', 'http.headers', /"max-age=\d+/, '"max-age=5', 'http.headers'],
  ])('%s (%s) changed is found out', async (_, fact, from, to, words) => {
    const copy = copied(folder);
    await rejudged(forgedEvidence(fact, from, to))(copy);
    const { exitCode, stderr } = await verify(copy);
    expect(stderr).toContain(words);
    expect([exitCode, stderr]).toEqual([5, expect.stringContaining('ERR_VERIFY_FACT')]);
  });
});

async function scannedWhole(): Promise<string> {
  const config = join(site.folder, 'whole.yaml');
  writeFileSync(
    config,
    `targets:
  - { id: web, url: "https://127.0.0.1:${site.hardened}", ca: ca.pem, http-port: ${site.hardenedClear} }
  - { id: weak, url: "https://127.0.0.1:${site.weak}", http-port: ${site.weakClear} }
  - id: zone
    url: dns://${zone}
    resolver: 127.0.0.1:${resolver.port}
    dns: { issuers: [ca.example], selectors: [s1] }
`,
  );
  const out = join(site.folder, 'whole');
  await assay(['scan', '--config', config, '--timeout', '3', '--out', out], { cwd: site.folder });
  return out;
}

let copies = 0;

function copied(folder: string): string {
  copies += 1;
  const copy = join(site.folder, `copy-${copies}`);
  cpSync(folder, copy, { recursive: true });
  return copy;
}
