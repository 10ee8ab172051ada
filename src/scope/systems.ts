import type { CollectedObservation } from '../model/index.ts';
import type { Declared } from './declared.ts';
import type { Systems } from './facts/systems.ts';
import type { Meetings } from './meetings.ts';
import { ageDays, ordered, seen, undeclaredRegister } from './observed.ts';

export function systemsObservation(
  { targets, registers, files }: Declared,
  met: Meetings,
  at: string,
): CollectedObservation {
  const register = registers.systems;
  if (!register) return undeclaredRegister('scope.systems', 'systems', at);
  const keys = new Map<string, Systems['systems'][number]>();
  for (const { name } of register.systems) {
    keys.set(name, { name, declared: true, target: false });
  }
  for (const target of targets) {
    const registered = [target.id, target.locator].find((one) => keys.has(one));
    // A zone is no system that a register has to have.
    if (registered === undefined && target.kind === 'dns-zone') continue;
    const name = registered ?? target.locator;
    const reached = met.reached(target.id) ? { reached: true } : {};
    keys.set(name, { name, declared: keys.has(name), target: true, ...reached });
  }
  return seen('scope.systems', at, {
    value: { registerAgeDays: ageDays(register.date, at), systems: ordered(keys) } satisfies Systems,
    completeness: [
      {
        list: '/systems',
        basis: `the register ${register.name} of ${register.date}, and the targets of the scan`,
        returned: keys.size,
        missing: [],
      },
    ],
    request: `compare ${register.name} (sha256 ${register.sha256}) with the targets of the scan`,
    evidence: files.systems ? [files.systems] : [],
  });
}
