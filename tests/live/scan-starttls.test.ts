import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueDemoCertificates } from '../../src/demo/certificates.ts';
import { assay } from '../cli/terminal.ts';
import { running, stopAll } from '../postgres/looking.ts';
import type { Listening } from '../tls/look.ts';
import { startProxy } from '../tls/upgrade/proxy-server.ts';
import { scripts } from '../tls/upgrade/scripts.ts';
import { upgradingServer } from '../tls/upgrade/server.ts';
import { everythingIn, type Scanned, type Site, scan, startSite } from './scanning.ts';

let site: Site;
const listening: Listening[] = [];
async function start<T extends Listening>(starting: Promise<T>): Promise<T> {
  const server = await starting;
  listening.push(server);
  return server;
}

beforeAll(async () => {
  site = await startSite();
});
afterAll(async () => {
  await Promise.all([site.stop(), stopAll(), ...listening.map((server) => server.stop())]);
});

const required = 'tls.starttls.upgrade-required';
const reasons = ({ findings }: Scanned, control = required): readonly string[] =>
  findings.filter(({ controlId }) => controlId === control).map(({ reason }) => reason);

describe('a mail service', () => {
  test('is judged behind its upgrade, through a proxy, and the bundle gives every fact again', async () => {
    const mail = await start(upgradingServer('imap', scripts.imap, { name: 'localhost' }));
    const proxy = await start(startProxy('http'));
    const scanned = await scan(
      site,
      [
        `starttls+imap://127.0.0.1:${mail.port}`,
        '--proxy',
        `http://127.0.0.1:${proxy.port}`,
        '--control',
        'tls.starttls,tls.protocol',
      ],
      { columns: 300 },
    );
    expect(reasons(scanned)).toEqual(['pass']);
    expect(reasons(scanned, 'tls.protocol.tls12-or-later-offered')).toEqual(['pass']);
    expect(scanned.stdout).toContain(`starttls+imap://127.0.0.1:${mail.port}`);
    expect(proxy.to.length).toBeGreaterThan(5);
    const told = await assay(['report', scanned.bundle], { cwd: site.folder, columns: 300 });
    expect(told.stdout).toContain(`1 target looked at through http://127.0.0.1:${proxy.port}.`);
    const verified = await assay(['verify', scanned.bundle, '--rederive'], { cwd: site.folder });
    expect(verified).toMatchObject({ exitCode: 0 });
  });

  test('that refuses the upgrade has exceptions there, and is not tested elsewhere', async () => {
    const { port } = await site.fake((socket) => {
      socket.write('* OK ready\r\n');
      socket.on('data', (heard) => {
        const text = String(heard);
        const [tag = ''] = text.split(' ');
        const list = '* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n';
        socket.write(text.includes('CAPABILITY') ? `${list}${tag} OK\r\n` : `${tag} BAD unknown\r\n`);
      });
    });
    const scanned = await scan(site, [
      `starttls+imap://127.0.0.1:${port}`,
      '--control',
      'tls.starttls,tls.protocol',
    ]);
    expect(reasons(scanned)).toEqual(['fail']);
    expect(new Set(reasons(scanned, 'tls.protocol.tls13-offered'))).toEqual(new Set(['unseen']));
    expect(scanned.stdout).toContain('ERR_STARTTLS_REFUSED');
    const [finding] = scanned.findings.filter(({ controlId }) => controlId === required);
    expect(finding?.exceptions.map(({ item }) => item)).toEqual([
      'tls.upgrades.announced',
      'tls.upgrades.answer',
      'tls.upgrades.login',
    ]);
  });

  test('what is no mail service is not asked', async () => {
    const scanned = await scan(site, [
      `https://127.0.0.1:${site.hardened}`,
      '--ca',
      'ca.pem',
      '--control',
      required,
    ]);
    expect(reasons(scanned)).toEqual(['not-applicable']);
    expect(scanned.subjects.flatMap(({ observations }) => observations)).toEqual([]);
  });
});

describe('assay.yaml', () => {
  test('names a server, a proxy and its secret, which is in no bundle', async () => {
    const mail = await start(upgradingServer('smtp', scripts.smtp, { name: 'mail.example' }));
    const proxy = await start(startProxy('socks5', 'ada:canary-secret'));
    writeFileSync(
      join(site.folder, 'starttls.yaml'),
      `targets:
  - id: mail
    url: starttls+smtp://127.0.0.1:${mail.port}
    server-name: mail.example
    proxy: socks5://127.0.0.1:${proxy.port}
    proxy-credentials: { user: ada, password: "exec:echo canary-secret" }
`,
    );
    const controls = ['--control', `${required},tls.cert.hostname-matches`];
    const scanned = await scan(site, ['--config', 'starttls.yaml', ...controls]);
    expect(reasons(scanned)).toEqual(['pass']);
    expect(reasons(scanned, 'tls.cert.hostname-matches')).toEqual(['pass']);
    expect(everythingIn(scanned.bundle)).not.toContain('canary-secret');
    expect(scanned.assessment.scope.targets[0]).toMatchObject({
      serverName: 'mail.example',
      proxy: { scheme: 'socks5', user: 'ada', password: { kind: 'exec', command: ['echo'] } },
    });
  });
});

describe('PostgreSQL', () => {
  test('its TLS is seen without a log-in, and refused where it has none', async () => {
    const identity = issueDemoCertificates(new Date()).hardened;
    const [secure, plain] = await Promise.all([
      running({
        password: 'p',
        tls: identity,
        hba: ['local all all trust', 'host all all 127.0.0.1/32 trust'],
      }),
      running({ password: 'p', hba: ['local all all trust', 'host all all 127.0.0.1/32 trust'] }),
    ]);
    const control = ['--control', 'tls.protocol.tls12-or-later-offered'];
    const seen = await scan(site, [`starttls+postgres://127.0.0.1:${secure.port}`, ...control]);
    expect(reasons(seen, 'tls.protocol.tls12-or-later-offered')).toEqual(['pass']);
    const refused = await scan(site, [`starttls+postgres://127.0.0.1:${plain.port}`, ...control]);
    expect(reasons(refused, 'tls.protocol.tls12-or-later-offered')).toEqual(['unseen']);
    expect(refused.stdout).toContain('ERR_STARTTLS_REFUSED');
  });
});
