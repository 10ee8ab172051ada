import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { assay } from '../cli/terminal.ts';
import {
  a,
  caa,
  cname,
  type DnsServer,
  dnsServer,
  mx,
  ns,
  type Records,
  serving,
  txt,
} from '../dns/server.ts';
import { type Scanned, type Site, scan, startSite } from './scanning.ts';

let site: Site;
const running: DnsServer[] = [];
beforeAll(async () => {
  site = await startSite();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});
afterAll(() => site.stop());

const zone = 'pay.test';
const key = (bits: number): string =>
  generateKeyPairSync('rsa', { modulusLength: bits })
    .publicKey.export({ type: 'spki', format: 'der' })
    .toString('base64');

const hardened: Records = {
  [`${zone} NS`]: ns('ns1.host.test'),
  'ns1.host.test A': a('127.0.0.1'),
  [`${zone} MX`]: mx('mx.host.test'),
  'mx.host.test A': a('8.8.8.8'),
  [`${zone} A`]: a('9.9.9.9'),
  [`${zone} TXT`]: txt('v=spf1 mx -all'),
  [`_dmarc.${zone} TXT`]: txt('v=DMARC1; p=reject; rua=mailto:dmarc@pay.test'),
  [`s1._domainkey.${zone} TXT`]: txt(`v=DKIM1; p=${key(2048)}`),
  [`${zone} CAA`]: caa('issue', 'ca.example'),
  [`www.${zone} CNAME`]: cname('cdn.host.test'),
  'cdn.host.test A': a('9.9.9.10'),
};
const weak: Records = {
  ...hardened,
  [`${zone} TXT`]: txt('v=spf1 +all'),
  [`_dmarc.${zone} TXT`]: txt('v=DMARC1; p=none'),
  [`s1._domainkey.${zone} TXT`]: txt(`v=DKIM1; p=${key(1024)}`),
  [`${zone} CAA`]: caa('issue', 'other.example'),
  [`www.${zone} CNAME`]: cname('gone.example'),
  [`db.${zone} A`]: a('10.0.0.7'),
  [`${zone} A`]: a('9.9.9.9'),
};

async function scanZone(records: Records): Promise<Scanned> {
  const server = await dnsServer(serving(records));
  running.push(server);
  const file = `targets:
  - id: zone
    url: dns://${zone}
    resolver: 127.0.0.1:${server.port}
    tags: [public]
    dns: { issuers: [ca.example], selectors: [s1], names: [www, db] }
`;
  writeFileSync(join(site.folder, 'assay.yaml'), file);
  return scan(site, ['--timeout', '2']);
}

const statesOf = ({ findings }: Scanned): Readonly<Record<string, string>> =>
  Object.fromEntries(
    findings
      .filter(({ controlId }) => controlId.startsWith('dns.'))
      .map((one) => [one.controlId.slice(4), one.reason]),
  );

test('a zone that is in order; its name servers cannot be asked here, as nothing listens on port 53', async () => {
  const scanned = await scanZone(hardened);
  expect(statesOf(scanned)).toEqual({
    'caa.present': 'pass',
    'mail.dkim-key-strength': 'pass',
    'mail.dmarc-enforced': 'pass',
    'mail.mta-sts-enforced': 'fail',
    'mail.spf-enforced': 'pass',
    'zone.no-dangling-records': 'unseen',
    'zone.no-internal-records': 'pass',
    'zone.transfer-refused': 'unseen',
  });
  const verified = await assay(['verify', scanned.bundle], { cwd: site.folder });
  expect(`${verified.stdout}${verified.stderr}`).not.toMatch(/ERR_/);
  expect(verified.exitCode).toBe(0);
});

test('a zone that is not, and what is reported of it', async () => {
  const scanned = await scanZone(weak);
  expect(statesOf(scanned)).toEqual({
    'caa.present': 'fail',
    'mail.dkim-key-strength': 'fail',
    'mail.dmarc-enforced': 'fail',
    'mail.mta-sts-enforced': 'fail',
    'mail.spf-enforced': 'fail',
    'zone.no-dangling-records': 'fail',
    'zone.no-internal-records': 'fail',
    'zone.transfer-refused': 'unseen',
  });
  const items = scanned.findings.flatMap(({ controlId, exceptions }) =>
    exceptions.map(({ item }) => `${controlId}: ${item}`),
  );
  expect(items).toEqual(
    expect.arrayContaining([
      `dns.zone.no-internal-records: db.${zone}`,
      `dns.zone.no-dangling-records: www.${zone} CNAME gone.example`,
      `dns.caa.present: ${zone}`,
      'dns.mail.dkim-key-strength: s1',
    ]),
  );
  expect(scanned.exitCode).toBe(3);
});

test('a zone on the command line; a silent resolver leaves everything untested', async () => {
  const server = await dnsServer(() => undefined);
  running.push(server);
  const scanned = await scan(site, [`dns://127.0.0.1:${server.port}/${zone}`, '--timeout', '1']);
  expect(new Set(Object.values(statesOf(scanned)))).toEqual(new Set(['unseen']));
  expect(scanned.exitCode).toBe(4);
  expect(scanned.stdout + scanned.stderr).not.toContain('no address');
});

test('assay init writes a target for a zone, and says whether it answered', async () => {
  const server = await dnsServer(serving(hardened));
  running.push(server);
  const out = join(site.folder, 'first.yaml');
  const ended = await assay(['init', `dns://127.0.0.1:${server.port}/${zone}`, '--out', out], {
    cwd: site.folder,
  });
  expect(ended.exitCode).toBe(0);
  const text = readFileSync(out, 'utf8');
  expect(text).toContain(`- id: ${zone}-zone `);
  expect(text).toContain('# answered on ');
  expect(text).toContain('#   selectors: [s1]');
});
