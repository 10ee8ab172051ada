import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Reply } from '../../src/tls/exchange.ts';
import { type Answers, type Probe, probeVersions } from '../../src/tls/prober.ts';
import type { ProtocolVersion } from '../../src/tls/registry.ts';
import { alert, complete, ended, type HelloSeen, readHello, serverHello, ssl2ServerHello } from './wire.ts';

type Server = (hello: HelloSeen, connection: number) => Reply;

interface Run {
  readonly answers: Answers;
  readonly probes: readonly Probe[];
  readonly replies: readonly Reply[];
  readonly rounds: number;
}

function probe(server: Server, seed = 1): Run {
  const prober = probeVersions({
    serverName: 'host.example',
    random: (_, length) => Buffer.alloc(length, seed),
  });
  const probes: Probe[] = [];
  const replies: Reply[] = [];
  let rounds = 0;
  let step = prober.next();
  while (!step.done) {
    rounds++;
    const round = step.value.map((each) => {
      probes.push(each);
      return server(readHello(each.hello), probes.length - 1);
    });
    replies.push(...round);
    step = prober.next(round);
  }
  return { answers: step.value, probes, replies, rounds };
}

function verdicts({ answers }: Run): Record<string, string> {
  return Object.fromEntries([...answers].map(([version, answer]) => [version, answer.kind]));
}

/** Accepts the versions given, as real servers do, and answers the others with `otherwise`. */
function accepting(accepted: readonly ProtocolVersion[], otherwise: Server): Server {
  return (hello, connection) => {
    const { version, extensions } = hello;
    if (!accepted.includes(version)) return otherwise(hello, connection);
    if (version === 'SSLv2') return complete(ssl2ServerHello([0x0700c0]));
    if (version !== 'TLSv1.3') return complete(serverHello(version, { suite: 0x002f }));
    const keyed = (extensions.get(51)?.length ?? 0) > 2;
    return complete(serverHello(version, keyed ? {} : { retryGroup: 0x001d }));
  };
}

const wrongVersion: Server = () => complete(alert('protocol_version'));
const failure: Server = () => complete(alert('handshake_failure'));
const none = {
  SSLv2: 'none',
  SSLv3: 'none',
  'TLSv1.0': 'none',
  'TLSv1.1': 'none',
  'TLSv1.2': 'none',
  'TLSv1.3': 'none',
};
const modern: readonly ProtocolVersion[] = ['TLSv1.2', 'TLSv1.3'];
const old: readonly ProtocolVersion[] = ['SSLv2', 'SSLv3', 'TLSv1.0', 'TLSv1.1'];
const all: readonly ProtocolVersion[] = [...old, ...modern];
const expected = (accepted: readonly ProtocolVersion[], others: 'refused' | 'none'): Record<string, string> =>
  Object.fromEntries(all.map((version) => [version, accepted.includes(version) ? 'accepted' : others]));

describe('a definite answer', () => {
  test('seven connections where each version says so itself', () => {
    const run = probe(accepting(modern, wrongVersion));
    expect(verdicts(run)).toEqual(expected(modern, 'refused'));
    expect(run.probes.map(({ purpose }) => purpose)).toEqual([...Array(6).fill('full'), 'retried']);
  });

  test('may be that everything is refused', () => {
    expect(verdicts(probe(wrongVersion))).toEqual(expected([], 'refused'));
  });

  test('may be that everything is accepted', () => {
    expect(verdicts(probe(accepting(all, wrongVersion)))).toEqual(expected(all, 'none'));
  });

  test('is the same for every set of versions', () => {
    fc.assert(
      fc.property(fc.subarray([...all]), (accepted) => {
        expect(verdicts(probe(accepting(accepted, wrongVersion)))).toEqual(expected(accepted, 'refused'));
      }),
    );
  });
});

