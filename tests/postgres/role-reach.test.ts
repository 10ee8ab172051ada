import { describe, expect, test } from 'vitest';
import {
  grantsByMember,
  type Membership,
  memberOf,
  reachOfRole,
  takenUp,
} from '../../src/postgres/role-reach.ts';

const grant = (member: string, granted: string, options: string): Membership => ({
  member,
  granted,
  admin: options.includes('admin'),
  inherit: options.includes('inherit'),
  set: options.includes('set'),
});
const reach = (grants: readonly Membership[], privileged: readonly string[] = ['boss']) =>
  reachOfRole('app', grantsByMember(grants), (role) => privileged.includes(role));

describe('reachOfRole', () => {
  test.each([
    ['by SET ROLE, to an attribute', [grant('app', 'boss', 'set')], ['boss']],
    ['by inheritance, to what a function of an owner has', [grant('app', 'boss', 'inherit')], ['boss']],
    ['inheritance passes on privileges', [grant('app', 'pg_monitor', 'inherit')], ['pg_monitor']],
    ['ADMIN OPTION lets it help itself', [grant('app', 'boss', 'admin')], ['boss']],
    [
      'a grant without any option gives nothing',
      [grant('app', 'boss', ''), grant('app', 'pg_monitor', '')],
      [],
    ],
    [
      'over steps',
      [grant('app', 'team', 'set'), grant('team', 'pg_read_all_data', 'inherit')],
      ['pg_read_all_data'],
    ],
    [
      'SET ROLE does not go on from what is only inherited',
      [grant('app', 'team', 'inherit'), grant('team', 'boss', 'set')],
      [],
    ],
    [
      'ADMIN OPTION that is inherited lets it help itself',
      [grant('app', 'ops', 'inherit'), grant('ops', 'boss', 'admin')],
      ['boss'],
    ],
    [
      'ADMIN OPTION leads on, to what is set to, inherited and administered in turn',
      [
        grant('app', 'ops', 'inherit'),
        grant('ops', 'team', 'admin'),
        grant('team', 'crew', 'set'),
        grant('crew', 'staff', 'inherit'),
        grant('staff', 'boss', 'admin'),
      ],
      ['boss'],
    ],
    [
      'ADMIN OPTION does not come from what an inherited role could SET ROLE to',
      [grant('app', 'ops', 'inherit'), grant('ops', 'team', 'set'), grant('team', 'boss', 'admin')],
      [],
    ],
    ['an ordinary group is no power', [grant('app', 'team', 'set inherit')], []],
    [
      'in circles',
      [grant('app', 'team', 'set'), grant('team', 'app', 'set'), grant('team', 'boss', 'set')],
      ['boss'],
    ],
  ])('%s', (_, grants, expected) => {
    expect(reach(grants)).toEqual(expected);
  });
});

test('takenUp goes on from ADMIN OPTION that is inherited', () => {
  const grants = [
    grant('app', 'ops', 'inherit'),
    grant('ops', 'owners', 'admin'),
    grant('owners', 'data', 'inherit'),
  ];
  expect([...takenUp('app', grantsByMember(grants))].sort()).toEqual(['app', 'data', 'ops', 'owners']);
});

test('memberOf follows every grant', () => {
  const grants = grantsByMember([grant('app', 'team', ''), grant('team', 'all', '')]);
  expect(memberOf('app', grants)).toEqual(['all', 'team']);
});
