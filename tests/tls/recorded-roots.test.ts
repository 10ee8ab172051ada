import { describe, expect, it } from 'vitest';
import { deriveChain } from '../../src/tls/chain-facts.ts';
import { recordedRoots, rootsFrom, rootsThatMatter } from '../../src/tls/recorded-roots.ts';
import { deriveRevocation } from '../../src/tls/revocation-facts.ts';
import type { SentChain } from '../../src/tls/sent-chains.ts';
import { type Certificate, readCertificate } from '../../src/x509/certificate.ts';
import { trustStore } from '../../src/x509/trust-store.ts';
import { at, issueCa, issueLeaf, party } from '../x509/authority.ts';

const [root, middle, other, bystander] = ['Root', 'Middle', 'Other', 'Bystander'].map((name) => party(name));
const namesake = party('Root');
const rootCertificate = issueCa(root!, root!);
const crossSigned = issueCa(root!, other!);
const otherCertificate = issueCa(other!, other!);
const namesakeCertificate = issueCa(namesake, namesake);
const bystanderCertificate = issueCa(bystander!, bystander!);
const middleCertificate = issueCa(middle!, root!);
const leaf = issueLeaf(party('host.test'), middle!);
const self = party('self.test');
const selfSigned = issueLeaf(self, self);

function chainOf(...ders: readonly Uint8Array[]): SentChain {
  const [first, ...others] = ders.map(readCertificate) as [Certificate, ...Certificate[]];
  return { handshakes: ['TLSv1.3, RSA'], leaf: first, others, sendings: [] };
}

function rootsOf(trusted: readonly Uint8Array[], publicly: readonly Uint8Array[]) {
  return { trusted: trustStore('roots', trusted), public: trustStore('public', publicly) };
}

describe('roots that matter to chains', () => {
  it.each<[string, SentChain, readonly Uint8Array[], readonly Uint8Array[], readonly Uint8Array[]]>([
    [
      'the one that signed',
      chainOf(leaf, middleCertificate),
      [bystanderCertificate, rootCertificate],
      [],
      [rootCertificate],
    ],
    [
      'one of the same name that did not sign',
      chainOf(leaf, middleCertificate),
      [namesakeCertificate, bystanderCertificate],
      [],
      [namesakeCertificate],
    ],
    [
      'one that signed another root',
      chainOf(leaf, middleCertificate),
      [crossSigned],
      [bystanderCertificate, otherCertificate],
      [crossSigned, otherCertificate],
    ],
    [
      'one that the server sends as its own',
      chainOf(selfSigned),
      [selfSigned, rootCertificate],
      [],
      [selfSigned],
    ],
    ['none', chainOf(leaf), [rootCertificate, bystanderCertificate], [otherCertificate], []],
  ])('%s', (_, chain, trusted, publicly, expected) => {
    const roots = rootsOf(trusted, publicly);
    const matter = rootsThatMatter([chain], roots);
    const kept = [...matter.trusted.anchors, ...matter.public.anchors];
    expect(kept.map(({ sha256 }) => sha256)).toEqual(expected.map((der) => readCertificate(der).sha256));
    // From those alone everything follows as from all: trusted or not, with the same reason.
    const ders = new Map(kept.map(({ sha256, der }) => [sha256, der]));
    const again = rootsFrom(recordedRoots(matter), ders);
    expect(deriveChain([chain], again, at.getTime())).toEqual(deriveChain([chain], roots, at.getTime()));
    const rest = { chains: [chain], atMs: at.getTime() };
    expect(deriveRevocation({ ...rest, roots: again })).toEqual(deriveRevocation({ ...rest, roots }));
  });

  it('are asked for by digest', () => {
    const matter = rootsThatMatter([chainOf(leaf, middleCertificate)], rootsOf([rootCertificate], []));
    expect(() => rootsFrom(recordedRoots(matter), new Map())).toThrow(
      expect.objectContaining({ code: 'ERR_TLS_REPLAY' }),
    );
  });
});
