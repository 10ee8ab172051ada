import { expect } from 'vitest';
import { collectSubject } from '../../src/collectors/collect-subject.ts';
import { dnsCollectorAt } from '../../src/collectors/dns/index.ts';
import type { ServicePorts } from '../../src/collectors/dns/session.ts';
import { parseTarget, type TargetOptions } from '../../src/config/target.ts';
import { parseDnsTranscript } from '../../src/dns/dns-transcript.ts';
import { derivations } from '../../src/dns/rederive.ts';
import type { CollectedObservation, CollectedRecord, Subject } from '../../src/model/index.ts';

export interface LookOptions extends TargetOptions {
  readonly resolverPort: number;
  readonly ports?: Partial<ServicePorts>;
  readonly timeoutMs?: number;
}

/** Looks at a zone through a resolver on loopback, as a scan does. */
export async function lookAtZone(
  zone: string,
  facts: readonly string[],
  { resolverPort, ports = {}, timeoutMs = 2000, ...options }: LookOptions,
): Promise<CollectedRecord> {
  const target = parseTarget(`dns://127.0.0.1:${resolverPort}/${zone}`, { id: 'zone', ...options });
  const { kind, locator, host, port, tags, optional } = target;
  const subject: Subject = { id: 'zone', targetId: 'zone', kind, locator, host, port, tags, optional };
  const collector = dnsCollectorAt({ authority: resolverPort, policy: 443, ...ports });
  const look = { target, subject, facts, vantage: 'test', attempt: 1, clock: () => new Date() };
  const context = { timeoutMs, signal: new AbortController().signal, scanName: 'assay/test', env: {} };
  const record = await collectSubject(collector, look, context);
  for (const observation of record.observations) expectMadeAgain(observation);
  return record;
}

/** Whatever these tests look at has to follow again from its evidence. */
function expectMadeAgain(observation: CollectedObservation): void {
  const derive = derivations[observation.fact];
  if (observation.kind !== 'seen' || derive === undefined) return;
  const [file] = observation.evidence;
  const transcript = parseDnsTranscript(Buffer.from(file?.bytes ?? []).toString());
  expect(derive(transcript), `${observation.fact} from its evidence`).toEqual(observation.value);
}

/** The one observation of a fact. */
export async function observe(
  fact: string,
  zone: string,
  options: LookOptions,
): Promise<CollectedObservation> {
  const record = await lookAtZone(zone, [fact], options);
  const [observation] = record.observations;
  if (observation === undefined) throw new Error(`expected an observation of ${fact}, got none`);
  return observation;
}

/** What was seen, or why nothing was. */
export function outcomeOf(observation: CollectedObservation): unknown {
  return observation.kind === 'seen' ? observation.value : observation.reason.code;
}
