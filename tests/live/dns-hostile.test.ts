import { createServer, type Socket } from 'node:net';
import { decode } from 'dns-packet';
import { afterEach, describe, expect, test } from 'vitest';
import { lookAtZone, observe, outcomeOf } from '../dns/look.ts';
import {
  type Asked,
  a,
  answerTo,
  type DnsServer,
  dnsServer,
  mx,
  ns,
  type Records,
  type Serve,
  serving,
  txt,
} from '../dns/server.ts';

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

async function start(serve: Serve): Promise<DnsServer> {
  const server = await dnsServer(serve);
  running.push(server);
  return server;
}

const zone = 'example.test';
const records: Records = { [`${zone} MX`]: mx(`mx.${zone}`), [`${zone} TXT`]: txt('v=spf1 -all') };
const good = serving(records);

async function mailThrough(serve: Serve, timeoutMs = 600): Promise<unknown> {
  const { port } = await start(serve);
  return outcomeOf(await observe('dns.mail', zone, { resolverPort: port, timeoutMs }));
}

const fine = { isMailDomain: true, spf: { status: 'valid', ending: '-all' } };
const changed = (bytes: Buffer, at: number, octet: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = octet;
  return copy;
};

/** The honest answer, made into something else. */
const twisted =
  (twist: (answer: Buffer, asked: Asked) => Buffer | readonly Buffer[] | undefined): Serve =>
  (asked) =>
    twist(good(asked) as Buffer, asked);

