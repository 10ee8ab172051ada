import { describe, expect, it } from 'vitest';
import type { Sending } from '../../src/tls/sent-chains.ts';
import { deriveTimestamps } from '../../src/tls/timestamp-facts.ts';
import { readCertificate } from '../../src/x509/certificate.ts';
import { trustStore } from '../../src/x509/trust-store.ts';
import { at, issueCa, issueLeaf, party } from '../x509/authority.ts';
import {
  certificateEntry,
  embedded,
  issueLogged,
  log,
  timestamp,
  timestampExtension,
  timestampList,
} from '../x509/log-authority.ts';
import { extension, issueOcsp } from '../x509/status-authority.ts';

const ca = party('CA');
const caCertificate = issueCa(ca, ca);
const server = party('host.test');
const [one, two, three] = [log('A', 'one'), log('B', 'two'), log('A', 'three', {}, 'rsa')];
const retired = log('C', 'retired', { state: 'retired', since: '2026-11-01T00:00:00.000Z' });
const narrow = log('C', 'narrow', { endsBefore: '2026-12-01T00:00:00.000Z' });
const foreign = log('D', 'foreign');
const logs = {
  published: '2026-08-29T00:00:00.000Z',
  logs: [one, two, three, retired, narrow].map((each) => each.log),
};
const store = { trusted: trustStore('roots.pem', [caCertificate]), public: trustStore('public', []) };
const seen = new Date('2026-10-01T00:00:00Z');
const long = { notBefore: new Date('2026-10-01T00:00:00Z'), notAfter: new Date('2027-05-01T00:00:00Z') };

const logged = (...by: readonly (typeof one)[]) =>
  issueLogged(
    server,
    ca,
    caCertificate,
    by.map((each) => ({ log: each, at: seen })),
  );

interface Sent extends Partial<Pick<Sending, 'staple' | 'timestamps'>> {
  readonly others?: readonly Uint8Array[];
  readonly asked?: boolean;
  readonly besides?: readonly Sending[];
}

function derive(
  leaf: Uint8Array,
  { others = [caCertificate], asked = true, besides = [], ...more }: Sent = {},
) {
  const chain = {
    handshakes: ['TLSv1.3, RSA'],
    leaf: readCertificate(leaf),
    others: others.map(readCertificate),
    sendings: [{ handshake: 'TLSv1.3, RSA', asked, ...more }, ...besides],
  };
  const input = { chains: [chain], roots: store, logs, atMs: at.getTime() };
  return deriveTimestamps(input).certificates[0]!;
}

const verdicts = (item: ReturnType<typeof derive>) =>
  item.timestamps.map(({ log: name, verdict }) => [name, verdict]);

