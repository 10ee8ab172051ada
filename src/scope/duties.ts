import type { CollectedObservation, Completeness, ConflictingDuties } from '../model/index.ts';
import type { Declared } from './declared.ts';
import type { Duties } from './facts/duties.ts';
import { keyOf, type Meetings, roleSources } from './meetings.ts';
import { ageDays, missingOfServers, ordered, seen, undeclaredRegister } from './observed.ts';
import { personsOf } from './persons.ts';

type HolderRow = Duties['holders'][number];

export function dutiesObservation(
  { registers, files, targets }: Declared,
  met: Meetings,
  at: string,
): CollectedObservation {
  const register = registers.duties;
  if (!register) return undeclaredRegister('scope.duties', 'duties', at);
  const personOf = personsOf(registers);
  const pairs = new Map(register.pairs.map((pair) => [keyOf(...sidesOf(pair).flat()), pair]));
  const rows = ordered(pairs);
  const holders = rows.flatMap((pair) => holdersOf(pair, met, personOf));
  return seen('scope.duties', at, {
    value: {
      registerAgeDays: ageDays(register.date, at),
      pairs: rows.map((pair) => ({ ...pair, ...presence(pair, met) })),
      holders,
    } satisfies Duties,
    completeness: [
      list('/pairs', `the register ${register.name} of ${register.date}`, rows.length, []),
      list(
        '/holders',
        'every account that may log in to the database servers',
        holders.length,
        missingOfServers(met, targets, roleSources),
      ),
    ],
    request: `compare ${register.name} (sha256 ${register.sha256}) with ${roleSources.join(' and ')} of every server`,
    evidence: [files.duties, files.accounts].flatMap((file) => file ?? []),
  });
}

const list = (
  name: string,
  basis: string,
  returned: number,
  missing: Completeness['missing'],
): Completeness => ({ list: name, basis, returned, missing });

type Side = readonly [system: string, role: string];

const sidesOf = ({ system, role, otherSystem, otherRole }: ConflictingDuties): readonly [Side, Side] => [
  [system, role],
  [otherSystem, otherRole],
];

function presence(pair: ConflictingDuties, met: Meetings): { readonly present?: boolean } {
  const absent = sidesOf(pair).filter(([system, role]) => !met.roles(system).has(role));
  if (absent.length === 0) return { present: true };
  return absent.some(([system]) => met.whole(system, 'postgres.roles')) ? { present: false } : {};
}

interface Party {
  readonly who: string;
  /** Somebody says whose the accounts are. */
  readonly known: boolean;
  /** Of each side that they hold, whether only as a superuser. */
  readonly sides: [boolean | undefined, boolean | undefined];
}

type PersonOf = ReturnType<typeof personsOf>;

function holdersOf(pair: ConflictingDuties, met: Meetings, personOf: PersonOf): readonly HolderRow[] {
  const parties = partiesOf(pair, met, personOf);
  return ordered(parties).map((party) => {
    const both = holdsBoth(party) || (isNeverBoth(party, [...parties.values()]) ? false : undefined);
    return {
      ...pair,
      who: party.who,
      ...(both === undefined ? {} : { both }),
      bySuperuser: party.sides.includes(true),
    };
  });
}

function partiesOf(pair: ConflictingDuties, met: Meetings, personOf: PersonOf): ReadonlyMap<string, Party> {
  const parties = new Map<string, Party>();
  for (const [index, [system, role]] of sidesOf(pair).entries())
    for (const { account, bySuperuser } of met.roles(system).holders(role)) {
      const person = personOf(system, account);
      // A person may be called what an account is.
      const key = person === undefined ? keyOf(system, account) : keyOf(person);
      const party: Party = parties.get(key) ?? {
        who: person ?? `${system} ${account}`,
        known: person !== undefined,
        sides: [undefined, undefined],
      };
      parties.set(key, party);
      party.sides[index] = bySuperuser && party.sides[index] !== false;
    }
  return parties;
}

const holdsBoth = ({ sides }: Party): boolean => !sides.includes(undefined);

/** An account that nobody knows may be used by whoever holds the other role; who holds both already gains nothing by it. */
function isNeverBoth(party: Party, parties: readonly Party[]): boolean {
  const other = party.sides[0] === undefined ? 0 : 1;
  const othersThere = parties.some((one) => one.sides[other] !== undefined && !holdsBoth(one));
  return party.known || !othersThere;
}
