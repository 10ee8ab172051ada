import { isAuthorisation, isDisconnection, type LogEntry } from './entry.ts';
import { type Canaries, type CanaryTrace, canaryTraces } from './facts/canaries.ts';

/** What a scan did to be found in the log. */
export interface Canary {
  /** Sixteen bytes in hexadecimal, of this look alone. */
  readonly nonce: string;
  readonly tried: readonly CanaryTrace[];
}

/** What the failed log-in calls itself: names that begin with this are no role's. */
export const absentRole = (nonce: string): string => `assay_canary_${nonce}`;

export interface CanarySearch {
  entry(entry: LogEntry): void;
  isComplete(): boolean;
  value(): Canaries;
}

/** Looks for the traces of one canary. The tagged session is known by its statement, which holds the nonce. */
export function startCanarySearch({ nonce, tried }: Canary, session: string): CanarySearch {
  const found = new Set<CanaryTrace>();
  return {
    entry: (entry) => {
      const trace = traceOf(entry, nonce, session);
      if (trace !== undefined) found.add(trace);
    },
    isComplete: () => tried.every((trace) => found.has(trace)),
    value: () =>
      Object.fromEntries(
        canaryTraces.filter((trace) => tried.includes(trace)).map((trace) => [trace, found.has(trace)]),
      ),
  };
}

function traceOf(entry: LogEntry, nonce: string, session: string): CanaryTrace | undefined {
  const { severity, message, texts } = entry;
  const tagged = texts.some((text) => text.includes(nonce));
  if (severity === 'FATAL') return message.includes(absentRole(nonce)) ? 'failed-log-in' : undefined;
  if (severity === 'ERROR' || severity === 'STATEMENT') return tagged ? 'error' : undefined;
  if (message.startsWith('AUDIT: '))
    return tagged && /,READ,SELECT,/.test(message) ? 'sensitive-read' : undefined;
  if (entry.session !== session) return undefined;
  if (isAuthorisation(entry)) return 'connection';
  return isDisconnection(entry) ? 'disconnection' : undefined;
}