describe('deriveTimestamps', () => {
  it('takes timestamps of two logs of two operators for enough', () => {
    const item = derive(logged(one, two));
    expect(verdicts(item)).toEqual([
      ['one', 'valid'],
      ['two', 'valid'],
    ]);
    expect(item).toMatchObject({ needed: 2, sufficient: true, anchorKind: 'private' });
    expect(item.timestamps[0]).toMatchObject({
      operator: 'A',
      source: 'certificate',
      at: seen.toISOString(),
    });
  });

  it('reads logs with RSA keys', () => {
    expect(verdicts(derive(logged(three)))).toEqual([['three', 'valid']]);
  });

  it('wants three for a long life', () => {
    const by = (...all: readonly (typeof one)[]) =>
      derive(
        issueLogged(
          server,
          ca,
          caCertificate,
          all.map((each) => ({ log: each, at: seen })),
          long,
        ),
      );
    expect(by(one, two)).toMatchObject({ needed: 3, sufficient: false });
    expect(by(one, two, three)).toMatchObject({ needed: 3, sufficient: true });
  });

  it.each([
    ['one log', [one], []],
    ['two logs of one operator', [one, three], []],
    ['one log twice', [one, one], []],
    [
      'a log that takes no such certificates',
      [one, narrow],
      [
        ['one', 'valid'],
        ['narrow', 'invalid'],
      ],
    ],
  ] as const)('does not take %s for enough', (_, by, expected) => {
    const item = derive(logged(...by));
    expect(item.sufficient).toBe(false);
    if (expected.length > 0) expect(verdicts(item)).toEqual(expected);
  });

  it('counts a log that was retired later, beside one that was not', () => {
    expect(verdicts(derive(logged(one, retired)))).toEqual([
      ['one', 'valid'],
      ['retired', 'retired'],
    ]);
    expect(derive(logged(one, retired)).sufficient).toBe(true);
    const late = issueLogged(server, ca, caCertificate, [
      { log: one, at: seen },
      { log: retired, at: new Date('2026-11-02T00:00:00Z') },
    ]);
    expect(verdicts(derive(late))).toEqual([
      ['one', 'valid'],
      ['retired', 'invalid'],
    ]);
    expect(derive(logged(retired)).sufficient).toBe(false);
  });

  it('leaves open what a log that is not on the list says', () => {
    const item = derive(logged(one, foreign));
    expect(verdicts(item)).toEqual([
      ['one', 'valid'],
      ['unknown', 'not-checked'],
    ]);
    expect(item).not.toHaveProperty('sufficient');
    expect(derive(logged(one, two, foreign)).sufficient).toBe(true);
  });

  it('checks nothing without the issuer', () => {
    const stranger = party('Stranger');
    const item = derive(
      issueLogged(server, stranger, issueCa(stranger, stranger), [{ log: one, at: seen }]),
      {
        others: [],
      },
    );
    expect(verdicts(item)).toEqual([['one', 'not-checked']]);
    expect(item).not.toHaveProperty('sufficient');
    expect(item).not.toHaveProperty('anchorKind');
  });

  it('refuses a timestamp over another certificate, of another issuer, or of tomorrow', () => {
    const [stamp] = [timestamp(one, certificateEntry(issueLeaf(server, ca)), seen)];
    const moved = issueLeaf(server, ca, { extensions: [embedded(timestampList(stamp))] });
    expect(verdicts(derive(moved))).toEqual([['one', 'invalid']]);
    const other = issueLogged(server, ca, issueCa(party('Other'), ca), [{ log: one, at: seen }]);
    expect(verdicts(derive(other))).toEqual([['one', 'invalid']]);
    const tomorrow = issueLogged(server, ca, caCertificate, [
      { log: one, at: new Date(at.getTime() + 86_400_000) },
    ]);
    expect(verdicts(derive(tomorrow))).toEqual([['one', 'invalid']]);
  });

  it('leaves out timestamps of a later version', () => {
    const stamp = timestamp(one, certificateEntry(issueLeaf(server, ca)), seen, 1);
    const item = derive(issueLeaf(server, ca, { extensions: [embedded(timestampList(stamp))] }));
    expect(item).toMatchObject({ timestamps: [], sufficient: false });
  });

  it('takes timestamps of the stapled response and of the extension', () => {
    const leaf = issueLeaf(server, ca);
    const list = (by: typeof one) => timestampList(timestamp(by, certificateEntry(leaf), seen));
    const staple = issueOcsp({
      signer: ca,
      responder: caCertificate,
      answers: [
        {
          certificate: leaf,
          issuer: caCertificate,
          thisUpdate: at,
          extensions: [extension('1.3.6.1.4.1.11129.2.4.5', timestampExtension(list(one)))],
        },
      ],
    });
    const item = derive(leaf, { staple, timestamps: list(two) });
    expect(item.timestamps.map(({ source, verdict }) => [source, verdict])).toEqual([
      ['ocsp', 'valid'],
      ['tls', 'valid'],
    ]);
    expect(item.sufficient).toBe(true);
    expect(derive(leaf, { staple })).toMatchObject({ sufficient: false });
    // Another client got none of them: or nobody knows what it got.
    const other = { handshake: 'TLSv1.2, RSA', asked: true };
    const both = { staple, timestamps: list(two) };
    expect(derive(leaf, { ...both, besides: [other] })).toMatchObject({ sufficient: false });
    expect(derive(leaf, { ...both, besides: [{ ...other, asked: false }] })).not.toHaveProperty('sufficient');
    expect(derive(leaf, { ...both, besides: [{ ...other, ...both }] })).toMatchObject({ sufficient: true });
  });

  it('does not say that none came where none was asked for', () => {
    const leaf = issueLeaf(server, ca);
    expect(derive(leaf)).toMatchObject({ sufficient: false, timestamps: [] });
    expect(derive(leaf, { asked: false })).not.toHaveProperty('sufficient');
    expect(derive(logged(one, two), { asked: false })).toMatchObject({ sufficient: true });
  });

  it('does not say that there are too few where a list cannot be read', () => {
    const leaf = issueLeaf(server, ca, { extensions: [embedded(Buffer.of(0, 9, 1))] });
    expect(derive(leaf)).toMatchObject({ timestamps: [] });
    expect(derive(leaf)).not.toHaveProperty('sufficient');
    expect(derive(issueLeaf(server, ca), { timestamps: Buffer.of(1) })).not.toHaveProperty('sufficient');
  });
});