describe('another alert', () => {
  test('refuses where hellos just before and just after are accepted', () => {
    const run = probe(accepting(modern, failure));
    expect(verdicts(run)).toEqual(expected(modern, 'refused'));
    const purposes = run.probes.map(({ purpose }) => purpose);
    const [before, after] = [purposes.indexOf('retried'), purposes.indexOf('control after')];
    expect(purposes.slice(before + 1, after)).toEqual(Array(4).fill('repeated'));
    expect(readHello(run.probes[before]!.hello).version).toBe('TLSv1.3');
  });

  test('is confirmed between two hellos of their own where none was just accepted', () => {
    const { probes } = probe(accepting(['TLSv1.2'], failure));
    const purposes = probes.map(({ purpose }) => purpose).slice(6);
    expect(purposes).toEqual(['control before', ...Array(5).fill('repeated'), 'control after']);
  });

  test('refuses nothing where no hello was ever accepted', () => {
    expect(verdicts(probe(failure))).toEqual(none);
  });

  test.each([
    ['before', 1],
    ['after', 2],
  ])('refuses nothing where the hello %s it fails', (_, nth) => {
    let controls = 0;
    const server = accepting(['TLSv1.2'], failure);
    const run = probe((hello, connection) => {
      const asked = hello.version === 'TLSv1.2' && connection >= 6 && ++controls === nth;
      return asked ? ended('reset') : server(hello, connection);
    });
    expect(controls).toBe(nth);
    expect(verdicts(run)).toEqual(expected(['TLSv1.2'], 'none'));
  });

  test('gives way to an acceptance when asked again', () => {
    let asked = 0;
    const run = probe((hello, connection) => {
      if (hello.version === 'TLSv1.0' && hello.length > 255 && ++asked === 2)
        return complete(serverHello('TLSv1.0'));
      return accepting(modern, failure)(hello, connection);
    });
    expect(verdicts(run)).toEqual({ ...expected(modern, 'refused'), 'TLSv1.0': 'accepted' });
  });

  test('does not refuse TLS 1.3 where a hello with keys is accepted: the server knows no HelloRetryRequest', () => {
    const keyed = ({ extensions }: HelloSeen) => (extensions.get(51)?.length ?? 0) > 2;
    const run = probe((hello, connection) =>
      hello.version === 'TLSv1.3' && !keyed(hello)
        ? failure(hello, connection)
        : accepting(modern, wrongVersion)(hello, connection),
    );
    expect(verdicts(run)).toEqual(expected(modern, 'refused'));
    expect(run.probes).toHaveLength(6 + 3);
    const repeated = run.probes.find(({ purpose }) => purpose === 'repeated');
    expect(keyed(readHello(repeated!.hello))).toBe(true);
  });

  test('is not made an acceptance by a HelloRetryRequest for a key that was sent', () => {
    let asked = 0;
    const run = probe((hello, connection) =>
      hello.version === 'TLSv1.3'
        ? asked++ === 0
          ? failure(hello, connection)
          : complete(serverHello('TLSv1.3', { retryGroup: 0x0017 }))
        : accepting(['TLSv1.2'], wrongVersion)(hello, connection),
    );
    expect(verdicts(run)).toEqual({ ...expected(['TLSv1.2'], 'refused'), 'TLSv1.3': 'none' });
  });

  test('does not refuse TLS 1.3 where the server shares keys with its clients', () => {
    const run = probe((hello, connection) =>
      hello.version === 'TLSv1.2'
        ? complete(serverHello('TLSv1.2', { suite: 0x008c }))
        : accepting([], hello.version === 'TLSv1.3' ? failure : wrongVersion)(hello, connection),
    );
    expect(verdicts(run)).toEqual({ ...expected(['TLSv1.2'], 'refused'), 'TLSv1.3': 'none' });
  });
});

