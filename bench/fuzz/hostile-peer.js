import { joined } from './bytes.js';

const retryRandom = Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex');
const curves = [29, 23, 24, 25, 30, 256, 257, 4588];

/**
 * A server whose every answer follows from a few octets: it reads the hello, and accepts, asks again, refuses, says
 * something else, or nothing. Octets are used in turn, again from the first after the last.
 */
export function hostilePeer(program, transcripts) {
  let at = 0;
  const next = () => (program.length === 0 ? 0 : program[at++ % program.length]);
  let connections = 0;
  const connect = () => {
    connections++;
    return {
      answer: connections > willing ? refuse : (sent, until) => answer(sent, until, next, transcripts),
    };
  };
  return { connect };
}

/** One that takes everything that any hello offers is asked for hours: after so many connections it refuses. */
const willing = 150;

function refuse(_sent, until) {
  const bytes = alert(2, 40);
  return { bytes, ended: until(bytes) ? 'complete' : 'closed' };
}

/** Endings that a runner gives. */
const silent = ['closed', 'reset', 'timed-out', 'unreachable'];

function answer(sent, until, next, transcripts) {
  const hello = readHello(sent);
  const bytes = replyTo(hello, next, transcripts);
  const complete = bytes.length > 0 && until(bytes);
  return { bytes, ended: complete ? 'complete' : silent[next() % silent.length] };
}

function replyTo(hello, next, transcripts) {
  const how = next() % 12;
  if (hello === undefined || how === 8) return transcripts[next() % transcripts.length];
  const suite = how === 6 ? next() * 256 + next() : hello.suites[next() % hello.suites.length];
  if (how < 4 || how === 6) return flight(hello, suite ?? 0, next);
  if (how === 4) return serverHello(hello, suite ?? 0, retry(next));
  if (how === 5) return alert(2, [40, 70, 71, 47, 86, 112][next() % 6]);
  if (how === 7) return alert(1 + (next() % 3), next());
  if (how === 9) return Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n');
  return new Uint8Array(0);
}

function retry(next) {
  const group = curves[next() % curves.length];
  return { random: retryRandom, extensions: [0, 43, 0, 2, 3, 4, 0, 51, 0, 2, group >> 8, group & 255] };
}

function flight(hello, suite, next) {
  const version =
    hello.version === 0x0304 ? 0x0304 : [hello.version, hello.version, 0x0303, 0x0301][next() % 4];
  if (version === 0x0304) {
    const extensions = [0, 43, 0, 2, 3, 4, 0, 51, 0, 5, 0, 29, 0, 1, 9];
    return serverHello(hello, suite, { random: Buffer.alloc(32, 7), extensions });
  }
  const exchange = next() % 2 === 0 ? curve(next) : prime(next);
  const done = [14, 0, 0, 0];
  return joined(
    serverHello({ version }, suite, { random: Buffer.alloc(32, 7), extensions: [] }),
    handshake(12, exchange),
    record(22, done),
  );
}

function curve(next) {
  const group = curves[next() % curves.length];
  return [3, group >> 8, group & 255, 1, 9, 4, 1, 0, 1, 1];
}

function prime(next) {
  const length = next();
  return [length >> 8, length, ...Array(length).fill(next() | 1), 0, 1, 2, 0, 1, 5, 4, 1, 0, 0];
}

function serverHello({ version }, suite, { random, extensions }) {
  const legacy = Math.min(version, 0x0303);
  const block = extensions.length === 0 ? [] : [0, extensions.length, ...extensions];
  return handshake(2, [legacy >> 8, legacy & 255, ...random, 0, suite >> 8, suite & 255, 0, ...block]);
}

function handshake(type, body) {
  return record(22, [type, 0, body.length >> 8, body.length & 255, ...body]);
}

function alert(level, number) {
  return record(21, [level, number]);
}

function record(type, body) {
  return Uint8Array.from([type, 3, 3, body.length >> 8, body.length & 255, ...body]);
}

/** What a hello offers, as far as the answer depends on it; undefined for what is no ClientHello. */
function readHello(sent) {
  if (sent.length < 44 || sent[0] !== 22 || sent[5] !== 1) return undefined;
  const bytes = Buffer.from(sent);
  let at = 43 + 1 + bytes[43];
  const count = bytes.readUInt16BE(at) / 2;
  const suites = Array.from({ length: count }, (_, index) => bytes.readUInt16BE(at + 2 + 2 * index)).filter(
    (suite) => suite !== 0x00ff && suite !== 0x5600,
  );
  at += 2 + 2 * count;
  const is13 = bytes.indexOf(Buffer.from([0, 43, 0, 3, 2, 3, 4]), at) >= 0;
  return { suites, version: is13 ? 0x0304 : bytes.readUInt16BE(9) };
}
