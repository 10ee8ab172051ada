import { Buffer } from 'node:buffer';
import { AssayError } from '../model/index.ts';
import type { Certificate } from '../x509/certificate.ts';
import { rawOids } from '../x509/certificate-fields.ts';
import { type CertificateTimestamp, readTimestamps } from '../x509/certificate-timestamps.ts';
import { Links } from '../x509/links.ts';
import { readOcspResponse } from '../x509/ocsp-response.ts';
import { statusExtensions } from '../x509/status-extensions.ts';
import { isLoggedBy, type LoggedEntry } from '../x509/timestamp-check.ts';
import { onlyTlv, tlvTag } from '../x509/tlv.ts';
import { type LogList, logIdOf, type TransparencyLog } from '../x509/transparency-log.ts';
import { identified } from './chain-facts.ts';
import { chainShape, type Roots } from './chain-shape.ts';
import type { Timestamps } from './facts/timestamps.ts';
import type { SentChain } from './sent-chains.ts';

type Item = Timestamps['certificates'][number];
type Judged = Item['timestamps'][number];
type Source = Judged['source'];

export interface TimestampInput {
  readonly chains: readonly SentChain[];
  readonly roots: Roots;
  readonly logs: LogList;
  readonly atMs: number;
  /** The handshakes that asked for timestamps and for a staple, as `SentChain.handshakes` names them. */
  readonly asked: ReadonlySet<string>;
}

/** The fact `tls.timestamps`. */
export function deriveTimestamps(input: TimestampInput): Timestamps {
  const leaves = new Map(input.chains.map(({ leaf }) => [leaf.sha256, leaf]));
  return {
    logList: input.logs.published,
    certificates: [...leaves.values()].map((leaf) => describe(leaf, input)),
  };
}

function describe(leaf: Certificate, input: TimestampInput): Item {
  const chains = input.chains.filter((chain) => chain.leaf.sha256 === leaf.sha256);
  const { subject, serial, sha256 } = identified({ certificate: leaf, first: true });
  const { found, malformed } = collect(leaf, chains);
  const issuer = issuerOf(leaf, chains, input.roots);
  const judged = found.map((one) => judge(one, { leaf, issuer, ...input }));
  const needed = lifetimeMs(leaf) <= 180 * dayMs ? 2 : 3;
  const certain =
    malformed === 0 &&
    chains.every(({ handshakes }) => handshakes.every((handshake) => input.asked.has(handshake))) &&
    judged.every(({ verdict }) => verdict !== 'not-checked');
  const kinds = chains.map((chain) => chainShape(chain, input.roots, []).anchorKind);
  const kind = kinds.includes('public') ? 'public' : kinds.includes(undefined) ? undefined : 'private';
  const enough = isSufficient(judged, needed);
  return {
    subject,
    serial,
    sha256,
    ...(kind === undefined ? {} : { anchorKind: kind }),
    needed,
    ...(enough || certain ? { sufficient: enough } : {}),
    timestamps: judged,
  };
}

const dayMs = 86_400_000;
/** What clocks may be apart. */
const toleranceMs = 5 * 60 * 1000;

function lifetimeMs({ notBefore, notAfter }: Certificate): number {
  return Date.parse(notAfter) - Date.parse(notBefore);
}

function issuerOf(leaf: Certificate, chains: readonly SentChain[], roots: Roots): Certificate | undefined {
  const others = chains.flatMap((chain) => chain.others);
  return new Links().issuersOf(leaf, [...others, ...roots.trusted.anchors, ...roots.public.anchors])[0];
}

interface Found {
  readonly timestamp: CertificateTimestamp;
  readonly source: Source;
}

/** Each distinct timestamp once; a list that cannot be read may have held any. */
function collect(leaf: Certificate, chains: readonly SentChain[]): { found: Found[]; malformed: number } {
  const embedded = statusExtensions(leaf.der);
  const found = new Map<string, Found>();
  let malformed = embedded.malformed.includes('embeddedTimestamps') ? 1 : 0;
  const add = (source: Source, list: () => Uint8Array | undefined): void => {
    try {
      const bytes = list();
      for (const timestamp of bytes === undefined ? [] : readTimestamps(bytes)) {
        const key = `${timestamp.logId} ${source} ${Buffer.from(timestamp.signature).toString('hex')}`;
        found.set(key, { timestamp, source });
      }
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      malformed++;
    }
  };
  add('certificate', () => embedded.timestamps);
  for (const { staple, timestamps } of chains) {
    if (staple !== undefined) add('ocsp', () => stapledTimestamps(staple));
    add('tls', () => timestamps);
  }
  return { found: [...found.values()], malformed };
}

/** The response need not be valid for that: each timestamp has its own signature. */
function stapledTimestamps(staple: Uint8Array): Uint8Array | undefined {
  const response = readOcspResponse(staple);
  if (response.kind === 'refusal') return undefined;
  const extensions = response.answers.flatMap((answer) => answer.extensions);
  const list = extensions.find(({ oid }) => oid === rawOids.ocspTimestamps);
  return list === undefined ? undefined : onlyTlv(list.value, tlvTag.octetString).content;
}

interface Context extends TimestampInput {
  readonly leaf: Certificate;
  readonly issuer: Certificate | undefined;
}

function judge({ timestamp, source }: Found, context: Context): Judged {
  const { logId, at } = timestamp;
  const log = context.logs.logs.find((each) => logIdOf(each) === logId);
  const entry = entryOf(source, context);
  const named = { log: log?.name ?? 'unknown', operator: log?.operator ?? 'unknown' };
  const checkable = log !== undefined && entry !== undefined;
  const verdict = checkable ? verdictOf(timestamp, log, entry, context) : 'not-checked';
  return { logId, ...named, source, at, verdict };
}

/** What is embedded was signed before it was embedded; what comes besides is about the certificate itself. */
function entryOf(source: Source, { leaf, issuer }: Context): LoggedEntry | undefined {
  if (source !== 'certificate') return { kind: 'certificate', certificate: leaf };
  return issuer === undefined ? undefined : { kind: 'precertificate', certificate: leaf, issuer };
}

function verdictOf(
  timestamp: CertificateTimestamp,
  log: TransparencyLog,
  entry: LoggedEntry,
  { leaf, atMs }: Context,
): Judged['verdict'] {
  const takesIt = leaf.notAfter >= log.endsFrom && leaf.notAfter < log.endsBefore;
  const later = Date.parse(timestamp.at) > atMs + toleranceMs;
  if (!takesIt || later || !isLoggedBy(timestamp, entry, Buffer.from(log.key, 'base64'))) return 'invalid';
  if (log.state !== 'retired') return 'valid';
  return timestamp.at < log.since && entry.kind === 'precertificate' ? 'retired' : 'invalid';
}

const signed: readonly Judged['verdict'][] = ['valid', 'retired'];

/** As Chromium's policy has it: by logs, not by timestamps, and never of one operator alone. */
function isSufficient(judged: readonly Judged[], needed: number): boolean {
  const embedded = judged.filter(
    ({ source, verdict }) => source === 'certificate' && signed.includes(verdict),
  );
  const delivered = judged.filter(({ source, verdict }) => source !== 'certificate' && verdict === 'valid');
  const current = embedded.some(({ verdict }) => verdict === 'valid');
  return (current && isSpread(embedded, needed)) || isSpread(delivered, 2);
}

function isSpread(judged: readonly Judged[], needed: number): boolean {
  const logs = new Set(judged.map(({ logId }) => logId));
  const operators = new Set(judged.map(({ operator }) => operator));
  return logs.size >= needed && operators.size >= 2;
}
