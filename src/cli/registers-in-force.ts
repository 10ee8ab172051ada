import type { PreviousBundle, Scope } from '../model/index.ts';
import type { Organisation } from './organisation.ts';
import type { ReadRegisters } from './registers.ts';
import type { ScanRequest } from './scan.ts';

/** Undefined where no register was declared: then nothing of what reconciles them is loaded. */
export async function organisationOf(
  {
    registers,
    targets,
    declared,
    earlier = () => ({ tickets: [], discoveries: [], access: [] }),
  }: Pick<ScanRequest, 'registers' | 'targets' | 'declared' | 'earlier'>,
  previous: readonly PreviousBundle[],
): Promise<Organisation | undefined> {
  if (!isDeclared(registers)) return undefined;
  const { startOrganisation } = await import('./organisation.ts');
  const { outOfScope } = declared;
  return startOrganisation(registers, {
    targets,
    outOfScope,
    previous,
    earlier: earlier(),
  });
}

function isDeclared(registers: ReadRegisters | undefined): registers is ReadRegisters {
  return registers !== undefined && Object.keys(registers.registers).length > 0;
}

/** What the scope says of them. */
export async function described(registers: ReadRegisters | undefined): Promise<Pick<Scope, 'registers'>> {
  if (!isDeclared(registers)) return {};
  const { describeRegisters } = await import('./registers.ts');
  return { registers: describeRegisters(registers) };
}
