import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueDemoCertificates } from '../../src/demo/certificates.ts';
import { hardenedOptions, startWebServer, weakAnswers } from '../../src/demo/web-server.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { issueCertificate } from '../../src/x509/issue.ts';
import { pem } from '../../src/x509/pem.ts';
import { assay, temporaryFolder } from '../cli/terminal.ts';
import { running, setUp, stopAll } from '../postgres/looking.ts';
import { codesOf, everythingIn, type Scanned, type Site, scan, startSite } from './scanning.ts';

let site: Site;
/** Outside the folder that is searched. */
let hidden: string;
beforeAll(async () => {
  site = await startSite();
  hidden = temporaryFolder();
});
afterAll(async () => {
  await stopAll();
  await site.stop();
});

const canary = 'canary-7f3Kq';
/** Colour, a window's title, a link, a clipboard write, and the eight-bit form of the first. */
const sequences =
  '\u001b[31m\u001b]0;t\u0007\u001b]8;;http://x\u001b\\\u001b]52;c;QQ==\u0007\u009b1m\u202e\r';

/** What people and machines are given: nowhere a secret, nowhere anything that acts on a terminal. */
async function expectClean(scanned: Scanned): Promise<void> {
  const { bundle, stdout, stderr } = scanned;
  const report = await assay(['report', bundle, '--format', 'text,json,html,pdf']);
  expect(report.exitCode).toBe(0);
  const evaluated = await assay(['evaluate', bundle]);
  const verified = await assay(['verify', bundle]);
  expect(verified.exitCode).toBe(0);
  const printed = [scanned, report, evaluated, verified].map((one) => one.stdout + one.stderr).join('');
  const files = everythingIn(site.folder);
  for (const encoding of ['utf8', 'base64', 'hex'] as const) {
    const text = Buffer.from(canary).toString(encoding).replace(/=+$/, '').slice(0, -2);
    expect(files.includes(text)).toBe(false);
    expect((printed + stdout + stderr).includes(text)).toBe(false);
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
  expect(printed.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 0);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

function authentication(kind: number): Buffer {
  const body = Buffer.alloc(4);
  body.writeInt32BE(kind);
  return message('R', body);
}

function refusal(sqlState: string): Buffer {
  const field = (name: string, text: string): string => `${name}${text}\0`;
  const words = `${canary}${sequences}`;
  const fields = [field('S', `FATAL${words}`), field('V', 'FATAL'), field('C', sqlState), field('M', words)];
  return message(
    'E',
    Buffer.from(`${[...fields, field('D', words), field('H', words), field('F', words)].join('')}\0`),
  );
}

const parameter = (name: string, value: string): Buffer => message('S', Buffer.from(`${name}\0${value}\0`));
const ready = message('Z', Buffer.from('I'));

/** Answers each chunk by its turn; the last answer is given again and again. */
const answering =
  (...answers: readonly (readonly Buffer[])[]) =>
  (socket: Socket) => {
    let turn = 0;
    socket.on('data', () => {
      socket.write(Buffer.concat(answers[Math.min(turn, answers.length - 1)] ?? []));
      turn += 1;
    });
  };

describe('a password', () => {
  const ways: [string, Readonly<Record<string, string>>, string][] = [
    [
      'of a variable named in the file',
      { DB_PASSWORD: canary },
      'credentials: { password: "env:DB_PASSWORD" }',
    ],
    ['of a file', {}, 'credentials: { password: "file:HIDDEN" }'],
    ['of a command', {}, 'credentials: { password: "exec:/bin/cat HIDDEN" }'],
    ['of a password file', { PGPASSFILE: 'PASSFILE' }, ''],
  ];

  test.each(ways)('%s is told to the server alone, once', async (_, env, line) => {
    const received: Buffer[] = [];
    const fake = await site.fake((socket) => {
      socket.on('data', (chunk) => received.push(chunk));
      answering([authentication(3)], [refusal('28P01')])(socket);
    });
    writeFileSync(join(hidden, 'password'), `${canary}\n`, { mode: 0o600 });
    writeFileSync(join(hidden, 'passfile'), `*:*:*:app:${canary}\n`, { mode: 0o600 });
    const url = `postgres://app@127.0.0.1:${fake.port}/db`;
    writeFileSync(
      join(site.folder, 'assay.yaml'),
      `targets:\n  - { id: db, url: "${url}", tls: plaintext${line === '' ? '' : `, ${line}`} }\n`.replace(
        'HIDDEN',
        join(hidden, 'password'),
      ),
    );
    const scanned = await scan(site, [], {
      env: env['PGPASSFILE'] === undefined ? env : { PGPASSFILE: join(hidden, 'passfile') },
      columns: 400,
    });
    expect(Buffer.concat(received).includes(canary)).toBe(true);
    expect(scanned.subjects.map(codesOf)).toEqual([['ERR_AUTHENTICATION']]);
    expect(fake.connections()).toBe(1);
    expect(scanned.exitCode).toBe(4);
    expect(scanned.stdout).toContain('(ERR_AUTHENTICATION)');
    await expectClean(scanned);
  });

  test('written out in the file is refused, and not repeated', async () => {
    const lines = [
      `url: "postgres://app:${canary}@h/db"`,
      `url: "postgres://app@h/db", credentials: { password: "${canary}" }`,
      `url: "postgres://app@h/db", password: "${canary}"`,
      `url: "postgres://app@h/db?password=${canary}"`,
    ];
    for (const line of lines) {
      const config = join(hidden, 'literal.yaml');
      writeFileSync(config, `targets:\n  - { id: db, ${line} }\n`);
      const { exitCode, stdout, stderr } = await assay(['scan', '--config', config]);
      expect([exitCode, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/literal\.yaml:2:\d+ expected /);
      expect(stderr).not.toContain(canary);
    }
  });
});

describe('what a hostile server says', () => {
  test('as a banner, an HTTP answer, an SSH greeting', async () => {
    const greeting = `SSH-2.0-${canary}${sequences}\r\n`;
    const http = `HTTP/1.1 401 ${canary}\r\nSet-Cookie: s=${canary}${sequences}\r\n\r\n${canary}`;
    const ports = await Promise.all([
      site.fake((socket) => void socket.write(greeting)),
      site.fake((socket) => void socket.once('data', () => socket.end(http))),
    ]);
    const urls = ports.flatMap(({ port }) => [
      `https://127.0.0.1:${port}`,
      `postgres://app@127.0.0.1:${port}/db`,
    ]);
    const scanned = await scan(site, [...urls, '--timeout', '1s'], { columns: 400 });
    expect(scanned.exitCode).toBe(4);
    expect(scanned.subjects).toHaveLength(6);
    await expectClean(scanned);
  });

  test.each([
    ['a head that can be read', '', 'fail'],
    ['one that cannot', sequences, 'unseen'],
  ])('as a web server, in its cookies, redirects, headers and pages: %s', async (_, signs, reason) => {
    const fields = [
      `Set-Cookie: session=${canary}${signs}`,
      `Location: https://${canary}:${canary}@127.0.0.1:1/a;s=${canary}?token=${canary}#${canary}`,
      `X-Powered-By: ${canary}${signs}`,
      `${canary}: 1`,
    ];
    const answer = (more: readonly string[]): string =>
      [`HTTP/1.1 302 ${canary}`, ...fields, ...more, '', canary].join('\r\n');
    const reply = (text: string) => (_: IncomingMessage, response: ServerResponse) => {
      response.socket?.end(text, 'latin1');
    };
    const certificates = issueDemoCertificates(new Date());
    const server = await startWebServer(certificates.hardened, hardenedOptions, {
      secure: reply(answer(['Strict-Transport-Security: max-age=5'])),
      inClear: () => reply(answer([])),
    });
    try {
      const lines = [`url: "https://127.0.0.1:${server.port}"`, `http-port: ${server.clearPort}`];
      writeFileSync(join(site.folder, 'web.yaml'), `targets:\n  - { id: web, ${lines.join(', ')} }\n`);
      const scanned = await scan(site, ['--config', 'web.yaml', '--control', 'http'], { columns: 400 });
      expect(scanned.findings.map(({ controlId, reason }) => [controlId, reason])).toEqual([
        ['http.transport.hsts', reason],
        ['http.transport.https-redirect', reason],
      ]);
      await expectClean(scanned);
    } finally {
      await server.stop();
    }
  });

  test('as PostgreSQL, once it has let us in', async () => {
    const letIn = [
      authentication(0),
      parameter('server_version', `18.0${sequences}${canary}`),
      parameter(`application_name${canary}`, sequences),
      ready,
    ];
    for (const sqlState of ['42501', '42601', `${canary}${sequences}`]) {
      const fake = await site.fake(answering(letIn, [refusal(sqlState), ready]));
      const url = `postgres://app@127.0.0.1:${fake.port}/db?sslmode=disable`;
      const scanned = await scan(site, [url, '--timeout', '1s'], { columns: 400 });
      expect(scanned.exitCode).toBe(4);
      await expectClean(scanned);
    }
  });

  test('in the names of its certificate', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const day = 86_400_000;
    const certificate = issueCertificate({
      subject: { O: `org${sequences}`, CN: `name${sequences}` },
      publicKey,
      privateKey,
      serial: 1n,
      notBefore: new Date(Date.now() - day),
      notAfter: new Date(Date.now() + day),
      dnsNames: [`${sequences}.example`],
    });
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const server = await startWebServer({ keyPem: key, certificatePem: pem(certificate) }, {}, weakAnswers);
    try {
      const scanned = await scan(site, [`https://127.0.0.1:${server.port}`], { columns: 400 });
      expect(scanned.exitCode).toBe(3);
      expect(scanned.stdout).toContain('CN=name\\1b[31m');
      await expectClean(scanned);
    } finally {
      await server.stop();
    }
  });
});

test('what a real PostgreSQL keeps secret, and what its configuration holds of others', async () => {
  const server = await running({
    password: `${canary}-superuser`,
    hba: [
      'host all assay 127.0.0.1/32 trust',
      `host all radius 127.0.0.1/32 radius radiusservers=127.0.0.1 radiussecrets=${canary}`,
    ],
    settings: {
      archive_command: `curl -u x:${canary} http://x`,
      primary_conninfo: `host=x user=y password=${canary}`,
      cluster_name: canary,
      'my.secret': canary,
    },
  });
  await setUp(
    server,
    `${grantsSql({ role: 'assay', platform: 'self-managed' })}
     create role app login password '${canary}';
     comment on role app is '${canary}';
     create table orders (card text); insert into orders values ('${canary}');
     grant select on orders to public;`,
  );
  const url = `postgres://assay@127.0.0.1:${server.port}/postgres?sslmode=disable`;
  const scanned = await scan(site, [url], { columns: 400 });
  expect(scanned.exitCode).toBe(3);
  expect(scanned.assessment.counts.fail).toBeGreaterThan(2);
  await expectClean(scanned);
});
