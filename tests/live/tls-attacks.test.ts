import type { TlsOptions } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import type { CollectContext, Collected } from '../../src/collectors/collector.ts';
import { attacksCollector } from '../../src/collectors/tls/attacks.ts';
import { openTlsSession } from '../../src/collectors/tls/session.ts';
import { versionsCollector } from '../../src/collectors/tls/versions.ts';
import type { Subject, Target } from '../../src/model/index.ts';
import { parseFactTranscript } from '../../src/tls/fact-transcript.ts';
import { type Attacks, attackNames } from '../../src/tls/facts/attacks.ts';
import { derivations } from '../../src/tls/rederive.ts';
import { type Listening, tlsServer } from '../tls/look.ts';

const servers: Listening[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

const excluded = Object.fromEntries(attackNames.map((name) => [name, 'excluded'])) as Record<string, string>;

/** Looks at a server; what the evidence gives again must be the same. */
async function lookAt(options: TlsOptions): Promise<Collected & { readonly value: Attacks }> {
  const server = await tlsServer(options);
  servers.push(server);
  const place = {
    ...({ kind: 'tls-endpoint', host: 'host.test', port: server.port, tags: [], optional: false } as const),
    locator: `tls://host.test:${server.port}`,
  };
  const target: Target = { ...place, id: 'endpoint', named: true, addresses: ['127.0.0.1'] };
  const subject: Subject = { ...place, id: 'endpoint', targetId: 'endpoint', address: '127.0.0.1' };
  const { signal } = new AbortController();
  const context: CollectContext = { timeoutMs: 3000, signal, scanName: 'assay/test', env: {} };
  const session = await openTlsSession(target, subject, context);
  const first = await versionsCollector.collect(session, async () => null, context);
  const versions = first.value;
  const collected = await attacksCollector.collect(session, async () => versions, context);
  await session.close();
  const transcripts = [first, collected].map(
    ({ evidence }) => parseFactTranscript(Buffer.from(evidence[0]!.bytes).toString())!,
  );
  const connections = transcripts.flatMap((transcript) => transcript.connections);
  const again = derivations['tls.attacks']!({ ...transcripts[1]!, connections }, () => versions);
  expect(again).toEqual(collected.value);
  return collected as Collected & { readonly value: Attacks };
}

const insisting: TlsOptions = {
  SNICallback: (name, done) => (name === 'host.test' ? done(null) : done(new Error('unknown name'))),
};

test('a server of TLS 1.3 alone that insists on its name lets none begin', async () => {
  expect((await lookAt({ minVersion: 'TLSv1.3', ALPNProtocols: ['h2'] })).value).toEqual(excluded);
});

test('one that takes any name and protocol has the precondition of ALPACA', async () => {
  expect((await lookAt({ minVersion: 'TLSv1.3' })).value).toEqual({ ...excluded, ALPACA: 'possible' });
});

test('what old suites, short primes and kept keys make possible', async () => {
  const weak = 'AES128-SHA:DHE-RSA-AES128-SHA:@SECLEVEL=0';
  const { value, evidence } = await lookAt({
    ...insisting,
    ...{ ciphers: weak, minVersion: 'TLSv1', maxVersion: 'TLSv1.2', dhparam: prime1024 },
  });
  const transcript = Buffer.from(evidence[0]!.bytes).toString();
  expect(transcript).toContain('possible (decided by configuration): a prime of 1024 bits');
  expect(value).toMatchObject({ Logjam: 'possible', BEAST: 'possible', POODLE: 'excluded' });
  expect(value).toMatchObject({ SWEET32: 'excluded', RC4: 'excluded', FREAK: 'excluded', CRIME: 'excluded' });
  expect(value).toMatchObject({ renegotiation: 'excluded', Raccoon: 'excluded' });
});

/** The second Oakley group (RFC 2409 §6.2), generator 2. */
const prime1024 = `-----BEGIN DH PARAMETERS-----
${Buffer.concat([
  Buffer.from('30818702818100', 'hex'),
  Buffer.from(
    'ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff',
    'hex',
  ),
  Buffer.from('020102', 'hex'),
]).toString('base64')}
-----END DH PARAMETERS-----
`;