describe.each(['closed', 'reset'] as const)('a connection that is %s', (how) => {
  test('refuses where hellos just before and just after are accepted', () => {
    const run = probe(accepting(modern, () => ended(how)));
    expect(verdicts(run)).toEqual(expected(modern, 'refused'));
    expect(run.answers.get('TLSv1.0')).toMatchObject({ by: 'confirmed' });
  });

  test('refuses nothing where the control hello meets the same', () => {
    let hellos = 0;
    const run = probe((hello, connection) =>
      ++hellos > 10 ? ended(how) : accepting(modern, () => ended(how))(hello, connection),
    );
    expect(verdicts(run)).toEqual(expected(modern, 'none'));
  });
});

describe('a server that cannot read long hellos', () => {
  const intolerant =
    (how: Reply): Server =>
    (hello, connection) =>
      hello.length > 255 ? how : accepting(['TLSv1.0', 'TLSv1.2'], failure)(hello, connection);

  test.each(['closed', 'reset', 'timed-out'] as const)('is seen to accept, never to refuse: %s', (how) => {
    expect(verdicts(probe(intolerant(ended(how))))).toEqual({
      ...none,
      SSLv2: 'refused',
      'TLSv1.0': 'accepted',
      'TLSv1.2': 'accepted',
    });
  });

  test('refuses with protocol_version also the small one', () => {
    const run = probe((hello) =>
      hello.length > 255 ? ended('closed') : complete(alert('protocol_version')),
    );
    expect(verdicts(run)).toEqual({ ...expected([], 'refused') });
  });
});

describe('nothing is made of', () => {
  test.each(['closed', 'reset', 'timed-out', 'unreachable'] as const)('%s', (how) => {
    expect(verdicts(probe(() => ended(how)))).toMatchObject({ 'TLSv1.3': 'none', 'TLSv1.0': 'none' });
    expect([...probe(() => ended(how)).answers.values()].every(({ kind }) => kind === 'none')).toBe(true);
  });

  test('versions that get no answer beside ones that do', () => {
    const run = probe(accepting(modern, () => ended('timed-out')));
    expect(verdicts(run)).toEqual(expected(modern, 'none'));
    expect(run.answers.get('TLSv1.0')).toMatchObject({ why: 'no answer in time' });
  });

  test('a HelloRetryRequest that comes again', () => {
    const run = probe((hello, connection) =>
      hello.version === 'TLSv1.3'
        ? complete(serverHello('TLSv1.3', { retryGroup: 0x11ec }))
        : accepting(['TLSv1.2'], wrongVersion)(hello, connection),
    );
    expect(verdicts(run)).toEqual({ ...expected(['TLSv1.2'], 'refused'), 'TLSv1.3': 'none' });
  });

  test('random bytes on every connection', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 12 }), (bytes) => {
        const run = probe((_, connection) => ended('closed', bytes[connection % bytes.length]));
        expect([...run.answers.values()].every(({ kind }) => kind === 'none')).toBe(true);
      }),
    );
  });
});

test('no connection is spent on a port that nothing listens on, and few on one that is silent', () => {
  expect(probe(() => ended('unreachable')).probes).toHaveLength(4);
  const silent = probe(() => ended('timed-out'));
  expect([silent.probes.length, silent.rounds]).toEqual([8, 2]);
});

test('the replies alone give the same answers, whatever was random', () => {
  const anyReply = fc.constantFrom<(hello: HelloSeen) => Reply>(
    ({ version }) => (version === 'SSLv2' ? ended('closed') : complete(serverHello(version))),
    () => complete(alert('handshake_failure')),
    () => complete(alert('protocol_version')),
    () => complete(serverHello('TLSv1.3', { retryGroup: 0x0018 })),
    () => ended('reset'),
    () => ended('timed-out'),
  );
  fc.assert(
    fc.property(fc.infiniteStream(anyReply), (stream) => {
      const recorded = probe((hello) => stream.next().value(hello));
      const replayed = probe((_, connection) => recorded.replies[connection]!, 99);
      expect([...replayed.answers]).toEqual([...recorded.answers]);
      expect(replayed.probes.map(({ purpose }) => purpose)).toEqual(
        recorded.probes.map(({ purpose }) => purpose),
      );
    }),
  );
});
