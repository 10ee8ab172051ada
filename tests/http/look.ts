import { expect } from 'vitest';
import { collectSubject } from '../../src/collectors/collect-subject.ts';
import { httpCollector } from '../../src/collectors/http/index.ts';
import { parseProxy } from '../../src/config/proxy.ts';
import type { Headers } from '../../src/http/facts/headers.ts';
import type { Redirects } from '../../src/http/facts/redirects.ts';
import { derivations, parseHttpTranscript } from '../../src/http/rederive.ts';
import { type CollectedObservation, type Subject, sideOf, type Target } from '../../src/model/index.ts';

export interface HttpLook {
  readonly headers: CollectedObservation;
  readonly redirects: CollectedObservation;
  readonly connections: number;
}

export interface HttpLookOptions {
  readonly host?: string;
  readonly clearPort?: number;
  readonly paths?: readonly string[];
  readonly timeoutMs?: number;
  /** URL of a proxy. */
  readonly proxy?: string;
}

/** Looks at HTTP on a port of 127.0.0.1, as a scan does. */
export async function lookAtHttp(port: number, options: HttpLookOptions = {}): Promise<HttpLook> {
  const { host = 'host.test', clearPort, paths = ['/'], timeoutMs = 3000, proxy } = options;
  const place = { locator: `https://${host}:${port}`, host, port, tags: [], optional: false };
  const http = { paths, ...(clearPort === undefined ? {} : { clearPort }) };
  const through = proxy === undefined ? {} : { proxy: parseProxy(proxy) };
  const named = { id: 'web', named: true, kind: 'tls-endpoint', addresses: [] } as const;
  const target: Target = { ...place, ...named, ...through, http };
  const subject: Subject = {
    ...place,
    id: 'web',
    targetId: 'web',
    kind: 'tls-endpoint',
    address: '127.0.0.1',
  };
  const record = await collectSubject(
    httpCollector,
    {
      target,
      subject: sideOf(subject, 'http-api'),
      facts: ['http.headers', 'http.redirects'],
      vantage: 'test',
      attempt: 1,
      clock: () => new Date(),
    },
    { timeoutMs, signal: new AbortController().signal, scanName: 'assay/test', env: {} },
  );
  const [headers, redirects] = record.observations;
  if (headers?.fact !== 'http.headers' || redirects?.fact !== 'http.redirects')
    throw new Error('expected two observations');
  for (const observation of record.observations) expectMadeAgain(observation);
  return { headers, redirects, connections: record.connections };
}

/** Whatever these tests look at has to follow again from its evidence. */
function expectMadeAgain(observation: CollectedObservation): void {
  if (observation.kind !== 'seen') return;
  const [file] = observation.evidence;
  const transcript = parseHttpTranscript(Buffer.from(file?.bytes ?? []).toString());
  const again = derivations[observation.fact]?.(transcript);
  expect(again, `${observation.fact} from its evidence`).toEqual(observation.value);
}

/** The one path that was asked, as the facts have it. */
export function responseOf({ headers }: HttpLook): Headers['responses'][number] | undefined {
  return headers.kind === 'seen' ? (headers.value as unknown as Headers).responses[0] : undefined;
}

export function pathOf({ redirects }: HttpLook): Redirects['paths'][number] | undefined {
  return redirects.kind === 'seen' ? (redirects.value as unknown as Redirects).paths[0] : undefined;
}

export function codeOf(observation: CollectedObservation): string {
  return observation.kind === 'unseen' ? observation.reason.code : 'seen';
}
