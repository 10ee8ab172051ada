import { Buffer } from 'node:buffer';
import { AssayError } from '../model/index.ts';
import { type Ending, endsInWords, type RandomSource } from './exchange.ts';
import type { DialogueEvidence } from './recorded-dialogue.ts';
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
  const file = objectOf(JSON.parse(text));
  if (file === undefined || !('seed' in file)) return undefined;
  const { host, address, port, serverName, seed, at, connections } = file;
  if (typeof host !== 'string' || typeof address !== 'string' || typeof port !== 'number')
    throw malformed('endpoint');
  if (serverName !== undefined && typeof serverName !== 'string') throw malformed('server name');
  if (!isHex(seed) || seed.length !== 64) throw malformed('seed');
  const atMs = at === undefined ? undefined : Date.parse(String(at));
  if (!Array.isArray(connections) || Number.isNaN(atMs)) throw malformed('list of connections');
  return {
    host,
    address,
    port,
    serverName,
    random: seededRandom(Buffer.from(seed, 'hex')),
    atMs,
    connections: connections.map(dialogueOf),
    seed,
  };
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
