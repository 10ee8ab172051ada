import {
  type AddressRange,
  cutBy,
  everyAddress,
  isWithin,
  loopback,
  networkAround,
  rangeOf,
} from './address-range.ts';
import type { Match } from './hba-names.ts';
import type { HbaRule } from './hba-rule.ts';

/**
 * Where a client's address is, as the server's interfaces decide it: a loopback address, another of the server's own,
 * or none of them.
 */
export type Place = 'loopback' | 'own' | 'elsewhere';

/** Addresses that no rule tells apart. */
export interface AddressClass {
  readonly place: Place;
  readonly range: AddressRange;
}

/** The addresses that a rule takes in; of the last three kinds only the server knows them. */
export type Addresses =
  | { readonly kind: 'ranges'; readonly ranges: readonly AddressRange[] }
  | { readonly kind: 'gaps'; readonly within: AddressRange }
  | { readonly kind: 'own' }
  | { readonly kind: 'own-networks' }
  | { readonly kind: 'host-name'; readonly isOwn: boolean };

export function addressesOf({ address, netmask }: HbaRule): Addresses {
  if (address === 'all') return { kind: 'ranges', ranges: everyAddress };
  if (address === 'samehost') return { kind: 'own' };
  if (address === 'samenet') return { kind: 'own-networks' };
  if (address === undefined || netmask === undefined)
    return { kind: 'host-name', isOwn: address === 'localhost' };
  const range = rangeOf(address, netmask);
  if (range !== undefined) return { kind: 'ranges', ranges: [range] };
  const within = networkAround(address, netmask);
  return within === undefined ? { kind: 'host-name', isOwn: false } : { kind: 'gaps', within };
}

/** Classes of addresses that these tell apart: cut at every end of a network. */
export function addressClassesOf(all: readonly Addresses[]): readonly AddressClass[] {
  const ranges = [...loopback, ...all.flatMap(rangesOf)];
  const places: readonly Place[] = all.some(tellsOwnApart) ? ['own', 'elsewhere'] : ['elsewhere'];
  return ([4, 6] as const)
    .flatMap((family) => cutBy(family, ranges))
    .flatMap((range): readonly AddressClass[] =>
      loopback.some((own) => isWithin(range, own))
        ? [{ place: 'loopback', range }]
        : places.map((place) => ({ place, range })),
    );
}

const tellsOwnApart = (addresses: Addresses): boolean =>
  addresses.kind === 'own' ||
  addresses.kind === 'own-networks' ||
  (addresses.kind === 'host-name' && addresses.isOwn);

function rangesOf(addresses: Addresses): readonly AddressRange[] {
  if (addresses.kind === 'ranges') return addresses.ranges;
  return addresses.kind === 'gaps' ? [addresses.within] : [];
}

/** `loopback`: which of these addresses an interface has is the server's to know. */
export function takesAddress(addresses: Addresses, { place, range }: AddressClass): Match {
  switch (addresses.kind) {
    case 'ranges':
      return addresses.ranges.some((one) => isWithin(range, one)) ? 'yes' : 'no';
    case 'gaps':
      return isWithin(range, addresses.within) ? 'maybe' : 'no';
    case 'own':
      return place === 'own' ? 'yes' : place === 'elsewhere' ? 'no' : 'maybe';
    case 'own-networks':
      return place === 'own' ? 'yes' : 'maybe';
    case 'host-name':
      return addresses.isOwn && place === 'elsewhere' ? 'no' : 'maybe';
  }
}