describe('what is no answer', () => {
  test.each<[string, Serve]>([
    ['silence', () => undefined],
    ['another id', twisted((answer) => changed(answer, 0, (answer[0] ?? 0) ^ 1))],
    ['another question', twisted((answer) => changed(answer, 14, 0x7a))],
    ['the query itself', ({ bytes }) => bytes],
    ['one octet', () => Buffer.from([1])],
  ])('%s is waited out, and nothing follows from it', async (_, serve) => {
    const started = performance.now();
    expect(await mailThrough(serve)).toBe('ERR_TIMEOUT');
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('an honest answer after ten that are not counts', async () => {
    const serve = twisted((answer) => [
      ...Array.from({ length: 10 }, (_, n) => changed(answer, 1, (answer[1] ?? 0) ^ (n + 1))),
      answer,
    ]);
    expect(await mailThrough(serve)).toMatchObject(fine);
  });

  test('a flood of guesses ends the question', async () => {
    const serve = twisted((answer) =>
      Array.from({ length: 100 }, (_, n) => changed(answer, 1, (answer[1] ?? 0) ^ (n + 1))),
    );
    expect(await mailThrough(serve)).toBe('ERR_DNS_ANSWER');
  });

  test.each([
    ['SERVFAIL', 'ERR_DNS_SERVFAIL'],
    ['REFUSED', 'ERR_DNS_REFUSED'],
    ['NOTIMP', 'ERR_DNS_NOTIMP'],
  ] as const)('%s says nothing of the zone', async (rcode, code) => {
    expect(await mailThrough((asked) => answerTo(asked, { rcode }))).toBe(code);
  });

  test('a resolver that is not there', async () => {
    const server = await start(good);
    running.splice(0);
    await server.stop();
    const observation = await observe('dns.mail', zone, { resolverPort: server.port, timeoutMs: 600 });
    expect(outcomeOf(observation)).toMatch(/^ERR_(UNREACHABLE|TIMEOUT)$/);
  });
});

describe('answers that are hard to get', () => {
  test('the first two datagrams are lost', async () => {
    const seen = new Map<string, number>();
    const serve: Serve = (asked) => {
      const key = `${asked.name} ${asked.type}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
      return (seen.get(key) ?? 0) > 2 ? good(asked) : undefined;
    };
    expect(await mailThrough(serve, 1500)).toMatchObject(fine);
  });

  test('a server that does not know EDNS', async () => {
    const serve: Serve = (asked) => {
      const additionals = decode(asked.bytes).additionals ?? [];
      return additionals.length > 0 ? answerTo(asked, { rcode: 'NOTIMP' }) : good(asked);
    };
    expect(await mailThrough(serve)).toMatchObject(fine);
  });

  test('truncated for ever', async () => {
    expect(await mailThrough((asked) => answerTo(asked, { truncated: true }))).toBe('ERR_DNS_ANSWER');
  });

  test('64 KB over TCP', async () => {
    const big = txt('v=spf1 -all', ...Array.from({ length: 220 }, () => 'x'.repeat(250)));
    const whole = serving({ ...records, [`${zone} TXT`]: big });
    const serve: Serve = (asked) =>
      asked.transport === 'udp' && asked.type === 'TXT' && asked.name === zone
        ? answerTo(asked, { truncated: true })
        : whole(asked);
    expect(await mailThrough(serve)).toMatchObject(fine);
  });

  test('64 KB of garbage after a good header', async () => {
    const serve: Serve = (asked) => {
      if (asked.transport === 'udp') return answerTo(asked, { truncated: true });
      const head = changed(answerTo(asked), 7, 255);
      return Buffer.concat([head, Buffer.alloc(65_535 - head.length, 0xc0)]);
    };
    expect(await mailThrough(serve)).toBe('ERR_DNS_ANSWER');
  });
});

describe('over TCP', () => {
  /** Datagrams are truncated; the test says what the stream does. */
  async function stream(serve: (socket: Socket, query: Buffer) => void): Promise<unknown> {
    const server = await start((asked) => answerTo(asked, { truncated: true }));
    const { port } = server;
    const dripping = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (query) => serve(socket, query));
    });
    await new Promise<void>((resolve) => dripping.listen(port, '127.0.0.9', resolve));
    const datagrams = await dnsServer((asked) => answerTo(asked, { truncated: true }), '127.0.0.8');
    running.push(datagrams);
    running.push({ stop: () => new Promise((resolve) => dripping.close(() => resolve())) });
    const { askByStream } = await import('../../src/collectors/dns/stream.ts');
    const { encodeQuery } = await import('../../src/dns/message.ts');
    const query = encodeQuery({ name: zone, type: 'TXT', id: 7, recursive: true, edns: false });
    const limits = { timeoutMs: 500, signal: new AbortController().signal };
    const { ended, received } = await askByStream(query, { address: '127.0.0.9', port }, limits);
    return [ended, received.length];
  }

  test.each<[string, (socket: Socket, query: Buffer) => void, readonly unknown[]]>([
    ['closes', (socket) => socket.end(), ['closed', 0]],
    ['resets', (socket) => socket.resetAndDestroy(), ['reset', 0]],
    ['announces 64 KB and stops', (socket) => socket.write(Buffer.from([0xff, 0xff, 1])), ['timed-out', 1]],
    ['announces nothing', (socket) => socket.write(Buffer.from([0, 0])), ['not-dns', 0]],
    [
      'answers another question',
      (socket) => socket.write(Buffer.from([0, 12, ...Array(12).fill(1)])),
      ['not-dns', 12],
    ],
    [
      'sends without end',
      (socket, query) => {
        const flood = Buffer.concat([query, Buffer.alloc(1 << 20, 0x41)]);
        flood[4] = 0x80;
        socket.write(flood);
      },
      ['answered', expect.any(Number)],
    ],
  ])('a server that %s', async (_, serve, expected) => {
    expect(await stream(serve)).toEqual(expected);
  });

  test('one octet at a time', async () => {
    const ended = await stream((socket, query) => {
      const answer = Buffer.from(query);
      answer[4] = 0x80;
      let at = 0;
      const timer = setInterval(() => {
        if (at === answer.length) clearInterval(timer);
        else socket.write(answer.subarray(at, ++at));
      }, 2);
      socket.on('close', () => clearInterval(timer));
    });
    expect(ended).toEqual(['answered', 30]);
  });
});

describe('answers that lead astray', () => {
  test('aliases in a circle, and aliases without end', async () => {
    const circle: Serve = (asked) =>
      answerTo(asked, {
        answers: [
          { name: zone, type: 'CNAME', data: 'b.test' },
          { name: 'b.test', type: 'CNAME', data: zone },
        ],
      });
    const partly = await mailThrough(circle);
    const notFollowed = ['SPF of example.test: the aliases of example.test do not end'];
    expect(partly).toMatchObject({ notFollowed, spf: { noSender: false }, dmarc: { status: 'none' } });
    expect(partly).not.toHaveProperty('isMailDomain');
    expect(partly).not.toHaveProperty('spf.status');
    let count = 0;
    const endless: Serve = (asked) => {
      count++;
      return answerTo(asked, { answers: [{ name: asked.name, type: 'CNAME', data: `n${count}.test` }] });
    };
    expect(await mailThrough(endless)).toBe('ERR_DNS_ALIASES');
    expect(count).toBeLessThan(250);
  });

  test('includes without end cost a bounded number of questions', async () => {
    const serve: Serve = (asked) =>
      asked.type === 'TXT' && !asked.name.startsWith('_dmarc')
        ? answerTo(asked, {
            answers: [
              {
                name: asked.name,
                type: 'TXT',
                data: `v=spf1 include:a.${asked.name} include:b.${asked.name} -all`,
              },
            ],
          })
        : good(asked);
    const { port, asked } = await start(serve);
    const value = outcomeOf(await observe('dns.mail', zone, { resolverPort: port, timeoutMs: 600 }));
    expect(value).toMatchObject({ spf: { status: 'permerror', ending: '-all' } });
    expect(asked.length).toBeLessThan(30);
  });

  test('records of other names in the answer count for nothing', async () => {
    const serve: Serve = (asked) =>
      answerTo(asked, {
        answers: [
          { name: `x${zone}`, type: 'TXT', data: 'v=spf1 -all' },
          { name: 'test', type: 'MX', data: { preference: 1, exchange: 'a.test' } },
        ],
      });
    expect(await mailThrough(serve)).toMatchObject({
      isMailDomain: false,
      spf: { status: 'none', records: 0 },
    });
  });

  test('hundreds of servers are asked in part, and the rest is named', async () => {
    const names = Array.from({ length: 100 }, (_, n) => `m${n}.${zone}`);
    const many: Records = {
      [`${zone} MX`]: mx(...names),
      [`${zone} NS`]: ns(`ns.${zone}`),
      [`${zone} A`]: a('192.0.2.1'),
    };
    const whole = serving(many);
    const { port } = await start((asked) =>
      asked.transport === 'udp' && asked.type === 'MX' && asked.name === zone
        ? answerTo(asked, { truncated: true })
        : whole(asked),
    );
    const record = await lookAtZone(zone, ['dns.addresses', 'dns.mtasts'], {
      resolverPort: port,
      timeoutMs: 1500,
    });
    expect(record.observations).toMatchObject([
      {
        completeness: expect.arrayContaining([
          expect.objectContaining({
            missing: expect.arrayContaining([{ what: '71 servers', why: 'too many' }]),
          }),
        ]),
      },
      {
        completeness: [{ returned: 30, total: 100, missing: [{ what: '70 mail servers', why: 'too many' }] }],
      },
    ]);
    expect(record.connections).toBeLessThan(300);
  });

  test('a zone of which everything is silent costs its share of time, for all facts together', async () => {
    const { port } = await start(() => undefined);
    const started = performance.now();
    const facts = [
      'dns.addresses',
      'dns.aliases',
      'dns.caa',
      'dns.mail',
      'dns.mtasts',
      'dns.selectors',
      'dns.transfer',
    ];
    const dns = { selectors: ['s1'], names: Array.from({ length: 50 }, (_, n) => `n${n}`) };
    const record = await lookAtZone(zone, facts, { resolverPort: port, timeoutMs: 300, dns });
    expect(record.observations.map((one) => (one.kind === 'unseen' ? one.reason.code : one.value))).toEqual([
      'ERR_TIMEOUT',
      'ERR_TIMEOUT',
      'ERR_TIMEOUT',
      'ERR_TIMEOUT',
      'ERR_TIMEOUT',
      'ERR_TIMEOUT',
      'ERR_TIMEOUT',
    ]);
    expect(performance.now() - started).toBeLessThan(12 * 300 + 1500);
  });
});
