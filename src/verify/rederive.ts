import { stableJson } from '../bundle/json.ts';
import type { Bundle } from '../bundle/reader.ts';
import { printable, refusal } from '../bundle/refusal.ts';
import type { SealedFolder } from '../bundle/sealed.ts';
import { byCodeUnit, type Seen, type SubjectKind } from '../model/index.ts';
import { firstDifference } from './difference.ts';
import { dnsAgain } from './rederive-dns.ts';
import { httpAgain } from './rederive-http.ts';
import { postgresAgain } from './rederive-postgres.ts';
import { tlsAgain } from './rederive-tls.ts';
import { type Again, attempt, type Source, sourceOf, whereOf } from './source.ts';

/** Which facts were made again from what was sent and received, and which were taken as recorded. */
export interface Rederived {
  readonly facts: number;
  /** Names of facts that no transcript gives again, by code unit. */
  readonly asRecorded: readonly string[];
}

/** How facts are made again, by the kind of subject that they are of. */
const ways: Readonly<Partial<Record<SubjectKind, (source: Source) => Again>>> = {
  'dns-zone': dnsAgain,
  'http-api': httpAgain,
  'postgres-server': postgresAgain,
  'tls-endpoint': tlsAgain,
};

/**
 * Makes every fact again that follows from its evidence, and compares.
 *
 * @throws AssayError ERR_VERIFY_FACT where another fact follows, or none
 */
export function rederive(sealed: SealedFolder, bundle: Bundle): Rederived {
  const asRecorded = new Set<string>();
  let facts = 0;
  for (const record of bundle.subjects()) {
    const source = sourceOf(sealed, record);
    const again = ways[record.subject.kind]?.(source) ?? (() => undefined);
    for (const observation of record.observations) {
      if (observation.kind !== 'seen') continue;
      if (isMadeAgain(source, observation, again)) facts += 1;
      else asRecorded.add(observation.fact);
    }
  }
  return { facts, asRecorded: [...asRecorded].sort(byCodeUnit) };
}

function isMadeAgain({ record }: Source, seen: Seen, again: Again): boolean {
  const where = whereOf(record, seen);
  const made = attempt(where, () => again(seen));
  if (made === undefined) return false;
  if (stableJson(made) === stableJson(seen.value)) return true;
  const pointer = printable(firstDifference(made, seen.value));
  throw refusal('FACT', `expected ${where} as its transcript gives it, got another ${pointer}`);
}
