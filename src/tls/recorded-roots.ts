import { AssayError } from '../model/index.ts';
import { type Certificate, readCertificate } from '../x509/certificate.ts';
import type { TrustStore } from '../x509/trust-store.ts';
import { distinctCertificates } from './chain-facts.ts';
import type { Roots } from './chain-shape.ts';
import type { SentChain } from './sent-chains.ts';

/** A store as evidence has it: what it is, and those of its roots that matter to the chains. */
export interface RecordedStore {
  readonly description: string;
  /** Of the whole store. */
  readonly sha256: string;
  /** SHA-256 of each root, hexadecimal, in the store's order; the certificates themselves are beside, as PEM. */
  readonly anchors: readonly string[];
}

export interface RecordedRoots {
  readonly trusted: RecordedStore;
  readonly public: RecordedStore;
}

/**
 * The stores without the roots that make no difference to the chains. Those that do are sent by the server, or have the
 * name of an issuer: what bears the name and did not sign is kept, for why a path fails hangs on it.
 */
export function rootsThatMatter(chains: readonly SentChain[], { trusted, public: known }: Roots): Roots {
  const sent = distinctCertificates(chains).map(({ certificate }) => certificate);
  const anchors = trusted === known ? trusted.anchors : [...trusted.anchors, ...known.anchors];
  const matters = thoseThatMatter(sent, anchors);
  const only = (store: TrustStore): TrustStore => ({
    ...store,
    anchors: store.anchors.filter(({ sha256 }) => matters.has(sha256)),
  });
  return { trusted: only(trusted), public: only(known) };
}

/** Digests of the roots that were sent, that issued what was sent by name, that issued those, and so on. */
function thoseThatMatter(sent: readonly Certificate[], anchors: readonly Certificate[]): ReadonlySet<string> {
  const names = new Set(sent.map(({ issuer }) => issuer.key));
  const digests = new Set(sent.map(({ sha256 }) => sha256));
  const found = new Set<string>();
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const anchor of anchors) {
      if (!digests.has(anchor.sha256) && !names.has(anchor.subject.key)) continue;
      found.add(anchor.sha256);
      names.add(anchor.issuer.key);
    }
  }
  return found;
}

export function recordedRoots({ trusted, public: known }: Roots): RecordedRoots {
  return { trusted: recordedStore(trusted), public: recordedStore(known) };
}

function recordedStore({ description, sha256, anchors }: TrustStore): RecordedStore {
  return { description, sha256, anchors: anchors.map((anchor) => anchor.sha256) };
}

/**
 * The stores again, as far as they matter.
 *
 * @param certificates DER by SHA-256
 * @throws AssayError ERR_TLS_REPLAY where one of the roots is not there, ERR_CERTIFICATE where it is none
 */
export function rootsFrom(
  { trusted, public: known }: RecordedRoots,
  certificates: ReadonlyMap<string, Uint8Array>,
): Roots {
  const store = ({ anchors, ...named }: RecordedStore): TrustStore => ({
    ...named,
    anchors: anchors.map((digest) => readCertificate(rootOf(digest, certificates))),
  });
  return { trusted: store(trusted), public: store(known) };
}

function rootOf(digest: string, certificates: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const der = certificates.get(digest);
  if (der !== undefined) return der;
  throw new AssayError('ERR_TLS_REPLAY', `expected the root ${digest} in the evidence, got none`, {
    remedy: 'The evidence was made by another version of assay, or altered.',
  });
}
