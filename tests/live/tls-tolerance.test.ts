import type { Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { toleranceCollector } from '../../src/collectors/tls/tolerance.ts';
import { parseFactTranscript } from '../../src/tls/fact-transcript.ts';
import { type Tolerated, tolerated } from '../../src/tls/facts/tolerance.ts';
import type { Versions } from '../../src/tls/facts/versions.ts';
import { derivations } from '../../src/tls/rederive.ts';
import { collectFrom, fakeServer, type Listening, tlsServer } from '../tls/look.ts';
import { server } from '../tls/simulated.ts';
import { type HelloSeen, readHello } from '../tls/wire.ts';

const running: Listening[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.stop()));
});

const refused = { SSLv2: 'refused', SSLv3: 'refused', 'TLSv1.0': 'refused', 'TLSv1.1': 'refused' } as const;
const only12: Versions = { ...refused, 'TLSv1.2': 'accepted', 'TLSv1.3': 'refused' };
const both: Versions = { ...only12, 'TLSv1.3': 'accepted' };
const everything = Object.fromEntries(tolerated.map((item) => [item, 'tolerated']));

/** Looks at one port; what the evidence gives again must be the same. */
async function lookAt(started: Promise<Listening>, versions: Versions, timeoutMs = 3000) {
  const listening = await started;
  running.push(listening);
  const collected = await collectFrom(listening.port, toleranceCollector, versions, { timeoutMs });
  const transcript = parseFactTranscript(Buffer.from(collected.evidence[0]!.bytes).toString())!;
  expect(derivations['tls.tolerance']!(transcript, () => versions)).toEqual(collected.value);
  return collected;
}

test.each<[string, Versions]>([
  ['TLSv1.3', both],
  ['TLSv1.2', only12],
])('a node server minds nothing in %s', async (maxVersion, versions) => {
  const look = await lookAt(tlsServer({ maxVersion: maxVersion as 'TLSv1.3' }), versions);
  expect(look.value).toEqual(everything);
  expect(look.completeness.flatMap(({ missing }) => missing)).toEqual([]);
  expect(look.requests.join()).toContain('tolerance, length-1500 fragments');
});

const honest = server({ version: 'TLSv1.2', suites: [0xc02f, 0x002f] });

/** Reads as servers with these faults do: what comes in one record is a hello, and all of it. */
function minding(minds: (hello: HelloSeen) => boolean, end: (socket: Socket) => void): Promise<Listening> {
  return fakeServer((socket) => {
    let received = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 9 || !isWhole(received)) return;
      const hello = readHello(received);
      if (minds(hello)) end(socket);
      else socket.end(honest(hello, '').received);
    });
  });
}

/** Whether the records that are there hold all of the message. */
function isWhole(bytes: Buffer): boolean {
  let held = 0;
  for (let at = 0; at + 5 <= bytes.length; at += 5 + bytes.readUInt16BE(at + 3)) {
    held += Math.min(bytes.readUInt16BE(at + 3), bytes.length - at - 5);
  }
  return held >= 4 + bytes.readUIntBE(6, 3);
}

const alert = (socket: Socket) => void socket.end(Buffer.from([21, 3, 3, 0, 2, 2, 50]));
const reset = (socket: Socket) => void socket.resetAndDestroy();

test.each<[Tolerated, (hello: HelloSeen) => boolean]>([
  ['version', ({ legacyVersion }) => legacyVersion > 0x0303],
  ['extensions', ({ extensions }) => extensions.has(0x2a2a)],
  ['suites', ({ suites }) => suites.includes(0x7a7a)],
  ['length-5000', ({ length }) => length > 4096],
  ['fragments', ({ records }) => records > 1],
])('a server that minds %s is found out by its alert, and by its reset', async (item, minds) => {
  for (const end of [alert, reset]) {
    const { value } = await lookAt(minding(minds, end), only12);
    expect(value).toEqual({ ...everything, [item]: 'intolerant' });
  }
});

test('a server that hangs on hellos between 256 and 511 bytes proves nothing by it', async () => {
  const hangs = ({ length, extensions }: HelloSeen) => length > 255 && length < 512 && extensions.has(21);
  const { value, completeness } = await lookAt(
    minding(hangs, () => undefined),
    only12,
    300,
  );
  expect(value).not.toHaveProperty('length-500');
  expect(completeness[0]?.missing).toEqual([{ what: 'length-500', why: 'no answer in time' }]);
});
