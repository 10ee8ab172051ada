import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { fullHello, ssl2Hello } from '../../dist/tls/offers.js';
import { makeTalks } from './make-talks.js';
import { randomFrom } from './random.js';

/** Which servers assay's own handshakes are made with, and the versions. */
const talked = {
  'openssl-rsa': ['TLSv1.3', 'TLSv1.2'],
  'openssl-p256': ['TLSv1.3', 'TLSv1.2'],
  'openssl-ed25519': ['TLSv1.3'],
  'openssl-p521': ['TLSv1.3'],
  'openssl-old': ['TLSv1.1'],
  'openssl-tls1': ['TLSv1.0'],
  'openssl-dhe': ['TLSv1.2'],
  'openssl-static-rsa': ['TLSv1.2'],
  'openssl-client-certificate': ['TLSv1.3', 'TLSv1.2'],
  'gnutls-rsa': ['TLSv1.3', 'TLSv1.2', 'TLSv1.0'],
  'nginx-rsa': ['TLSv1.3', 'TLSv1.2'],
};

const random = (length) => randomFrom('hello', length).bytes(length);
const host = 'host.test';

const s_server = (work, port, key, ...more) => [
  'openssl',
  ['s_server', '-accept', `${port}`, '-key', `${key}.key`, '-cert', `${key}.pem`, '-quiet', ...more],
  work,
];
const withChain = ['-cert_chain', 'chain.pem', '-status_file', 'response.der'];

/** Who serves what: a name, the command for a port, and what is asked of it. */
function servers(work) {
  const openssl =
    (key, ...more) =>
    (port) =>
      s_server(work, port, key, ...more);
  return [
    [
      'openssl-rsa',
      openssl('rsa'),
      ['1.3', '1.2', 'raw-1.2', 'raw-1.3', 'raw-retry', 'raw-ssl2', 'raw-ssl3', 'raw-anon'],
    ],
    ['openssl-p256', openssl('p256'), ['1.3', '1.2']],
    ['openssl-rsa-pss', openssl('rsa-pss'), ['1.3']],
    ['openssl-ed25519', openssl('ed25519', ...withChain), ['1.3', '1.2', '1.3-ocsp', '1.2-ocsp']],
    ['openssl-p521', openssl('p521', '-groups', 'P-521'), ['1.3', '1.2']],
    ['openssl-old', openssl('rsa-1024', '-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'), ['raw-1.1', 'raw-1.2']],
    ['openssl-tls1', openssl('rsa-1024', '-tls1', '-cipher', 'ALL:@SECLEVEL=0'), ['raw-1.0', 'raw-1.3']],
    ['openssl-dhe', openssl('rsa', '-no_tls1_3', '-cipher', 'DHE:@SECLEVEL=0'), ['1.2', 'raw-1.2']],
    ['openssl-static-rsa', openssl('rsa', '-no_tls1_3', '-cipher', 'AES128-SHA'), ['raw-1.2']],
    ['openssl-anonymous', openssl('rsa', '-no_tls1_3', '-cipher', 'ADH:@SECLEVEL=0'), ['raw-anon']],
    [
      'openssl-psk',
      openssl(
        'rsa',
        '-no_tls1_3',
        '-psk',
        'abcd',
        '-psk_hint',
        'a hint',
        '-nocert',
        '-cipher',
        'PSK:@SECLEVEL=0',
      ),
      ['raw-anon'],
    ],
    [
      'openssl-client-certificate',
      openssl('p256', '-Verify', '3', '-CAfile', 'chain-ca.pem'),
      ['1.3', '1.2'],
    ],
    [
      'gnutls-rsa',
      (port) => [
        'gnutls-serv',
        [
          '--port',
          `${port}`,
          '--x509certfile',
          'rsa.pem',
          '--x509keyfile',
          'rsa.key',
          '-q',
          '--priority',
          'NORMAL:+VERS-ALL',
        ],
        work,
      ],
      ['1.3', '1.2', 'raw-1.0', 'raw-1.3'],
    ],
    [
      'gnutls-p256',
      (port) => [
        'gnutls-serv',
        ['--port', `${port}`, '--x509certfile', 'p256.pem', '--x509keyfile', 'p256.key', '-q'],
        work,
      ],
      ['1.3', '1.2'],
    ],
    ['nginx-rsa', (port) => nginx(work, port), ['1.3', '1.2', 'raw-1.2', 'raw-ssl2']],
  ];
}

