import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { suitesFor } from '../../src/tls/cipher-suites.ts';
import type { Found } from '../../src/tls/elimination.ts';
import { probeJoint } from '../../src/tls/joint-probing.ts';
import { groups } from '../../src/tls/registry.ts';
import {
  type Answering,
  complete,
  ended,
  failure,
  offeredGroups,
  options,
  run,
  type Simulated,
  server,
} from './simulated.ts';
import { type HelloSeen, serverHello } from './wire.ts';

const version = 'TLSv1.3';
const probe = (answer: Answering) => run(probeJoint(options), answer);
const codes = (found: readonly Found[]): number[] => found.map(({ item }) => item);
const modern: Simulated = { version, suites: [0x1302, 0x1303, 0x1301], groups: [0x11ec, 0x001d, 0x0017] };

describe('suites and groups of TLS 1.3', () => {
  test('are found together, each in the order of the server', () => {
    const { value, labels } = probe(server(modern));
    expect([codes(value.suites), codes(value.groups)]).toEqual([modern.suites, modern.groups]);
    expect([value.suitePreference, value.groupPreference]).toEqual(['server', 'server']);
    expect([value.missingSuites, value.missingGroups]).toEqual([undefined, undefined]);
    // Three of both, two for each list, the other way round.
    expect(labels).toHaveLength(3 + 4 + 1);
  });

  test('however many there are of each', () => {
    const someGroups = fc.subarray(Object.values(groups) as number[], { minLength: 1, maxLength: 20 });
    const someSuites = fc.subarray([...suitesFor(version)], { minLength: 1 });
    fc.assert(
      fc.property(someSuites, someGroups, fc.boolean(), (suites, own, ownOrder) => {
        const { value, labels } = probe(server({ version, suites, groups: own, ownOrder }));
        expect(new Set(codes(value.suites))).toEqual(new Set(suites));
        expect(new Set(codes(value.groups))).toEqual(new Set(own));
        expect([value.missingSuites, value.missingGroups]).toEqual([undefined, undefined]);
        expect(labels.length).toBeLessThanOrEqual(Math.max(suites.length, own.length) + 7);
      }),
      { numRuns: 60 },
    );
  });

  test('whose order is the client’s', () => {
    const { value } = probe(server({ ...modern, ownOrder: false }));
    expect([value.suitePreference, value.groupPreference]).toEqual(['client', 'client']);
  });
});

test('one alert does not end the suites, nor the groups', () => {
  for (const list of ['suites', 'groups']) {
    const more = {
      ...modern,
      suites: [...modern.suites, 0x1304],
      groups: [...(modern.groups ?? []), 0x0018],
    };
    const { value } = probe((hello, label) =>
      label.endsWith('both 4') || label === `${version} ${list} 1` ? failure : server(more)(hello, label),
    );
    expect(new Set(codes(value.suites))).toEqual(new Set(more.suites));
    expect(new Set(codes(value.groups))).toEqual(new Set(more.groups));
  }
});

test('a server that refuses everything oddly is known where it picks what was found over the rest', () => {
  const { value } = probe(server({ ...modern, otherwise: ended('reset') }));
  expect([codes(value.suites), codes(value.groups)]).toEqual([modern.suites, modern.groups]);
  expect([value.missingSuites, value.missingGroups]).toEqual([undefined, undefined]);
});

describe('nothing is made of', () => {
  test.each(['timed-out', 'closed'] as const)('a server that is %s in between', (how) => {
    let left = 2;
    const { value } = probe((hello, label) => (left-- > 0 ? server(modern)(hello, label) : ended(how)));
    expect(codes(value.groups)).toEqual([0x11ec, 0x001d]);
    expect(value.missingSuites).toBeDefined();
    expect(value.missingGroups).toBeDefined();
  });

  test('an odd refusal of some of the rest, unlike the others', () => {
    const [secp521r1, own] = [0x0019, modern.groups ?? []];
    const { value } = probe((hello, label) => {
      const offered = offeredGroups(hello);
      const bare = !own.some((group) => offered.includes(group));
      return bare && offered.includes(secp521r1) ? ended('reset') : server(modern)(hello, label);
    });
    expect([codes(value.suites), codes(value.groups)]).toEqual([modern.suites, modern.groups]);
    expect(value.missingSuites).toBeUndefined();
    expect(value.missingGroups).toContain('connection reset');
  });

  test('the same HelloRetryRequest for ever', () => {
    const { value, labels } = probe(() => complete(serverHello(version, { retryGroup: 0x001d })));
    expect([codes(value.groups), value.missingGroups]).toEqual([[0x001d], expect.any(String)]);
    expect(labels.length).toBeLessThan(8);
  });

  test('a group that was not offered', () => {
    const { value } = probe(() => complete(serverHello(version, { retryGroup: 0x1a2a })));
    expect([value.groups, value.missingGroups]).toEqual([
      [],
      expect.stringContaining('group that was not offered'),
    ]);
  });
});

test('a server that reads short hellos only', () => {
  const { value, hellos } = probe((hello, label) =>
    hello.length > 255 ? ended('reset') : server({ ...modern, groups: [0x001d, 0x0017] })(hello, label),
  );
  expect([codes(value.suites), codes(value.groups)]).toEqual([modern.suites, [0x001d, 0x0017]]);
  expect(value.missingGroups).toContain('short hellos');
  expect(hellos.filter(({ length }) => length > 255)).toHaveLength(1);
});

describe('a server that knows no HelloRetryRequest', () => {
  const shared = ({ extensions }: HelloSeen): number[] => {
    const body = extensions.get(51) ?? Buffer.alloc(2);
    const found: number[] = [];
    for (let at = 2; at < body.length; at += 4 + body.readUInt16BE(at + 2)) found.push(body.readUInt16BE(at));
    return found;
  };
  const withoutRetry: Answering = (hello) => {
    const suite = modern.suites.find((each) => hello.suites.includes(each));
    const group = [0x001d, 0x0018].find((each) => shared(hello).includes(each));
    if (suite === undefined || group === undefined) return failure;
    const bytes = Buffer.from(serverHello(version, { suite }));
    // The group of its key share, which ends the message.
    bytes.writeUInt16BE(group, bytes.length - 5);
    return complete(bytes);
  };

  test('shows its suites with keys, and only the groups that there were keys for', () => {
    const { value, labels } = probe(withoutRetry);
    expect([codes(value.suites), codes(value.groups)]).toEqual([modern.suites, [0x001d, 0x0018]]);
    expect([value.suitePreference, value.missingSuites]).toEqual(['server', undefined]);
    expect(value.missingGroups).toContain('asks for no key');
    expect(labels.length).toBeLessThan(18);
  });
});
