import { checkPrimeSync, createPrivateKey, createPublicKey, generatePrimeSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { pem } from '../../src/x509/pem.ts';
import { assay, removeFolders, temporaryFolder, terminal } from '../cli/terminal.ts';
import { issueLeaf, type KeyPair, keyPair, party } from '../x509/authority.ts';
import { type Scanned, scan } from './scanning.ts';

const folder = temporaryFolder();
const today = new Date().toISOString().slice(0, 10);
const running: Server[] = [];

afterAll(() => {
  for (const server of running) server.close();
  removeFolders();
});

const ticketKeys = (name: number): Buffer => Buffer.alloc(48, name);

async function serve({ publicKey, privateKey }: KeyPair, ticketKey = 1): Promise<Server> {
  const leaf = issueLeaf({ ...party('any.example'), publicKey, privateKey }, party('CA'));
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const server = createServer({ key, cert: pem(leaf), ticketKeys: ticketKeys(ticketKey) });
  server.on('tlsClientError', () => undefined).on('secureConnection', (socket) => socket.resume());
  running.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** Names servers, all of this machine, under hosts of their own. */
function configure(name: string, hosts: Readonly<Record<string, Server>>, params = ''): string {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, 'systems.csv'), 'system\n');
  const targets = Object.entries(hosts).map(
    ([id, server]) =>
      `  - { id: ${id}, url: "tls://${id.split('-')[0]}.example:${portOf(server)}", addresses: [127.0.0.1] }\n`,
  );
  const registers = `registers: { systems: { file: systems.csv, date: ${today} } }\n`;
  writeFileSync(join(folder, name, 'assay.yaml'), `targets:\n${targets.join('')}${registers}${params}`);
  return join(folder, name, 'assay.yaml');
}

const controls = [
  'tls.cert.key-not-shared',
  'tls.cert.no-shared-factors',
  'tls.session.ticket-key-rotation',
].flatMap((id) => ['--control', id]);
const optionsFor = (config: string): readonly string[] => ['--config', config, ...controls];

/** Of the organisation: the reason, and the items that are exceptions. */
function verdict({ findings }: Scanned, control: string): readonly unknown[] {
  const finding = findings.find(({ controlId }) => controlId === control);
  return [finding?.reason, finding?.exceptions.map(({ item }) => item)];
}

async function verified({ bundle }: Scanned): Promise<void> {
  const { exitCode, stderr } = await assay(['verify', bundle]);
  expect([exitCode, stderr]).toEqual([0, '']);
}

