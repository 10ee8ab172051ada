import type { Observation, SubjectRecord } from '../model/index.ts';

/** Who may do what on one database server, as far as roles tell. */
export interface AccessSight {
  /** Ids of the subject and of its target. */
  readonly subject: string;
  readonly target: string;
  /** RFC 3339, the end of the look. */
  readonly at: string;
  /**
   * Each account with what it has: a role that it is a member of, an attribute in capitals, or nothing for the right to
   * log in.
   */
  readonly rights: readonly Right[];
}

export interface Right {
  readonly account: string;
  readonly role: string;
}

const attributes = ['superuser', 'createrole', 'replication', 'bypassrls'] as const;

type Role = { readonly name: string; readonly login: boolean } & Readonly<
  Record<(typeof attributes)[number], boolean>
>;

/** Undefined where roles or memberships were not seen whole. */
export function accessSight({ subject, observations }: SubjectRecord<unknown>): AccessSight | undefined {
  const roles = wholeValue(observations, 'postgres.roles');
  const memberships = wholeValue(observations, 'postgres.memberships');
  if (roles === undefined || memberships === undefined) return undefined;
  const members = memberships.value as unknown as readonly { member: string; granted: string }[];
  return {
    ...{ subject: subject.id, target: subject.targetId, at: roles.endedAt },
    rights: [
      ...(roles.value as unknown as readonly Role[]).flatMap(rightsOf),
      ...members.map(({ member, granted }) => ({ account: member, role: granted })),
    ],
  };
}

function rightsOf(role: Role): readonly Right[] {
  const account = role.name;
  const held = attributes.filter((attribute) => role[attribute]);
  return [
    ...(role.login ? [{ account, role: '' }] : []),
    ...held.map((attribute) => ({ account, role: attribute.toUpperCase() })),
  ];
}

function wholeValue(observations: readonly Observation<unknown>[], fact: string) {
  const seen = observations.find((one) => one.fact === fact);
  if (seen?.kind !== 'seen') return undefined;
  return seen.completeness.every(({ missing }) => missing.length === 0) ? seen : undefined;
}
