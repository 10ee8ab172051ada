import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { AssayError } from '../model/index.ts';
import { certificatesFromPem } from '../x509/pem.ts';
import type { LogList, TransparencyLog } from '../x509/transparency-log.ts';
import { type Ending, endsInWords, type RandomSource } from './exchange.ts';
import type { DialogueEvidence } from './recorded-dialogue.ts';
import type { RecordedRoots, RecordedStore } from './recorded-roots.ts';
import { seededRandom } from './seeded-random.ts';

/** The evidence of a fact about a TLS endpoint: what it follows from. */
export interface FactTranscript {
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly serverName: string | undefined;
  readonly random: RandomSource;
  /** When the look was, where the fact depends on it: milliseconds since 1970. */
  readonly atMs: number | undefined;
  /** What chains were held against, where the fact depends on it. */
  readonly roots: RecordedRoots | undefined;
  /** DER by SHA-256: the roots stand in files of their own, and whoever reads those gives them. */
  readonly certificates: ReadonlyMap<string, Uint8Array>;
  /** The logs that timestamps are of, as the list had them, where the fact depends on it. */
  readonly logs: LogList | undefined;
  readonly connections: readonly DialogueEvidence[];
  /** Hexadecimal: what the transcripts of one look have in common. */
  readonly seed: string;
}

/**
 * Reads the evidence file that `transcriptEvidence` wrote; undefined for evidence of another kind.
 *
 * @throws AssayError ERR_TLS_REPLAY for one that is malformed
 */
export function parseFactTranscript(text: string): FactTranscript | undefined {
  const file = objectOf(parsed(text));
  if (file === undefined || !('seed' in file)) return undefined;
  const { host, address, port, serverName, seed, at, connections, roots, logs } = file;
  if (typeof host !== 'string' || typeof address !== 'string' || typeof port !== 'number')
    throw malformed('endpoint');
  if (serverName !== undefined && typeof serverName !== 'string') throw malformed('server name');
  if (!isHex(seed) || seed.length !== 64) throw malformed('seed');
  const atMs = at === undefined ? undefined : Date.parse(String(at));
  if (Number.isNaN(atMs)) throw malformed('instant');
  if (!Array.isArray(connections)) throw malformed('list of connections');
  return {
    host,
    address,
    port,
    serverName,
    random: seededRandom(Buffer.from(seed, 'hex')),
    atMs,
    roots: roots === undefined ? undefined : rootsOf(roots),
    certificates: new Map(),
    logs: logs === undefined ? undefined : logsOf(logs),
    connections: connections.map(dialogueOf),
    seed,
  };
}

/**
 * The certificates of an evidence file that `certificateEvidence` wrote: DER by SHA-256.
 *
 * @throws AssayError ERR_CA_FILE where there is none
 */
export function certificatesByDigest(pem: string): ReadonlyMap<string, Uint8Array> {
  return new Map(
    certificatesFromPem(pem).map((der) => [createHash('sha256').update(der).digest('hex'), der]),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('JSON');
  }
}

function rootsOf(value: unknown): RecordedRoots {
  const { trusted, public: known } = objectOf(value) ?? {};
  return { trusted: storeOf(trusted), public: storeOf(known) };
}

function storeOf(value: unknown): RecordedStore {
  const { description, sha256, anchors } = objectOf(value) ?? {};
  if (typeof description !== 'string' || !isHex(sha256)) throw malformed('roots');
  if (!Array.isArray(anchors) || !anchors.every(isHex)) throw malformed('roots');
  return { description, sha256, anchors };
}

function logsOf(value: unknown): LogList {
  const { published, logs } = objectOf(value) ?? {};
  if (typeof published !== 'string' || !Array.isArray(logs) || !logs.every(isLog)) throw malformed('logs');
  return { published, logs };
}

const logMembers = ['operator', 'name', 'key', 'state', 'since', 'endsFrom', 'endsBefore'] as const;

function isLog(value: unknown): value is TransparencyLog {
  const log = objectOf(value) ?? {};
  return logMembers.every((member) => typeof log[member] === 'string');
}

function dialogueOf(value: unknown): DialogueEvidence {
  const { label, steps } = objectOf(value) ?? {};
  if (typeof label !== 'string' || !Array.isArray(steps)) throw malformed('connection');
  return { label, steps: steps.map(stepOf) };
}

function stepOf(value: unknown): DialogueEvidence['steps'][number] {
  const { sent, sentSha256, received, receivedBytes, ended } = objectOf(value) ?? {};
  const isWhole = isHex(received) && Number.isSafeInteger(receivedBytes) && isEnding(ended);
  if (!isWhole || isHex(sent) === isHex(sentSha256)) throw malformed('step');
  const said = isHex(sent) ? { sent } : { sentSha256: String(sentSha256) };
  return { ...said, received, receivedBytes: Number(receivedBytes), ended };
}

function objectOf(value: unknown): Record<string, unknown> | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : undefined;
}

function isHex(value: unknown): value is string {
  return typeof value === 'string' && value.length % 2 === 0 && /^[0-9a-f]*$/.test(value);
}

function isEnding(value: unknown): value is Ending {
  return typeof value === 'string' && Object.hasOwn(endsInWords, value);
}

function malformed(what: string): AssayError {
  return new AssayError('ERR_TLS_REPLAY', `expected the ${what} of a transcript, got something else`, {
    remedy: 'The transcript was made by another version of assay, or altered.',
  });
}
