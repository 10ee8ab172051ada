import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Timestamps } from '../../src/tls/facts/timestamps.ts';
import { deriveTimestamps } from '../../src/tls/timestamp-facts.ts';
import { readCertificate } from '../../src/x509/certificate.ts';
import { pem } from '../../src/x509/pem.ts';
import { logIdOf } from '../../src/x509/transparency-log.ts';
import { transparencyLogs } from '../../src/x509/transparency-logs.ts';
import { trustStore } from '../../src/x509/trust-store.ts';
import { issueCa, issueLeaf, party } from '../x509/authority.ts';
import {
  certificateEntry,
  embedded,
  issueLogged,
  log,
  timestamp,
  timestampExtension,
  timestampList,
} from '../x509/log-authority.ts';
import { extension, issueOcsp } from '../x509/status-authority.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-timestamps-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string): string => join(folder, name);

const now = new Date();
const seen = new Date(now.getTime() - 3_600_000);
const validity = {
  notBefore: new Date(now.getTime() - 86_400_000),
  notAfter: new Date(now.getTime() + 86_400_000 * 30),
};
const ca = party('CA');
const caCertificate = issueCa(ca, ca, validity);
const server = party('host.test');
const [one, two, foreign] = [log('A', 'one'), log('B', 'two', {}, 'rsa'), log('C', 'foreign')];

/** What openssl calls the outcomes. */
const words: Readonly<Record<string, string>> = {
  valid: 'valid',
  invalid: 'invalid',
  unknown: 'not-checked',
};

interface Case {
  readonly name: string;
  readonly leaf: Uint8Array;
  readonly staple?: Uint8Array;
  readonly expected: readonly string[];
}

const plain = issueLeaf(server, ca, validity);
const logged = (...by: readonly (typeof one)[]): Uint8Array =>
  issueLogged(
    server,
    ca,
    caCertificate,
    by.map((each) => ({ log: each, at: seen })),
    validity,
  );
const stapled = issueOcsp({
  signer: ca,
  responder: caCertificate,
  answers: [
    {
      certificate: plain,
      issuer: caCertificate,
      thisUpdate: seen,
      nextUpdate: validity.notAfter,
      extensions: [
        extension(
          '1.3.6.1.4.1.11129.2.4.5',
          timestampExtension(timestampList(timestamp(two, certificateEntry(plain), seen))),
        ),
      ],
    },
  ],
});
const moved = timestamp(one, certificateEntry(plain), seen);

const cases: readonly Case[] = [
  { name: 'two embedded', leaf: logged(one, two), expected: ['valid', 'valid'] },
  { name: 'of an unknown log', leaf: logged(one, foreign), expected: ['valid', 'not-checked'] },
  {
    name: 'over something else',
    leaf: issueLeaf(server, ca, { ...validity, extensions: [embedded(timestampList(moved))] }),
    expected: ['invalid'],
  },
  {
    name: 'beside other extensions',
    leaf: issueLogged(server, ca, caCertificate, [{ log: one, at: seen }], {
      ...validity,
      extensions: [{ oid: '1.2.3.4', critical: false, value: Uint8Array.of(5, 0) }],
      ipAddresses: ['192.0.2.1'],
    }),
    expected: ['valid'],
  },
  { name: 'in the stapled response', leaf: plain, staple: stapled, expected: ['valid'] },
];

describe('timestamps as openssl verifies them', () => {
  it.each(cases)('$name', async (one) => {
    expect((await opensslVerdicts(one)).sort()).toEqual([...one.expected].sort());
    expect(
      ourVerdicts(one)
        .map(({ verdict }) => verdict)
        .sort(),
    ).toEqual([...one.expected].sort());
  });
});

function ourVerdicts({ leaf, staple }: Case): Timestamps['certificates'][number]['timestamps'] {
  const chain = {
    handshakes: ['TLSv1.3, any'],
    leaf: readCertificate(leaf),
    others: [],
    sendings: [{ handshake: 'TLSv1.3, any', asked: false, ...(staple === undefined ? {} : { staple }) }],
  };
  const roots = { trusted: trustStore('ca', [caCertificate]), public: trustStore('public', []) };
  const logs = { published: now.toISOString(), logs: [one.log, two.log] };
  const input = { chains: [chain], roots, logs, atMs: now.getTime() };
  return deriveTimestamps(input).certificates[0]!.timestamps;
}

async function opensslVerdicts({ leaf, staple }: Case): Promise<string[]> {
  writeFileSync(path('ca.pem'), pem(caCertificate));
  writeFileSync(path('leaf.pem'), pem(leaf));
  writeFileSync(path('leaf.key'), server.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const logs = [one.log, two.log].map(({ name, key }) => `[${name}]\ndescription=${name}\nkey=${key}\n`);
  writeFileSync(path('logs.cnf'), `enabled_logs=one,two\n${logs.join('')}`);
  const args = [
    's_server',
    '-accept',
    '127.0.0.1:0',
    '-cert',
    'leaf.pem',
    '-key',
    'leaf.key',
    '-naccept',
    '1',
  ];
  if (staple !== undefined) {
    writeFileSync(path('staple.der'), staple);
    args.push('-status_file', 'staple.der');
  }
  const served = spawn('openssl', args, { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] });
  try {
    const port = await new Promise<string>((resolve, reject) => {
      let text = '';
      served.once('exit', () => reject(new Error(`openssl s_server ended: ${text}`)));
      served.stdout.on('data', (chunk) => {
        text += String(chunk);
        const found = /ACCEPT 127\.0\.0\.1:(\d+)/.exec(text)?.[1];
        if (found !== undefined) resolve(found);
      });
    });
    const client = [
      's_client',
      '-connect',
      `127.0.0.1:${port}`,
      '-ct',
      '-ctlogfile',
      'logs.cnf',
      '-CAfile',
      'ca.pem',
    ];
    const { stdout } = spawnSync('openssl', [...client, '-status'], {
      cwd: folder,
      input: 'Q\n',
      encoding: 'utf8',
    });
    return [...stdout.matchAll(/validation status: (\w+)/gi)].map(([, word]) => words[word!] ?? word!);
  } finally {
    served.removeAllListeners('exit');
    served.kill();
  }
}

describe('the list of logs', () => {
  it.each(transparencyLogs.logs)('has a key that openssl reads: $operator $name', ({ key }) => {
    const { status, stdout } = spawnSync('openssl', ['pkey', '-pubin', '-inform', 'DER', '-text', '-noout'], {
      input: Buffer.from(key, 'base64'),
      encoding: 'utf8',
    });
    expect({ status, stdout }).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('ASN1 OID: prime256v1'),
    });
  });

  it('has each log once', () => {
    const ids = transparencyLogs.logs.map(logIdOf);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
