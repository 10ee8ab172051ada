// The machine's own rate: connect, send a hello, read the first reply, close, 16 at a time: node bench/tls/rate.js [s]
import { connect } from 'node:net';
import { hello12, hello13 } from './hellos.js';
import { startServers } from './servers.js';

const seconds = Number(process.argv[2] ?? 3);
const { ports, stop } = await startServers();
try {
  const cases = {
    'connect only': [ports.tls13, undefined],
    'an alert (version refused)': [ports.tls13, hello12(0xc02b)],
    'TLS 1.3 HelloRetryRequest': [ports.tls13, hello13()],
    'TLS 1.2, ECDSA P-256 first flight': [ports['two-suites'], hello12(0xc02b)],
    'TLS 1.2, RSA 2048 first flight': [ports['intermediate-rsa'], hello12(0xc02f)],
  };
  console.log('| reply | connections/s | client CPU µs each |\n|---|---|---|');
  for (const [name, [port, bytes]] of Object.entries(cases)) {
    await rate(port, bytes, 0.5);
    const { perSecond, microseconds } = await rate(port, bytes, seconds);
    console.log(`| ${name} | ${perSecond.toFixed(0)} | ${microseconds.toFixed(0)} |`);
  }
} finally {
  stop();
}

async function rate(port, bytes, forSeconds) {
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  const endAt = startedAt + forSeconds * 1000;
  let done = 0;
  const lane = async () => {
    while (performance.now() < endAt) {
      await exchange(port, bytes);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: 16 }, lane));
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: (done * 1000) / (performance.now() - startedAt), microseconds: (user + system) / done };
}

function exchange(port, bytes) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', reject).once('close', resolve);
    socket.once('connect', () => (bytes ? socket.write(bytes) : socket.destroy()));
    socket.once('data', () => socket.destroy());
  });
}
