import { createHash } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import type { StatusRequest } from '../../tls/status-inquiry.ts';
import { readCaFile } from '../ca-file.ts';
import type { CollectContext } from '../collector.ts';
import { connectionLimit } from '../connection-limit.ts';
import type { Reach } from './issuer-address.ts';
import { askOverWeb, type Fetched, type WebQuestion } from './issuer-web.ts';

/** What is asked of whom in words of HTTP. A list that public authorities publish is some MB at most. */
const kinds = {
  crl: { accept: 'application/pkix-crl', limitBytes: 20 * 1024 * 1024 },
  ocsp: { accept: 'application/ocsp-response', limitBytes: 64 * 1024 },
} as const;

/** Of one scan: the list of an authority is of use for all of its certificates. */
interface Answers {
  readonly kept: Map<string, { readonly fetched: Promise<Fetched>; bytes: number }>;
  readonly limit: <T>(run: () => Promise<T>) => Promise<T>;
}

const keptBytes = 64 * 1024 * 1024;
const keptAnswers = 10_000;
const atOnce = 8;
const byScan = new WeakMap<AbortSignal, Answers>();

/** Asks once in a scan, failures included: who was silent would be silent a thousand times. */
export function askOnce(
  request: StatusRequest,
  who: { readonly isOwn: boolean; readonly caFile: string | undefined },
  context: CollectContext,
  reach: Reach,
): Promise<Fetched> {
  const scan = context.scan ?? context.signal;
  const answers = byScan.get(scan) ?? { kept: new Map(), limit: connectionLimit(atOnce) };
  byScan.set(scan, answers);
  const key = keyOf(request, who);
  const before = answers.kept.get(key);
  if (before !== undefined) return before.fetched;
  const fetched = answers.limit(async () =>
    askOverWeb(await questionFor(request, who, context, scan), reach),
  );
  keep(answers, key, fetched);
  return fetched;
}

/** What was had with more rights, or from a server of a private authority, is not for others. */
function keyOf({ kind, url, body }: StatusRequest, { isOwn, caFile }: Parameters<typeof askOnce>[1]): string {
  const about = body === undefined ? '' : createHash('sha256').update(body).digest('hex');
  return [kind, about, isOwn, isOwn ? (caFile ?? '') : '', url].join('\n');
}

function keep({ kept }: Answers, key: string, fetched: Promise<Fetched>): void {
  const entry = { fetched, bytes: 0 };
  kept.set(key, entry);
  fetched.then(
    (result) => {
      entry.bytes = result.kind === 'body' ? result.bytes.length : 0;
      dropOldest(kept);
    },
    () => kept.delete(key),
  );
}

function dropOldest(kept: Answers['kept']): void {
  let bytes = [...kept.values()].reduce((sum, entry) => sum + entry.bytes, 0);
  for (const [key, entry] of kept) {
    if (bytes <= keptBytes && kept.size <= keptAnswers) return;
    bytes -= entry.bytes;
    kept.delete(key);
  }
}

async function questionFor(
  { kind, url, body }: StatusRequest,
  { isOwn, caFile }: Parameters<typeof askOnce>[1],
  { scanName, timeoutMs, pace }: CollectContext,
  signal: AbortSignal,
): Promise<WebQuestion> {
  const roots =
    isOwn && caFile !== undefined ? [...rootCertificates, (await readCaFile(caFile)).pem] : undefined;
  return {
    ...kinds[kind],
    url,
    isOwn,
    timeoutMs,
    signal,
    pace,
    userAgent: scanName,
    ...(roots === undefined ? {} : { roots }),
    ...(body === undefined ? {} : { body: { mediaType: 'application/ocsp-request', bytes: body } }),
  };
}
