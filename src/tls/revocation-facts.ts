import type { Certificate } from '../x509/certificate.ts';
import { Links } from '../x509/links.ts';
import { judgeOcsp } from '../x509/ocsp.ts';
import type { RevocationVerdict } from '../x509/revocation.ts';
import { statusExtensions } from '../x509/status-extensions.ts';
import { distinctCertificates, identified } from './chain-facts.ts';
import type { Roots } from './chain-shape.ts';
import type { Revocation } from './facts/revocation.ts';
import { type StatusQuestion, stapled, statusFrom } from './revocation-status.ts';
import { distinctBesides, type SentChain } from './sent-chains.ts';

type LeafStatus = Revocation['certificates'][number];

export interface RevocationInput {
  readonly chains: readonly SentChain[];
  readonly roots: Roots;
  readonly atMs: number;
}

/** The fact `tls.revocation`. */
export function deriveRevocation(input: RevocationInput): Revocation {
  const placed = distinctCertificates(input.chains);
  const links = new Links();
  const { trusted, public: publicRoots } = input.roots;
  const among = [...placed.map(({ certificate }) => certificate), ...trusted.anchors, ...publicRoots.anchors];
  const inform = (certificate: Certificate, isLeaf: boolean): Informed => {
    const issuer = links.issuersOf(certificate, among)[0];
    return { ...input, certificate, issuer, isLeaf };
  };
  const authorities = placed.filter((one) => identified(one).role === 'intermediate');
  return {
    certificates: placed
      .filter(({ first }) => first)
      .map(({ certificate }) => leafStatus(inform(certificate, true))),
    authorities: authorities.map(({ certificate }) => ({
      ...named(certificate),
      ...statusFrom(inform(certificate, false), []),
    })),
  };
}

type Informed = RevocationInput & StatusQuestion;

function leafStatus(informed: Informed): LeafStatus {
  const { certificate, chains } = informed;
  const own = chains.filter(({ leaf }) => leaf.sha256 === certificate.sha256);
  const verdicts = stapleVerdicts(chains, informed);
  const noneCame = own.some(({ sendings }) =>
    sendings.some(({ asked, staple }) => asked && staple === undefined),
  );
  return {
    ...named(certificate),
    selfSigned: certificate.signedBy(certificate),
    mustStaple: statusExtensions(certificate.der).mustStaple,
    ...stapleField(verdicts, noneCame),
    ...statusFrom(informed, stapled(verdicts)),
  };
}

/** Of every distinct response stapled to it. Without the issuer's certificate nobody can tell whether one is valid. */
export function stapleVerdicts(
  chains: readonly SentChain[],
  { certificate, issuer, atMs }: StatusQuestion,
): RevocationVerdict[] {
  if (issuer === undefined) return [];
  const own = chains.filter(({ leaf }) => leaf.sha256 === certificate.sha256);
  const staples = own.flatMap((chain) => distinctBesides(chain, 'staple'));
  return staples.map(({ bytes }) => judgeOcsp(bytes, { certificate, issuer, atMs }));
}

/** What names a certificate, and where its status is to be learned. */
export function named(
  certificate: Certificate,
): Pick<LeafStatus, 'subject' | 'serial' | 'sha256' | 'ocspUrls' | 'crlUrls'> {
  const { subject, serial, sha256 } = identified({ certificate, first: true });
  const { ocspUrls, crlUrls } = statusExtensions(certificate.der);
  return { subject, serial, sha256, ocspUrls, crlUrls };
}

/** Worst first: what one client got, others get. */
const ranks = ['revoked', 'invalid', 'unknown', 'none', 'good'] as const;

function stapleField(
  verdicts: readonly RevocationVerdict[],
  noneCame: boolean,
): Pick<LeafStatus, 'staple' | 'stapleFault'> {
  const kinds = [...verdicts.map(({ kind }) => kind), ...(noneCame ? ['none'] : [])];
  const staple = ranks.find((rank) => kinds.includes(rank));
  if (staple === undefined) return {};
  const fault = verdicts.find((verdict) => verdict.kind === 'invalid');
  return { staple, ...(staple === 'invalid' && fault ? { stapleFault: fault.why } : {}) };
}
