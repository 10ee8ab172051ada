import type { Completeness } from '../../model/index.ts';
import { membershipsQueries, rolesQuery } from '../../postgres/queries.ts';
import { type Query, queryFor } from '../../postgres/query.ts';
import { type Membership, membershipOf } from '../../postgres/role-reach.ts';
import type { Row } from '../../postgres/row.ts';
import type { Asking } from './asking.ts';
import type { PostgresSession } from './session.ts';

interface RoleRows {
  readonly rows: readonly Row[];
  readonly memberships: readonly Membership[];
}

export const roleQueries: readonly Query[] = [rolesQuery, ...membershipsQueries];

export async function readRoles(session: PostgresSession, asking: Asking): Promise<RoleRows> {
  const rows = await asking.ask(session, rolesQuery);
  const grants = await asking.ask(session, queryFor(membershipsQueries, session.major));
  return { rows, memberships: grants.map(membershipOf) };
}

/** Everyone may read every row of these two. */
export const allRoles = (count: number, which: string): Completeness => ({
  list: '',
  basis: `${which} of pg_roles, with pg_auth_members: catalogs that every role may read whole`,
  returned: count,
  total: count,
  missing: [],
});
