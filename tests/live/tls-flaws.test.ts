import { constants } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import type { CollectContext, Collected } from '../../src/collectors/collector.ts';
import { flawsCollector } from '../../src/collectors/tls/flaws.ts';
import { openTlsSession } from '../../src/collectors/tls/session.ts';
import type { AssayError, Subject, Target } from '../../src/model/index.ts';
import { parseFactTranscript } from '../../src/tls/fact-transcript.ts';
import type { Versions } from '../../src/tls/facts/versions.ts';
import { derivations } from '../../src/tls/rederive.ts';
import { fakeServer, type Listening, tlsServer } from '../tls/look.ts';
import {
  bleeding,
  type Decide,
  decidingServer,
  echoing,
  firstFlight,
  flawedServer,
  oracle,
  oracleOfTheSecretAlone,
  passingOver,
  type React,
  takingEarlyCcs,
  takingEarlyCcsInSilence,
} from './flawed-servers.ts';

const servers: Listening[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

const only12: Versions = {
  SSLv2: 'refused',
  SSLv3: 'refused',
  'TLSv1.0': 'refused',
  'TLSv1.1': 'refused',
  'TLSv1.2': 'accepted',
  'TLSv1.3': 'refused',
};

/** Looks at one port; what the evidence gives again must be the same. */
async function lookAt(server: Listening, versions: Versions = only12, timeoutMs = 500): Promise<Collected> {
  servers.push(server);
  const place = {
    ...({ kind: 'tls-endpoint', host: 'host.test', port: server.port, tags: [], optional: false } as const),
    locator: `tls://host.test:${server.port}`,
  };
  const target: Target = { ...place, id: 'endpoint', named: true, addresses: ['127.0.0.1'] };
  const subject: Subject = { ...place, id: 'endpoint', targetId: 'endpoint', address: '127.0.0.1' };
  const { signal } = new AbortController();
  const context: CollectContext = { timeoutMs, signal, scanName: 'assay/test', env: {} };
  const session = await openTlsSession(target, subject, context);
  const collected = await flawsCollector.collect(session, async () => versions, context);
  await session.close();
  const transcript = parseFactTranscript(Buffer.from(collected.evidence[0]!.bytes).toString())!;
  expect(derivations['tls.flaws']!(transcript, () => versions)).toEqual(collected.value);
  return collected;
}

const fake = (react: React, heartbeats?: boolean) => fakeServer(flawedServer(react, heartbeats));

test('a server that bleeds is found out, and nothing of its memory is kept', async () => {
  const look = await lookAt(await fake(bleeding));
  expect(look.value).toMatchObject({ heartbleed: 'present' });
  const kept = Buffer.from(look.evidence[0]!.bytes).toString();
  expect(kept).not.toContain(Buffer.from('private key').toString('hex'));
  expect(kept).not.toContain(Buffer.from('the pri').toString('hex'));
});

test.each([
  ['passes the request over', true],
  ['takes no heartbeats', false],
])('a server that %s does not bleed', async (_, heartbeats) => {
  expect((await lookAt(await fake(passingOver, heartbeats))).value).toMatchObject({
    heartbleed: 'absent',
    'ccs-injection': 'absent',
  });
});

test.each<[string, React, string]>([
  ['takes an early ChangeCipherSpec', takingEarlyCcs, 'present'],
  ['takes it, and closes without an alert at the record after it', takingEarlyCcsInSilence, 'present'],
  ['closes without an alert at an early ChangeCipherSpec', (_, socket) => void socket.end(), 'absent'],
])('a server that %s', async (_, react, verdict) => {
  expect((await lookAt(await fake(react))).value).toMatchObject({ 'ccs-injection': verdict });
});

test.each<[string, React, string | undefined]>([
  ['tells by another alert', oracle((right) => (right ? 20 : 51)), 'present'],
  ['tells by closing', oracle((right) => (right ? 20 : 'close')), 'present'],
  ['says the same to all', oracle(() => 20), 'absent'],
  ['says what comes to its mind', oracle(randomAlert()), undefined],
])('of RSA key transport: a server that %s', async (_, react, verdict) => {
  const look = await lookAt(await fake(react));
  expect((look.value as { robot?: string }).robot).toBe(verdict);
});

const robotOf = ({ value }: Collected): string | undefined => (value as { robot?: string }).robot;

test('a server that tells only where the secret comes alone is found out', async () => {
  const server = await fakeServer(decidingServer(() => 'takes', oracleOfTheSecretAlone));
  expect(robotOf(await lookAt(server))).toBe('present');
});

test.each<[string, () => Decide, string | undefined]>([
  ['refused for want of a suite', () => (alone) => (alone ? 40 : 'takes'), 'impossible'],
  ['refused for want of a strong suite', () => (alone) => (alone ? 71 : 'takes'), 'impossible'],
  ['refused by an alert that tells nothing', () => (alone) => (alone ? 80 : 'takes'), undefined],
  ['refused once only', () => firstAlone((times) => times === 1), undefined],
  ['refused as all is from then on', () => shutAfterwards(), undefined],
])('RSA key transport that is %s', async (_, decide, verdict) => {
  const look = await lookAt(await fakeServer(decidingServer(decide(), passingOver)));
  expect(robotOf(look)).toBe(verdict);
});

function firstAlone(refuses: (times: number) => boolean): Decide {
  let times = 0;
  return (alone) => (alone && refuses(++times) ? 40 : 'takes');
}

function shutAfterwards(): Decide {
  let isShut = false;
  return (alone) => {
    isShut ||= alone;
    return isShut ? 40 : 'takes';
  };
}

test('where another version may be accepted a flaw can be present, and not absent', async () => {
  const { 'TLSv1.0': _, ...notAll } = only12;
  expect((await lookAt(await fake(oracle((right) => (right ? 20 : 51))), notAll)).value).toEqual({
    robot: 'present',
  });
  const told = await lookAt(await fake(oracle(() => 20)), notAll).catch((error: AssayError) => error);
  expect(told).toMatchObject({ code: 'ERR_NO_DEFINITE_ANSWER' });
});

/** Never the same for the same question. */
function randomAlert(): () => number {
  let turn = 0;
  return () => (++turn % 7 === 0 ? 20 : turn % 3 === 0 ? 51 : 47);
}

describe('a server that takes tickets', () => {
  const memory = Buffer.from('a key of this server, and what is beside it', 'latin1');
  const behind = async (echo: (id: Buffer) => Buffer): Promise<Listening> => {
    const honest = await tlsServer({ maxVersion: 'TLSv1.2' });
    servers.push(honest);
    return fakeServer(echoing(honest.port, echo));
  };
  const secondLook = ({ evidence }: Collected) => {
    const kept = JSON.parse(Buffer.from(evidence[0]!.bytes).toString()) as Transcript;
    const [step] = kept.connections.find(({ label }) => label.includes('31 bytes'))!.steps;
    return { ...step!, answer: kept.answers['ticketbleed'] };
  };

  test('and fills the session id up with its memory is found out, and none of that is kept', async () => {
    const look = await lookAt(
      await behind((id) => Buffer.concat([id, memory]).subarray(0, 32)),
      only12,
      2000,
    );
    expect(look.value).toMatchObject({ ticketbleed: 'present' });
    const { sent, received, answer } = secondLook(look);
    const ours = sent.slice(2 * 44, 2 * (44 + 31));
    expect(received.slice(2 * 43)).toBe(`20${ours}`);
    expect(answer).toContain('echoed with 32 bytes');
  });

  test.each<[string, (id: Buffer) => Buffer, string | undefined]>([
    ['echoes it', (id) => id, 'absent'],
    ['answers with another', () => memory.subarray(0, 32), undefined],
    ['answers with one of 31 bytes', () => memory.subarray(0, 31), undefined],
    ['answers with none', () => Buffer.alloc(0), undefined],
  ])('and %s', async (_, echo, verdict) => {
    const look = await lookAt(await behind(echo), only12, 2000);
    expect((look.value as { ticketbleed?: string }).ticketbleed).toBe(verdict);
    expect(Buffer.from(look.evidence[0]!.bytes).toString()).not.toContain(
      memory.subarray(0, 4).toString('hex'),
    );
    if (verdict === undefined) expect(secondLook(look).answer).toContain('the ticket was not taken');
  });

  test('or gives none, cannot have the flaw', async () => {
    const without = { maxVersion: 'TLSv1.2', secureOptions: constants.SSL_OP_NO_TICKET } as const;
    expect((await lookAt(await tlsServer(without), only12, 2000)).value).toMatchObject({
      ticketbleed: 'impossible',
    });
  });

  test('but with whom no handshake is completed is not known to be without it', async () => {
    const look = await lookAt(await fake(passingOver));
    expect(look.value).not.toHaveProperty('ticketbleed');
  });
});

interface Transcript {
  readonly answers: Readonly<Record<string, string>>;
  readonly connections: readonly {
    readonly label: string;
    readonly steps: readonly { readonly sent: string; readonly received: string }[];
  }[];
}

test('silence proves nothing', async () => {
  await expect(lookAt(await fake(() => undefined), only12, 200)).rejects.toThrow(
    'got no definite answer: TLSv1.2: neither a heartbeat nor an alert came back: no end in time',
  );
});

test('a server of today has none of them; one of TLS 1.3 alone cannot have any', async () => {
  const today = await tlsServer({ ciphers: 'AES128-SHA:ECDHE-RSA-AES128-SHA', maxVersion: 'TLSv1.2' });
  expect((await lookAt(today)).value).toEqual({
    heartbleed: 'absent',
    'ccs-injection': 'absent',
    robot: 'absent',
    ticketbleed: 'absent',
  });
  const ecdhe = await tlsServer({ ciphers: 'ECDHE-RSA-AES128-SHA', maxVersion: 'TLSv1.2' });
  expect((await lookAt(ecdhe)).value).toMatchObject({ robot: 'impossible' });
  const look = await lookAt(await tlsServer(), { ...only12, 'TLSv1.2': 'refused', 'TLSv1.3': 'accepted' });
  expect(look.value).toEqual({
    heartbleed: 'impossible',
    'ccs-injection': 'impossible',
    robot: 'impossible',
    ticketbleed: 'impossible',
  });
  expect(look.requests).toEqual([]);
});

test('what a service says after its flight, or in place of one, is not kept', async () => {
  const secret = 'password=canary-7f3Kq\r\n'.repeat(20);
  const server = await fakeServer((socket) => {
    socket.once('data', () => socket.end(Buffer.concat([firstFlight(true), Buffer.from(secret)])));
  });
  const look = await lookAt(server).catch((error: { evidence: Collected['evidence'] }) => error);
  expect(Buffer.from(look.evidence[0]!.bytes).toString()).not.toContain(
    Buffer.from('canary').toString('hex'),
  );
  const mute = await fakeServer((socket) => void socket.once('data', () => socket.end(secret)));
  const nothing = await lookAt(mute).catch((error: { evidence: Collected['evidence'] }) => error);
  const kept = Buffer.from(nothing.evidence[0]!.bytes).toString();
  expect(kept).not.toContain(Buffer.from('canary').toString('hex'));
  expect(kept).not.toContain(Buffer.from('password').toString('hex'));
});
