import type { CollectedObservation } from '../model/index.ts';
import type { Declared } from './declared.ts';
import type { Certificates } from './facts/certificates.ts';
import type { Meetings } from './meetings.ts';
import { ageDays, missingOf, ordered, seen, undeclaredRegister } from './observed.ts';

export function certificatesObservation(
  { registers, files, targets }: Declared,
  met: Meetings,
  at: string,
): CollectedObservation {
  const register = registers.certificates;
  if (!register) return undeclaredRegister('scope.certificates', 'certificates', at);
  const keys = new Map<string, Certificates['certificates'][number]>();
  for (const { sha256, subject } of register.certificates) {
    keys.set(sha256, {
      sha256,
      ...(subject === undefined ? {} : { subject }),
      declared: true,
      endpoints: [],
    });
  }
  for (const { sha256, subject, endpoints } of met.certificates()) {
    keys.set(sha256, { sha256, subject, declared: keys.has(sha256), endpoints });
  }
  return seen('scope.certificates', at, {
    value: {
      registerAgeDays: ageDays(register.date, at),
      certificates: ordered(keys),
    } satisfies Certificates,
    completeness: [
      {
        list: '/certificates',
        basis: `the register ${register.name} of ${register.date}, and the certificates that every TLS endpoint presented as its own`,
        returned: keys.size,
        missing: missingOf(met, targets, 'tls-endpoint'),
      },
    ],
    request: `compare ${register.name} (sha256 ${register.sha256}) with tls.leaf of every endpoint`,
    evidence: files.certificates ? [files.certificates] : [],
  });
}
