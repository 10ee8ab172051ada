import { Buffer } from 'node:buffer';
import { AssayError, type Completeness } from '../model/index.ts';
import { type Certificate, readCertificate } from '../x509/certificate.ts';
import type { Authentication } from './authentication.ts';
import type { CertificateEntry } from './certificate-message.ts';
import type { Ending } from './exchange.ts';
import type { RecordVersion } from './registry.ts';
import type { SentCertificates } from './sent-certificates.ts';

/** One distinct chain, leaf first, as far as its certificates could be read. */
export interface SentChain {
  /** In which handshakes it was sent: `TLSv1.3, RSA`. */
  readonly handshakes: readonly string[];
  readonly leaf: Certificate;
  /** The others, in the order sent. */
  readonly others: readonly Certificate[];
  /** What came with it each time it was sent, in that order: one client got this, another that. */
  readonly sendings: readonly Sending[];
}

/** What came beside the leaf in one handshake. */
export interface Sending {
  readonly handshake: string;
  /**
   * Whether a server that staples or timestamps would have shown it: the handshake asked for both, which SSLv3 cannot,
   * and came to its end. That nothing came says nothing elsewhere.
   */
  readonly asked: boolean;
  /** OCSPResponse stapled to the leaf, DER; absent: none was. */
  readonly staple?: Uint8Array;
  /** SignedCertificateTimestampList sent beside the leaf (RFC 6962 §3.3); absent: none was. */
  readonly timestamps?: Uint8Array;
}

/** Each distinct one once, with the handshakes that it came in. */
export function distinctBesides(
  { sendings }: SentChain,
  what: 'staple' | 'timestamps',
): { readonly bytes: Uint8Array; readonly handshakes: readonly string[] }[] {
  const byContent = new Map<string, { bytes: Uint8Array; handshakes: string[] }>();
  for (const { handshake, [what]: bytes } of sendings) {
    if (bytes === undefined) continue;
    const key = Buffer.from(bytes).toString('latin1');
    const { handshakes } = byContent.get(key) ?? { handshakes: [] };
    byContent.set(key, { bytes, handshakes: [...new Set([...handshakes, handshake])] });
  }
  return [...byContent.values()];
}

export interface SentChains {
  readonly chains: readonly SentChain[];
  /** What may have been sent and was not seen. */
  readonly missing: Completeness['missing'];
}

/** What one handshake brought. */
export interface CertificateOutcome {
  readonly version: RecordVersion;
  readonly authentication: Authentication;
  readonly ended: Ending;
  readonly result: SentCertificates;
}

interface Outcome extends CertificateOutcome {
  readonly handshake: string;
}

/** A handshake's name, as chains name those that they were sent in. */
function nameOf({ version, authentication }: CertificateOutcome): string {
  return `${version}, ${authentication}`;
}

/** The chains that handshakes show; the outcomes are in the order in which the handshakes were made. */
export function readSentChains(made: readonly CertificateOutcome[]): SentChains {
  const outcomes = made.map((one) => ({ ...one, handshake: nameOf(one) }));
  const readOnce = onceEach();
  const read = outcomes.flatMap((outcome) =>
    outcome.result.kind === 'chain' ? [readChain(outcome, outcome.result.certificates, readOnce)] : [],
  );
  return {
    chains: distinct(read.flatMap(({ chain }) => (chain === undefined ? [] : [chain]))),
    missing: [...unanswered(outcomes), ...unproven(outcomes), ...read.flatMap(({ missing }) => missing)],
  };
}

interface ReadChain {
  readonly chain: SentChain | undefined;
  readonly missing: Completeness['missing'];
}

type Read = (der: Uint8Array) => Certificate;

/** The same certificate comes in most of the handshakes. */
function onceEach(): Read {
  const known = new Map<string, Certificate>();
  return (der) => {
    const bytes = Buffer.from(der).toString('latin1');
    const certificate = known.get(bytes) ?? readCertificate(der);
    known.set(bytes, certificate);
    return certificate;
  };
}

