import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';

/** A log of certificates (RFC 6962, or static-ct-api, which signs the same). */
export interface TransparencyLog {
  readonly operator: string;
  readonly name: string;
  /** SubjectPublicKeyInfo, base64; its SHA-256 is what timestamps name the log by. */
  readonly key: string;
  readonly state: 'qualified' | 'usable' | 'readonly' | 'retired';
  /** Since when it is in that state. */
  readonly since: string;
  /** It takes certificates that end from this day on, and before that one. */
  readonly endsFrom: string;
  readonly endsBefore: string;
}

/** Logs, and when the list of them was published. */
export interface LogList {
  readonly published: string;
  readonly logs: readonly TransparencyLog[];
}

/** The identifier that timestamps have: the SHA-256 of the log's key (RFC 6962 §3.2), hexadecimal. */
export function logIdOf({ key }: TransparencyLog): string {
  return createHash('sha256').update(Buffer.from(key, 'base64')).digest('hex');
}
