import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, type Server } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CollectContext } from '../../src/collectors/collector.ts';
import { openTlsSession } from '../../src/collectors/tls/session.ts';
import { statusCollector } from '../../src/collectors/tls/status.ts';
import type { Subject, Target } from '../../src/model/index.ts';
import type { Status } from '../../src/tls/facts/status.ts';
import type { Versions } from '../../src/tls/facts/versions.ts';
import { octets, type Responder, startResponder } from '../live/responder.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-issuer-'));
const path = (name: string): string => join(folder, name);
const openssl = (command: string): string =>
  execFileSync('openssl', command.split(' '), { encoding: 'utf8', cwd: folder, stdio: 'pipe' });
/** Without blocking: what openssl asks for may be served by this very process. */
const tried = (command: string): Promise<string> =>
  new Promise((resolve) => {
    const options = { encoding: 'utf8', cwd: folder, timeout: 20_000 } as const;
    execFile('openssl', command.split(' '), options, (_, stdout, stderr) => resolve(stdout + stderr));
  });

let web: Responder;
let responder: ChildProcess;
const servers: Server[] = [];

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const configuration = (crl: string, ocsp: string): string => `[ca]
default_ca=own
[own]
database=index.txt
serial=number
crlnumber=number.crl
new_certs_dir=.
certificate=own.pem
private_key=own.key
default_md=sha256
default_days=30
default_crl_days=5
policy=any
[any]
commonName=supplied
[req]
distinguished_name=dn
[dn]
[root]
basicConstraints=critical,CA:true
keyUsage=critical,keyCertSign,cRLSign,digitalSignature
subjectKeyIdentifier=hash
[by-crl]
basicConstraints=CA:false
subjectAltName=DNS:host.test
crlDistributionPoints=URI:${crl}
[by-ocsp]
basicConstraints=CA:false
subjectAltName=DNS:host.test
authorityInfoAccess=OCSP;URI:${ocsp}
[responder]
extendedKeyUsage=OCSPSigning
`;

function issue(name: string, extensions: string): void {
  openssl(
    `req -new -newkey rsa:2048 -nodes -keyout ${name}.key -subj /CN=${name} -config ca.cnf -out ${name}.csr`,
  );
  openssl(`ca -batch -config ca.cnf -notext -extensions ${extensions} -in ${name}.csr -out ${name}.pem`);
}

const asking = (name: string, url: string): Promise<string> =>
  tried(`ocsp -issuer own.pem -cert ${name}.pem -url ${url} -CAfile own.pem -no_nonce`);

/** Until it listens: what it prints is held back where it goes to a pipe. */
async function answering(url: string): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    if ((await asking('good-ocsp', url)).includes('Response verify OK')) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('expected openssl ocsp to listen');
}

let ocspUrl: string;
beforeAll(async () => {
  web = await startResponder();
  const port = await freePort();
  ocspUrl = `http://127.0.0.1:${port}/`;
  writeFileSync(path('ca.cnf'), configuration(`${web.base}/own.crl`, ocspUrl));
  for (const [name, text] of [
    ['index.txt', ''],
    ['index.txt.attr', 'unique_subject = no\n'],
    ['number', '01\n'],
    ['number.crl', '01\n'],
  ] as const)
    writeFileSync(path(name), text);
  openssl('genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out own.key');
  openssl('req -x509 -new -key own.key -subj /CN=Own -days 30 -config ca.cnf -extensions root -out own.pem');
  for (const kind of ['crl', 'ocsp'])
    for (const name of ['good', 'bad']) issue(`${name}-${kind}`, `by-${kind}`);
  issue('responder', 'responder');
  for (const kind of ['crl', 'ocsp'])
    openssl(`ca -config ca.cnf -revoke bad-${kind}.pem -crl_reason superseded`);
  const index = readFileSync(path('index.txt'), 'utf8');
  issue('unheard-ocsp', 'by-ocsp');
  writeFileSync(path('index.txt'), index);
  openssl('ca -config ca.cnf -gencrl -out own.crl');
  openssl('crl -in own.crl -outform DER -out own.crl.der');
  web.at('/own.crl', octets(readFileSync(path('own.crl.der')), 'application/pkix-crl'));
  const command = `ocsp -port ${port} -index index.txt -CA own.pem -rsigner responder.pem -rkey responder.key -rmd sha256 -ndays 2`;
  responder = spawn('openssl', command.split(' '), { cwd: folder, stdio: 'ignore' });
  await answering(ocspUrl);
});
afterAll(async () => {
  web?.stop();
  responder?.kill();
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

async function look(name: string): Promise<Status['certificates'][number]> {
  const server = createTlsServer({
    key: readFileSync(path(`${name}.key`)),
    cert: readFileSync(path(`${name}.pem`)),
  });
  servers.push(server);
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const locator = `tls://host.test:${port}`;
  const shared = {
    kind: 'tls-endpoint',
    locator,
    host: 'host.test',
    port,
    tags: [],
    optional: false,
  } as const;
  const target: Target = {
    ...shared,
    id: 'target',
    named: true,
    addresses: ['127.0.0.1'],
    caFile: path('own.pem'),
  };
  const subject: Subject = { ...shared, id: 'target', targetId: 'target', address: '127.0.0.1' };
  const { signal } = new AbortController();
  const context: CollectContext = { timeoutMs: 10_000, signal, scanName: 'assay/test', env: {} };
  const session = await openTlsSession(target, subject, context);
  try {
    const versions: Versions = { 'TLSv1.2': 'accepted' };
    const { value } = await statusCollector.collect(session, async () => versions, context);
    return (value as Status).certificates[0]!;
  } finally {
    await session.close();
  }
}

const text = (name: string): string => openssl(`x509 -in ${name}.pem -noout -serial`);

describe('assay asks and judges as openssl does', () => {
  it.each([
    ['good-crl', 'good'],
    ['bad-crl', 'revoked'],
  ])('the list for %s, which openssl fetches itself', async (name, expected) => {
    const said = await tried(
      `verify -crl_check -crl_download -CAfile own.pem -no-CApath -no-CAstore ${name}.pem`,
    );
    const theirs = said.includes('certificate revoked') ? 'revoked' : said.includes(': OK') ? 'good' : said;
    expect(theirs).toBe(expected);
    const ours = await look(name);
    expect(ours).toMatchObject({ status: expected, source: 'crl', host: '127.0.0.1' });
    expect(text(name).toLowerCase()).toContain(ours.serial);
  });

  it.each([
    ['good-ocsp', 'good'],
    ['bad-ocsp', 'revoked'],
    ['unheard-ocsp', 'unknown'],
  ])('the responder of openssl for %s', async (name, expected) => {
    const said = await asking(name, ocspUrl);
    expect(said).toContain('Response verify OK');
    expect(said).toContain(`${name}.pem: ${expected}`);
    const ours = await look(name);
    if (expected === 'unknown') {
      expect(ours).not.toHaveProperty('status');
      expect(ours.statusSource).toBe('OCSP response from 127.0.0.1: it does not know the certificate');
      return;
    }
    expect(ours).toMatchObject({ status: expected, source: 'ocsp' });
    if (expected !== 'revoked') return;
    expect(ours.revocationReason).toBe('superseded');
    const at = new Date(/Revocation Time: (.*)/.exec(said)?.[1] ?? '');
    expect(ours.revokedAt).toBe(at.toISOString());
  });
});
