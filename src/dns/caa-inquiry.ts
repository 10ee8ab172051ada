import { type Caa, lookUpCaa } from './caa.ts';
import type { CaaFact } from './facts/caa.ts';
import type { Lookup } from './lookup.ts';
import type { DnsName } from './name.ts';

/** Who may issue, and why that is not known, for each name of which it is not. */
export interface CaaSeen {
  readonly value: CaaFact;
  readonly reasons: readonly string[];
}

/**
 * Asks who may issue certificates for the zone and the declared names.
 *
 * @param issuers those declared; absent: every one is allowed
 */
export function* inquireCaa(
  zone: DnsName,
  declared: readonly DnsName[],
  issuers: readonly string[] | undefined,
): Lookup<CaaSeen> {
  const value: CaaFact[number][] = [];
  const reasons: string[] = [];
  for (const name of [...new Set([zone, ...declared])].sort()) {
    const found = yield* lookUpCaa(name);
    value.push('why' in found ? { name } : held(found, issuers));
    if ('why' in found) reasons.push(found.why);
  }
  return { value, reasons };
}

/** The issuers found against those declared; without a list every one is allowed. */
function held({ issuers, ...found }: Caa, declared: readonly string[] | undefined): CaaFact[number] {
  return {
    ...found,
    issuers: issuers.map((one) => ({ ...one, allowed: declared?.includes(one.domain) ?? true })),
  };
}
