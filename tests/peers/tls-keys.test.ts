import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { keysCollector } from '../../src/collectors/tls/keys.ts';
import { ticketsCollector } from '../../src/collectors/tls/tickets.ts';
import type { Json } from '../../src/model/index.ts';
import type { Versions } from '../../src/tls/facts/versions.ts';
import { collectFrom } from '../tls/look.ts';
import { type Servers, servers } from './servers.ts';

let peers: Servers;
beforeAll(() => {
  peers = servers();
});
afterEach(() => peers.stopAll());
afterAll(() => peers.remove());

const modern: Versions = {
  SSLv2: 'refused',
  SSLv3: 'refused',
  'TLSv1.0': 'refused',
  'TLSv1.1': 'refused',
  'TLSv1.2': 'accepted',
  'TLSv1.3': 'accepted',
};

const certificate = (kind: string): string[] => [
  ...['-cert', peers.path(`${kind}.pem`), '-key', peers.path(`${kind}.key`)],
];

async function handshakesOf(port: number): Promise<Json> {
  const { value } = await collectFrom(port, ticketsCollector, modern);
  return (value as { readonly handshakes: Json }).handshakes;
}

describe('the names of ticket keys', () => {
  test('nginx: the first 16 bytes of its key file, another file and another name', async () => {
    for (const octet of [0x11, 0x22]) {
      writeFileSync(peers.path('ticket.key'), Buffer.alloc(80, octet));
      const port = await peers.nginx(
        `ssl_protocols TLSv1.2 TLSv1.3; ssl_session_ticket_key ${peers.path('ticket.key')};`,
      );
      const keyName = octet.toString(16).repeat(16);
      expect(await handshakesOf(port)).toMatchObject([
        { version: 'TLSv1.3', keyName, sameKeyName: true },
        { version: 'TLSv1.2', keyName },
      ]);
    }
  });

  test('openssl: one for all tickets of the process', async () => {
    const port = await peers.openssl(certificate('rsa'));
    const [first] = (await handshakesOf(port)) as unknown as [{ readonly keyName: string }];
    const { keyName } = first;
    expect(keyName).toMatch(/^[0-9a-f]{32}$/);
    expect(await handshakesOf(port)).toMatchObject([{ keyName, sameKeyName: true }, { keyName }]);
  });

  test('openssl without tickets: in TLS 1.3 names of sessions, which are none of keys', async () => {
    const port = await peers.openssl([...certificate('rsa'), '-no_ticket']);
    expect(await handshakesOf(port)).toMatchObject([
      { version: 'TLSv1.3', tickets: expect.any(Number) },
      { version: 'TLSv1.2', tickets: 0 },
    ]);
    const [first] = (await handshakesOf(port)) as unknown as [{ readonly sameKeyName?: boolean }];
    expect(first.sameKeyName).not.toBe(true);
  });
});

describe('the keys of certificates', () => {
  test.each(['rsa', 'pss', 'ec', 'ed'])('%s: as openssl reads it', async (kind) => {
    const port = await peers.openssl(certificate(kind));
    const { value } = await collectFrom(port, keysCollector, modern);
    const read = (...options: string[]): Buffer =>
      execFileSync('openssl', ['x509', '-in', peers.path(`${kind}.pem`), '-noout', ...options]);
    const spki = execFileSync('openssl', ['pkey', '-pubin', '-outform', 'DER'], { input: read('-pubkey') });
    const modulus = /^Modulus=([0-9A-F]+)$/m.exec(read('-modulus').toString())?.[1]?.toLowerCase();
    const isRsa = kind === 'rsa' || kind === 'pss';
    expect(value).toMatchObject({
      certificates: [
        {
          host: 'host.test',
          spkiSha256: createHash('sha256').update(spki).digest('hex'),
          ...(isRsa ? { modulus } : {}),
        },
      ],
    });
    if (!isRsa) expect(JSON.stringify(value)).not.toContain('modulus');
  });
});
