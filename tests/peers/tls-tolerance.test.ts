import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { tolerated } from '../../src/tls/facts/tolerance.ts';
import { lookAtFacts } from '../tls/look-at-facts.ts';
import { type Servers, servers } from './servers.ts';

let peers: Servers;
beforeAll(() => {
  peers = servers();
});
afterEach(() => peers.stopAll());
afterAll(() => peers.remove());

const everything = Object.fromEntries(tolerated.map((item) => [item, 'tolerated']));
const credentials = () => ['-cert', peers.path('rsa.pem'), '-key', peers.path('rsa.key')];

test.each(['-tls1_3', '-tls1_2', '-tls1_1'])('openssl s_server %s minds nothing', async (version) => {
  const port = await peers.openssl([...credentials(), version, '-cipher', 'ALL:@SECLEVEL=0']);
  const { values, missing } = await lookAtFacts(port, ['tls.tolerance']);
  const own = version === '-tls1_1' ? { 'signature-schemes': 'not-carried' } : {};
  expect(values['tls.tolerance']).toEqual({ ...everything, ...own });
  expect(missing['tls.tolerance']).toEqual([]);
});

test.each(['TLSv1.2 TLSv1.3', 'TLSv1.2'])('nginx of %s minds nothing', async (versions) => {
  const port = await peers.nginx(`ssl_protocols ${versions};
    ssl_certificate ${peers.path('ec.pem')}; ssl_certificate_key ${peers.path('ec.key')};`);
  const { values, missing } = await lookAtFacts(port, ['tls.tolerance']);
  expect([values['tls.tolerance'], missing['tls.tolerance']]).toEqual([everything, []]);
});

test.each(['NORMAL', 'NORMAL:-VERS-TLS1.3'])('gnutls-serv with %s minds nothing', async (priority) => {
  const files = ['--x509certfile', peers.path('rsa.pem'), '--x509keyfile', peers.path('rsa.key')];
  const port = await peers.start('gnutls-serv', (at) => [
    '--port',
    `${at}`,
    '--priority',
    priority,
    ...files,
  ]);
  const { values, missing } = await lookAtFacts(port, ['tls.tolerance']);
  expect([values['tls.tolerance'], missing['tls.tolerance']]).toEqual([everything, []]);
});
