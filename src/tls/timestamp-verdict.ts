import { Buffer } from 'node:buffer';
import type { Certificate } from '../x509/certificate.ts';
import type { CertificateTimestamp } from '../x509/certificate-timestamps.ts';
import { isLoggedBy, type LoggedEntry } from '../x509/timestamp-check.ts';
import { type LogList, logIdOf, type TransparencyLog } from '../x509/transparency-log.ts';
import type { Timestamps } from './facts/timestamps.ts';
import type { FoundTimestamp } from './found-timestamps.ts';

type JudgedTimestamp = Timestamps['certificates'][number]['timestamps'][number];

/** What a timestamp is held against. */
export interface TimestampQuestion {
  readonly leaf: Certificate;
  readonly issuer: Certificate | undefined;
  readonly logs: LogList;
  readonly atMs: number;
}

/** What clocks may be apart. */
const toleranceMs = 5 * 60 * 1000;

/** What a log's timestamp is worth: of which log, and whether it holds. */
export function judgeTimestamp(
  { timestamp, source }: FoundTimestamp,
  context: TimestampQuestion,
): JudgedTimestamp {
  const { logId, at } = timestamp;
  const log = context.logs.logs.find((each) => logIdOf(each) === logId);
  const entry = entryOf(source, context);
  const named = { log: log?.name ?? 'unknown', operator: log?.operator ?? 'unknown' };
  const checkable = log !== undefined && entry !== undefined;
  const verdict = checkable ? verdictOf(timestamp, log, entry, context) : 'not-checked';
  return { logId, ...named, source, at, verdict };
}

/** What is embedded was signed before it was embedded; what comes besides is about the certificate itself. */
function entryOf(
  source: FoundTimestamp['source'],
  { leaf, issuer }: TimestampQuestion,
): LoggedEntry | undefined {
  if (source !== 'certificate') return { kind: 'certificate', certificate: leaf };
  return issuer === undefined ? undefined : { kind: 'precertificate', certificate: leaf, issuer };
}

function verdictOf(
  timestamp: CertificateTimestamp,
  log: TransparencyLog,
  entry: LoggedEntry,
  { leaf, atMs }: TimestampQuestion,
): JudgedTimestamp['verdict'] {
  const takesIt = leaf.notAfter >= log.endsFrom && leaf.notAfter < log.endsBefore;
  const later = Date.parse(timestamp.at) > atMs + toleranceMs;
  if (!takesIt || later || !isLoggedBy(timestamp, entry, Buffer.from(log.key, 'base64'))) return 'invalid';
  if (log.state !== 'retired') return 'valid';
  return timestamp.at < log.since && entry.kind === 'precertificate' ? 'retired' : 'invalid';
}

const signed: readonly JudgedTimestamp['verdict'][] = ['valid', 'retired'];

/** As Chromium's policy has it: by logs, not by timestamps, and never of one operator alone. */
export function areSufficient(judged: readonly JudgedTimestamp[], needed: number): boolean {
  const embedded = judged.filter(
    ({ source, verdict }) => source === 'certificate' && signed.includes(verdict),
  );
  const delivered = judged.filter(({ source, verdict }) => source !== 'certificate' && verdict === 'valid');
  const current = embedded.some(({ verdict }) => verdict === 'valid');
  return (current && isSpread(embedded, needed)) || isSpread(delivered, 2);
}

function isSpread(judged: readonly JudgedTimestamp[], needed: number): boolean {
  const logs = new Set(judged.map(({ logId }) => logId));
  const operators = new Set(judged.map(({ operator }) => operator));
  return logs.size >= needed && operators.size >= 2;
}