function nginx(work, port) {
  const prefix = join(work, 'nginx');
  mkdirSync(join(prefix, 'logs'), { recursive: true });
  const tls = `ssl_certificate ${work}/rsa.pem; ssl_certificate_key ${work}/rsa.key; ssl_protocols TLSv1.2 TLSv1.3;`;
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${prefix}/${kind};`)
    .join(' ');
  writeFileSync(
    join(prefix, 'nginx.conf'),
    `daemon off; master_process off; pid ${prefix}/pid; error_log stderr crit; events {} http { access_log off; ${temporary} server { listen 127.0.0.1:${port} ssl; ${tls} return 204; } }`,
  );
  return ['nginx', ['-p', prefix, '-c', `${prefix}/nginx.conf`], work];
}

/** Handshakes with real servers: what was sent and received, and for TLS 1.3 the secret that opens the server's flight. */
export async function makeHandshakes(work, own = []) {
  const { readFileSync } = await import('node:fs');
  writeFileSync(
    join(work, 'chain.pem'),
    ['chain-intermediate', 'chain-ca'].map((name) => readFileSync(join(work, `${name}.pem`))).join(''),
  );
  const made = [];
  for (const [name, command, questions] of servers(work)) {
    const port = await freePort();
    const [program, args, cwd] = command(port);
    const child = spawn(program, args, { cwd, stdio: ['pipe', 'ignore', 'ignore'] });
    try {
      await listening(port);
      for (const question of questions)
        made.push({ name: `${name} ${question}`, ...(await ask(port, question)) });
      own.push(...(await makeTalks(port, talked[name] ?? [])));
    } finally {
      child.kill('SIGKILL');
    }
  }
  return made;
}

function ask(port, question) {
  const raw = /^raw-(.+)$/.exec(question)?.[1];
  return raw === undefined ? nodeHandshake(port, question) : rawHandshake(port, raw);
}

const options = { serverName: host, random: (_label, length) => random(length) };
const purpose = { label: 'corpus' };
const hellos = {
  1.3: [
    'TLSv1.3',
    () =>
      fullHello('TLSv1.3', options, {
        ...purpose,
        keyShares: [{ group: 29, key: Buffer.concat([Buffer.from([9]), Buffer.alloc(31)]) }],
      }).bytes,
  ],
  retry: ['TLSv1.3', () => fullHello('TLSv1.3', options, purpose).bytes],
  1.2: ['TLSv1.2', () => fullHello('TLSv1.2', options, purpose).bytes],
  anon: ['TLSv1.2', () => fullHello('TLSv1.2', options, purpose).bytes],
  1.1: ['TLSv1.1', () => fullHello('TLSv1.1', options, purpose).bytes],
  '1.0': ['TLSv1.0', () => fullHello('TLSv1.0', options, purpose).bytes],
  ssl3: ['SSLv3', () => fullHello('SSLv3', options, purpose).bytes],
  ssl2: ['SSLv2', () => ssl2Hello(options, purpose).bytes],
};

/** One hello, and whatever comes within a moment. */
function rawHandshake(port, kind) {
  const [version, hello] = hellos[kind];
  return new Promise((resolve) => {
    const received = [];
    const sent = hello();
    const socket = connect(port, '127.0.0.1', () => socket.write(sent));
    socket.on('data', (chunk) => received.push(chunk));
    const end = () => {
      socket.destroy();
      resolve({ version, sent: sent.toString('hex'), received: Buffer.concat(received).toString('hex') });
    };
    socket.on('error', end);
    socket.on('close', end);
    setTimeout(end, 700);
  });
}

/** A whole handshake of node:tls through a relay that keeps the bytes. */
async function nodeHandshake(port, question) {
  const kept = { sent: [], received: [] };
  const relay = createServer((client) => {
    const server = connect(port, '127.0.0.1');
    client.on('data', (chunk) => kept.sent.push(chunk));
    server.on('data', (chunk) => kept.received.push(chunk));
    client.pipe(server).pipe(client);
    for (const socket of [client, server]) socket.on('error', () => socket.destroy());
  });
  await new Promise((resolve) => relay.listen(0, '127.0.0.1', resolve));
  const keylog = await clientHandshake(relay.address().port, question);
  relay.close();
  const version = question.startsWith('1.3') ? 'TLSv1.3' : 'TLSv1.2';
  const hex = (chunks) => Buffer.concat(chunks).toString('hex');
  return {
    version,
    sent: hex(kept.sent),
    received: hex(kept.received),
    ...(version === 'TLSv1.3' ? { keylog } : {}),
  };
}

function clientHandshake(port, question) {
  const version = question.startsWith('1.3') ? 'TLSv1.3' : 'TLSv1.2';
  const tls = connectTls({
    port,
    host: '127.0.0.1',
    servername: host,
    rejectUnauthorized: false,
    minVersion: version,
    maxVersion: version,
    requestOCSP: question.endsWith('ocsp'),
    ciphers: 'ALL:@SECLEVEL=0',
  });
  let keylog = '';
  tls.on('keylog', (line) => {
    if (line.toString().startsWith('SERVER_HANDSHAKE_TRAFFIC_SECRET ')) keylog += line;
  });
  return new Promise((resolve) => {
    const end = () => {
      tls.destroy();
      resolve(keylog);
    };
    tls.once('secureConnect', () => setTimeout(end, 50));
    tls.once('error', end);
    setTimeout(end, 3000);
  });
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listening(port) {
  for (let attempt = 0; attempt < 100; attempt++) {
    const open = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('connect', () => socket.end());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`expected a server on port ${port}, got none in 10 s`);
}
