import { describe, expect, it } from 'vitest';
import { deriveRevocation } from '../../src/tls/revocation-facts.ts';
import type { SentChain } from '../../src/tls/sent-chains.ts';
import { readCertificate } from '../../src/x509/certificate.ts';
import { encodeDer, integer, sequence } from '../../src/x509/der.ts';
import { trustStore } from '../../src/x509/trust-store.ts';
import { at, issueCa, issueLeaf, party } from '../x509/authority.ts';
import { type Answer, issueOcsp } from '../x509/status-authority.ts';

const ca = party('CA');
const root = party('Root');
const rootCertificate = issueCa(root, root);
const caCertificate = issueCa(ca, root);
const mustStaple = { oid: '1.3.6.1.5.5.7.1.24', critical: false, value: encodeDer(sequence(integer(5))) };
const leaf = issueLeaf(party('host.test'), ca);
const promising = issueLeaf(party('host.test'), ca, { extensions: [mustStaple] });
const hour = 3_600_000;
const times = { thisUpdate: new Date(at.getTime() - hour), nextUpdate: new Date(at.getTime() + hour) };
const revoked = { revokedAt: new Date('2026-11-01T00:00:00Z'), reason: 1 } as const;

const stapleOf = (certificate: Uint8Array, answer: Partial<Answer> = {}, signer = ca) =>
  issueOcsp({
    signer,
    responder: caCertificate,
    answers: [{ certificate, issuer: caCertificate, ...times, ...answer }],
  });

function chain(der: Uint8Array, staple?: Uint8Array, handshake = 'TLSv1.3, RSA'): SentChain {
  const others = [readCertificate(caCertificate)];
  return {
    handshakes: [handshake],
    leaf: readCertificate(der),
    others,
    sendings: [{ handshake, asked: true, ...(staple === undefined ? {} : { staple }) }],
  };
}

const unasked = (one: SentChain): SentChain => ({
  ...one,
  sendings: one.sendings.map((sending) => ({ ...sending, asked: false })),
});

function derive(chains: readonly SentChain[]) {
  const roots = { trusted: trustStore('roots', [rootCertificate]), public: trustStore('public', []) };
  return deriveRevocation({ chains, roots, atMs: at.getTime() });
}

const first = (...args: Parameters<typeof derive>) => derive(...args).certificates[0]!;

