import type { Memberships } from './facts/memberships.ts';
import { membershipOf } from './role-reach.ts';
import { optionalTextOf, type Row } from './row.ts';

export const membershipsOf = (rows: readonly Row[]): Memberships =>
  rows.map((row) => ({ ...membershipOf(row), grantor: optionalTextOf(row, 'grantor') ?? '' }));