function readChain(outcome: Outcome, list: readonly CertificateEntry[], readOnce: Read): ReadChain {
  const { handshake } = outcome;
  const missing: { what: string; why: string }[] = [];
  const read = list.map(({ der }, index) => {
    try {
      return readOnce(der);
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      missing.push({
        what: `certificate ${index + 1} of the chain sent for ${handshake}`,
        why: error.message,
      });
      return undefined;
    }
  });
  const [leaf, ...rest] = read;
  const others = rest.filter((certificate) => certificate !== undefined);
  const chain =
    leaf === undefined
      ? undefined
      : { handshakes: [handshake], leaf, others, sendings: [sendingOf(outcome, list[0])] };
  return { chain, missing };
}

function sendingOf({ handshake, version, ended }: Outcome, entry: CertificateEntry | undefined): Sending {
  const { staple, timestamps } = entry ?? {};
  return {
    handshake,
    asked: version !== 'SSLv3' && ended === 'complete',
    ...(staple === undefined ? {} : { staple }),
    ...(timestamps === undefined ? {} : { timestamps }),
  };
}

function distinct(chains: readonly SentChain[]): SentChain[] {
  const byContent = new Map<string, SentChain>();
  for (const chain of chains) {
    const key = [chain.leaf, ...chain.others].map(({ sha256 }) => sha256).join();
    const before = byContent.get(key);
    const handshakes = [...(before?.handshakes ?? []), ...chain.handshakes];
    const sendings = [...(before?.sendings ?? []), ...chain.sendings];
    byContent.set(key, { ...chain, handshakes: [...new Set(handshakes)], sendings });
  }
  return [...byContent.values()];
}

/** Chains that anyone could have sent; that the server holds the key may be seen in another handshake. */
function unproven(outcomes: readonly Outcome[]): { what: string; why: string }[] {
  const leafOf = (result: SentCertificates): string =>
    result.kind === 'chain' ? Buffer.from(result.certificates[0]?.der ?? []).toString('latin1') : '';
  const isProven = (result: SentCertificates): boolean =>
    result.kind === 'chain' && result.unproven === undefined;
  const proven = new Set(outcomes.flatMap(({ result }) => (isProven(result) ? [leafOf(result)] : [])));
  const open = outcomes.flatMap(({ handshake, result }) =>
    result.kind === 'chain' && result.unproven !== undefined && !proven.has(leafOf(result))
      ? [[handshake, result.unproven] as const]
      : [],
  );
  return [...new Map(open)].map(([handshake, why]) => ({
    what: `whether the server holds the key of the chain sent for ${handshake}`,
    why,
  }));
}

/** What was asked for and never answered definitely, with the last reason. */
function unanswered(outcomes: readonly Outcome[]): { what: string; why: string }[] {
  const open = new Map<string, string>();
  for (const [index, { handshake, result }] of outcomes.entries()) {
    if (result.kind === 'unknown' && !isSilentRefusal(outcomes, index)) open.set(handshake, result.why);
  }
  for (const [index, { handshake, result }] of outcomes.entries()) {
    if (result.kind !== 'unknown' || isSilentRefusal(outcomes, index)) open.delete(handshake);
  }
  const versionsWithoutAny = new Map(outcomes.map(({ version, result }) => [version, whyNot(result)]));
  for (const { version, result } of outcomes) if (result.kind === 'chain') versionsWithoutAny.delete(version);
  return [
    ...[...open].map(([handshake, why]) => ({ what: `the chain sent for ${handshake}`, why })),
    ...[...versionsWithoutAny].map(([version, why]) => ({ what: `any chain under ${version}`, why })),
  ];
}

function whyNot(result: SentCertificates): string {
  return result.kind === 'chain' ? '' : result.why;
}

/**
 * Some servers close or reset the connection where others send an alert. That counts as an answer only where it
 * happened between two handshakes of the same version that brought a chain: then it is the kind of certificate asked
 * for that the server does not have, and not the network.
 */
function isSilentRefusal(outcomes: readonly Outcome[], index: number): boolean {
  const [before, here, after] = [outcomes[index - 1], outcomes[index], outcomes[index + 1]];
  const broughtChain = (other: Outcome | undefined): boolean =>
    other?.result.kind === 'chain' && other.version === here?.version && other.handshake !== here.handshake;
  const abrupt = here?.ended === 'closed' || here?.ended === 'reset';
  return here?.result.kind === 'unknown' && abrupt && broughtChain(before) && broughtChain(after);
}
