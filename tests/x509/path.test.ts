import { describe, expect, it } from 'vitest';
import { type Certificate, readCertificate } from '../../src/x509/certificate.ts';
import { findPath, type PathResult } from '../../src/x509/path.ts';
import { at, issueCa, issueLeaf, party } from './authority.ts';
import { type PathCase, pathCases } from './path-cases.ts';

function judged({ leaf, sent, anchors, at: instant }: Omit<PathCase, 'name'>): PathResult {
  return findPath({
    leaf: readCertificate(leaf),
    intermediates: sent.map(readCertificate),
    anchors: anchors.map(readCertificate),
    atMs: instant.getTime(),
  });
}

describe('findPath', () => {
  it.each(pathCases.filter(({ because }) => because === undefined))('trusts: $name', (one) => {
    const result = judged(one);
    if (!result.trusted) expect.fail(result.reason);
    expect(result.path[0]?.sha256).toBe(readCertificate(one.leaf).sha256);
    expect(one.anchors.map((der) => readCertificate(der).sha256)).toContain(result.anchor.sha256);
  });

  it.each(pathCases.filter(({ because }) => because !== undefined))('does not trust: $name', (one) => {
    const result = judged(one);
    expect(result).toMatchObject({ trusted: false, reason: expect.stringMatching(one.because!) });
  });

  it('includes both ends of the validity period and nothing beyond', () => {
    const root = party('Root');
    const der = issueLeaf(party('host.test'), root, {
      notBefore: new Date('2026-11-01T00:00:00Z'),
      notAfter: new Date('2026-11-30T00:00:00Z'),
    });
    const trustedAt = (instant: string): boolean =>
      judged({ leaf: der, sent: [], anchors: [issueCa(root, root)], at: new Date(instant) }).trusted;
    expect(trustedAt('2026-10-31T23:59:59.999Z')).toBe(false);
    expect(trustedAt('2026-11-01T00:00:00.000Z')).toBe(true);
    expect(trustedAt('2026-11-30T00:00:00.000Z')).toBe(true);
    expect(trustedAt('2026-11-30T00:00:00.001Z')).toBe(false);
  });

  it('gives up on a chain longer than any real one', () => {
    const parties = Array.from({ length: 20 }, (_, index) => party(`Level ${index}`));
    const sent = parties.map((one, index) => issueCa(one, parties[index - 1] ?? one));
    const result = judged({
      leaf: issueLeaf(party('host.test'), parties[19]!),
      sent,
      anchors: sent.slice(0, 1),
      at,
    });
    expect(result).toMatchObject({ trusted: false, reason: expect.stringMatching(/longer than 12/) });
  });

  it('bounds the signatures it checks', () => {
    const root = party('Root');
    const cas = Array.from({ length: 7 }, () => party('CA'));
    // Every one of these could have issued every other by name, and did: paths without end.
    const sent = cas.flatMap((subject) => cas.map((issuer) => issueCa(subject, issuer)));
    let checks = 0;
    const counted = (der: Uint8Array): Certificate => {
      const certificate = readCertificate(der);
      const signedBy = (issuer: Certificate): boolean => {
        checks++;
        return certificate.signedBy(issuer);
      };
      return { ...certificate, signedBy };
    };
    const result = findPath({
      leaf: counted(issueLeaf(party('host.test'), cas[0]!)),
      intermediates: sent.map(counted),
      anchors: [counted(issueCa(root, root))],
      atMs: at.getTime(),
    });
    expect(result).toMatchObject({
      trusted: false,
      reason: expect.stringMatching(/more than 200 signatures/),
    });
    expect(checks).toBe(200);
  });
});