describe('deriveRevocation', () => {
  it('takes a stapled answer', () => {
    expect(first([chain(leaf, stapleOf(leaf))])).toMatchObject({
      staple: 'good',
      status: 'good',
      statusSource: `stapled OCSP response of ${times.thisUpdate.toISOString()}, until ${times.nextUpdate.toISOString()}, signed by the issuer`,
      mustStaple: false,
    });
    expect(first([chain(leaf, stapleOf(leaf, { status: revoked }))])).toMatchObject({
      staple: 'revoked',
      status: 'revoked',
      revokedAt: '2026-11-01T00:00:00.000Z',
      revocationReason: 'keyCompromise',
    });
  });

  it.each([
    ['of an answer that does not know it', stapleOf(leaf, { status: 'unknown' }), 'unknown', /does not know/],
    ['of one signed by another', stapleOf(leaf, {}, root), 'invalid', /not signed by the issuer's key/],
    ['of one about another', stapleOf(promising), 'invalid', /nothing of this certificate/],
    [
      'of one out of date',
      stapleOf(leaf, { nextUpdate: new Date(at.getTime() - 1000) }),
      'invalid',
      /was due/,
    ],
    ['of what is none', Uint8Array.of(1, 2, 3), 'invalid', /expected/],
    ['of nothing', new Uint8Array(0), 'invalid', /expected/],
  ] as const)('takes nothing %s', (_, staple, kind, why) => {
    const item = first([chain(leaf, staple)]);
    expect(item).toMatchObject({ staple: kind, statusSource: expect.stringMatching(why) });
    expect(item).not.toHaveProperty('status');
    if (kind === 'invalid') expect(item.stapleFault).toMatch(why);
  });

  it('says that none came only where a handshake asked', () => {
    expect(first([chain(promising)])).toMatchObject({ staple: 'none', mustStaple: true });
    expect(first([unasked(chain(promising))])).not.toHaveProperty('staple');
    const second = chain(leaf, undefined, 'TLSv1.2, RSA');
    expect(first([chain(leaf), second])).toMatchObject({ staple: 'none' });
    expect(first([unasked(chain(leaf)), second])).toMatchObject({ staple: 'none' });
    const good = chain(promising, stapleOf(promising));
    expect(first([good, unasked(chain(promising))])).toMatchObject({ staple: 'good' });
  });

  it('says that none came in one handshake though a good one came in another', () => {
    const good = chain(promising, stapleOf(promising));
    const bare = chain(promising, undefined, 'TLSv1.2, RSA');
    const merged = { ...good, sendings: [...good.sendings, ...bare.sendings] };
    for (const chains of [[merged], [good, bare], [bare, good]])
      expect(first(chains)).toMatchObject({ staple: 'none', status: 'good', mustStaple: true });
  });

  it('says the worst that any handshake brought', () => {
    const good = chain(leaf, stapleOf(leaf));
    const invalid = chain(leaf, Uint8Array.of(0), 'TLSv1.2, RSA');
    expect(first([good, invalid])).toMatchObject({ staple: 'invalid', status: 'good' });
    const bad = chain(leaf, stapleOf(leaf, { status: revoked }), 'TLSv1.2, RSA');
    expect(first([good, bad])).toMatchObject({ staple: 'revoked', status: 'revoked' });
    const merged = (...chains: readonly SentChain[]) => ({
      ...good,
      sendings: chains.flatMap(({ sendings }) => sendings),
    });
    for (const one of [merged(good, bad), merged(bad, good), merged(good, bad, good)])
      expect(first([one])).toMatchObject({ staple: 'revoked', status: 'revoked' });
  });

  it('knows what nobody could revoke', () => {
    const alone = party('Alone');
    expect(first([chain(issueLeaf(alone, alone))])).toMatchObject({ selfSigned: true, staple: 'none' });
    expect(first([chain(leaf)])).toMatchObject({ selfSigned: false });
  });

  it('does not judge a staple whose issuer is not known', () => {
    const stranger = party('Stranger');
    const der = issueLeaf(party('host.test'), stranger);
    const item = first([chain(der, stapleOf(der, {}, stranger))]);
    expect(item).not.toHaveProperty('staple');
    expect(item).not.toHaveProperty('status');
  });

  it('leaves out the root, and what is known of nothing', () => {
    const withRoot = { ...chain(leaf), others: [caCertificate, rootCertificate].map(readCertificate) };
    const seen = derive([withRoot]);
    expect(seen.authorities.map(({ subject }) => subject)).toEqual(['CN=CA,O=Assay Tests']);
    expect(seen.authorities[0]).not.toHaveProperty('status');
    expect(seen.certificates[0]?.statusSource).toBe('nothing says');
  });

  it.each([
    ['2026-11-18T00:00:00Z', '2026-11-24T23:59:59Z', 'short-lived'],
    ['2026-11-18T00:00:00Z', '2026-11-25T00:00:00Z', undefined],
    ['2026-03-14T23:59:59Z', '2026-03-24T23:59:58Z', 'short-lived'],
    ['2026-03-15T00:00:00Z', '2026-03-24T00:00:00Z', undefined],
  ])('knows how short a life needs no revocation: %s to %s', (from, to, status) => {
    const der = issueLeaf(party('host.test'), ca, { notBefore: new Date(from), notAfter: new Date(to) });
    expect(first([chain(der)]).status).toBe(status);
    expect(first([chain(der, stapleOf(der, { status: revoked }))]).status).toBe('revoked');
  });
});