/** The modulus is the product of two primes that the test gives. */
function rsa(p: bigint, q: bigint): KeyPair {
  const e = 65537n;
  const d = inverse(e, (p - 1n) * (q - 1n));
  const text = (number: bigint): string => {
    const hex = number.toString(16);
    return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url');
  };
  const crt = { dp: text(d % (p - 1n)), dq: text(d % (q - 1n)), qi: text(inverse(q, p)) };
  const jwk = { kty: 'RSA', n: text(p * q), e: text(e), d: text(d), p: text(p), q: text(q), ...crt };
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

function inverse(number: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [number, modulus, 1n, 0n];
  while (b !== 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return ((x % modulus) + modulus) % modulus;
}

function prime(): bigint {
  for (;;) {
    const candidate: bigint = generatePrimeSync(1024, { bigint: true });
    if ((candidate - 1n) % 65537n !== 0n) return candidate;
  }
}

function digestOf(scanned: Scanned, target: string): string {
  const subject = scanned.subjects.find(({ subject: { id } }) => id === target);
  const seen = subject?.observations.find(({ fact }) => fact === 'tls.keys');
  if (seen?.kind !== 'seen') throw new Error(`expected tls.keys of ${target}`);
  return (seen.value as { certificates: { spkiSha256: string }[] }).certificates[0]!.spkiSha256;
}

describe('keys of several hosts', () => {
  let scanned: Scanned;
  beforeAll(async () => {
    const common = prime();
    const one = keyPair('ec');
    const [pay, payAdmin, test] = [await serve(one), await serve(one), await serve(one)];
    const [a, b] = [await serve(rsa(common, prime())), await serve(rsa(common, prime()))];
    const c = await serve(keyPair('rsa'));
    const hosts = { pay, 'pay-admin': payAdmin, test, a, b, c };
    scanned = await scan({ folder }, optionsFor(configure('keys', hosts)));
  });

  test('one key on two hosts is an exception, one on two ports of a host is not', () => {
    expect(verdict(scanned, 'tls.cert.key-not-shared')).toEqual(['fail', [digestOf(scanned, 'pay')]]);
  });

  test('RSA keys with a prime in common are exceptions, and no other key', () => {
    const [reason, items] = verdict(scanned, 'tls.cert.no-shared-factors');
    const expected = ['a', 'b'].map((id) => digestOf(scanned, id)).sort();
    expect([reason, [...(items as string[])].sort()]).toEqual(['fail', expected]);
  });

  test('the bundle verifies: the keys follow from the handshakes', () => verified(scanned));

  test('a key that is declared shared passes', async () => {
    const key = keyPair('ec');
    const hosts = { one: await serve(key), two: await serve(key) };
    const before = await scan({ folder }, optionsFor(configure('shared', hosts)));
    const digest = digestOf(before, 'one');
    expect(verdict(before, 'tls.cert.key-not-shared')).toEqual(['fail', [digest]]);
    const param = `{ value: ["${digest}"], reason: one service on two hosts }`;
    const params = `params: { system: { tls.cert.key-not-shared: { shared: ${param} } } }\n`;
    const declared = await scan({ folder }, optionsFor(configure('declared', hosts, params)));
    expect(verdict(declared, 'tls.cert.key-not-shared')).toEqual(['pass', []]);
    expect(verdict(declared, 'tls.cert.no-shared-factors')).toEqual(['pass', []]);
  });

  test('an endpoint that was not reached leaves it open', async () => {
    const server = await serve(keyPair('ec'));
    const config = configure('open', { one: server, two: await serve(keyPair('ec')) });
    server.close();
    const open = await scan({ folder }, [...optionsFor(config), '--timeout', '2s']);
    expect(verdict(open, 'tls.cert.key-not-shared')).toEqual(['unseen', []]);
  });
});

describe('keys that tell their private half', () => {
  const control = 'tls.cert.known-weak-key';

  /** Primes as Infineon's library made them: k·M + (65537^a mod M), M being the product of the first primes. */
  function infineonPrime(): bigint {
    const product = primesTo(167).reduce((all, each) => all * each, 1n);
    let rest = 1n;
    for (let count = 0; count < 1000; count++) rest = (rest * 65537n) % product;
    for (let factor = prime() >> 730n; ; factor += 1n) {
      const candidate = factor * product + rest;
      if (checkPrimeSync(candidate) && (candidate - 1n) % 65537n !== 0n) return candidate;
    }
  }

  function primesTo(limit: number): bigint[] {
    const numbers = Array.from({ length: limit - 1 }, (_, index) => BigInt(index + 2));
    return numbers.filter((number) => checkPrimeSync(number));
  }

  function primeAfter(number: bigint): bigint {
    for (let candidate = number + 2n; ; candidate += 2n)
      if (checkPrimeSync(candidate) && (candidate - 1n) % 65537n !== 0n) return candidate;
  }

  test('ROCA and close primes are told, a key of today is not', async () => {
    const close = prime();
    const servers = {
      roca: await serve(rsa(infineonPrime(), infineonPrime())),
      close: await serve(rsa(close, primeAfter(close))),
      sound: await serve(keyPair('rsa')),
    };
    const scanned = await scan({ folder }, [
      ...['--config', configure('weak', servers), '--control', control],
    ]);
    const of = (id: string) =>
      scanned.findings.find(({ subjectId, controlId }) => subjectId === id && controlId === control)?.reason;
    expect(Object.keys(servers).map((id) => [id, of(id)])).toEqual([
      ['roca', 'fail'],
      ['close', 'fail'],
      ['sound', 'pass'],
    ]);
    const weaknesses = ['roca', 'close'].map((id) => {
      const subject = scanned.subjects.find(({ subject: { id: own } }) => own === id);
      const seen = subject?.observations.find(({ fact }) => fact === 'tls.weaknesses');
      return seen?.kind === 'seen' && seen.value;
    });
    expect(weaknesses).toMatchObject([
      { certificates: [{ weaknesses: ['roca'] }] },
      { certificates: [{ weaknesses: ['close-primes'] }] },
    ]);
    await verified(scanned);
  });
});

describe('ticket keys over time', () => {
  const rotation = 'tls.session.ticket-key-rotation';
  const name = '01'.repeat(16);
  let server: Server;
  let config: string;
  let before: string;

  /** A scan of some days ago. */
  async function scanned(days: number, bundle: string): Promise<string> {
    const clock = (): Date => new Date(Date.now() - days * 86_400_000);
    const { io, ended } = terminal({ cwd: folder });
    const out = join(folder, bundle);
    const ending = ended(await main(['scan', ...optionsFor(config), '--out', out], { ...io, clock }));
    expect(ending.stderr).not.toContain('ERR_');
    return out;
  }

  beforeAll(async () => {
    server = await serve(keyPair('ec'), 1);
    config = configure('tickets', { web: server });
    writeFileSync(config, configWithEarlierRegister());
    before = await scanned(8, 'eight-days-ago');
  });

  /** The register must not be of a day to come, eight days ago. */
  function configWithEarlierRegister(): string {
    const date = new Date(Date.now() - 30 * 86_400_000).toISOString().slice(0, 10);
    return `targets: [{ id: web, url: "tls://web.example:${portOf(server)}", addresses: [127.0.0.1] }]
registers: { systems: { file: systems.csv, date: ${date} } }
`;
  }

  test('without an earlier bundle there is nothing to compare', async () => {
    expect(verdict(await scan({ folder }, optionsFor(config)), rotation)).toEqual(['not-applicable', []]);
  });

  test('the key of eight days ago is met again', async () => {
    const again = await scan({ folder }, [...optionsFor(config), '--previous', before]);
    expect(verdict(again, rotation)).toEqual(['fail', [`web ${name}`]]);
    await verified(again);
  });

  test('a bundle of six days ago decides nothing', async () => {
    const recent = await scanned(6, 'six-days-ago');
    const now = await scan({ folder }, [...optionsFor(config), '--previous', recent]);
    expect(verdict(now, rotation)).toEqual(['not-applicable', []]);
  });

  test('another key by now passes, and a server that is gone is not tested', async () => {
    server.setTicketKeys(ticketKeys(2));
    const rotated = await scan({ folder }, [...optionsFor(config), '--previous', before]);
    expect(verdict(rotated, rotation)).toEqual(['pass', []]);
    server.close();
    const gone = await scan({ folder }, [...optionsFor(config), '--previous', before, '--timeout', '2s']);
    expect(verdict(gone, rotation)).toEqual(['unseen', []]);
  });
});
