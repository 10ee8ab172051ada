import type { CollectedObservation, Completeness, CryptographicParameter } from '../model/index.ts';
import type { Declared } from './declared.ts';
import type { Cryptography } from './facts/cryptography.ts';
import { keyOf, type Meetings, parameterSources } from './meetings.ts';
import { ageDays, leftOut, ordered, seen, undeclaredRegister } from './observed.ts';

export function cryptographyObservation(declared: Declared, met: Meetings, at: string): CollectedObservation {
  const { registers, files } = declared;
  const register = registers.cryptography;
  if (!register) return undeclaredRegister('scope.cryptography', 'cryptography', at);
  const parameters = new Map<string, Cryptography['parameters'][number]>();
  const key = ({ system, kind, name }: CryptographicParameter): string => keyOf(system, kind, name);
  for (const one of register.parameters) {
    const refused = met.whole(one.system, parameterSources[one.kind]) ? { accepted: false } : {};
    parameters.set(key(one), { ...one, declared: true, ...refused });
  }
  for (const one of met.parameters())
    parameters.set(key(one), { ...one, declared: parameters.has(key(one)), accepted: true });
  return seen('scope.cryptography', at, {
    value: {
      registerAgeDays: ageDays(register.date, at),
      parameters: ordered(parameters),
    } satisfies Cryptography,
    completeness: [
      {
        list: '/parameters',
        basis: `the record ${register.name} of ${register.date}, and what every TLS endpoint accepts`,
        returned: parameters.size,
        missing: missingOf(declared, met),
      },
    ],
    request: `compare ${register.name} (sha256 ${register.sha256}) with ${facts.join(', ')} of every endpoint`,
    evidence: files.cryptography ? [files.cryptography] : [],
  });
}

const facts = Object.values(parameterSources);

const missingOf = ({ targets }: Declared, met: Meetings): Completeness['missing'] => [
  ...facts.flatMap((fact) => met.missing(fact).map(({ what, why }) => ({ what: `${fact} of ${what}`, why }))),
  ...leftOut(met, targets, 'tls-endpoint'),
];
