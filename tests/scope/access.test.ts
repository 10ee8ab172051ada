import { describe, expect, test } from 'vitest';
import type { Json, SubjectRecord } from '../../src/model/index.ts';
import type { Declared } from '../../src/scope/declared.ts';
import { factsOf, factValue, record, seen, target, unseen } from './reconciling.ts';

const register = { name: 'list.csv', sha256: '0'.repeat(64), date: '2026-11-10' };
const db = target('db', 'db.example', 'postgres-server');
const erp = target('erp', 'erp.example', 'postgres-server');
const targets = [db, erp];

const role = (name: string, login = true, superuser = false): Json => ({ name, login, superuser });
const member = (name: string, granted: string, more: object = {}): Json => ({
  ...{ member: name, granted, grantor: 'postgres', admin: false, inherit: true, set: true },
  ...more,
});
const looked = (
  at: typeof db,
  roles: readonly Json[],
  memberships: readonly Json[] = [],
  grants: readonly Json[] = [],
): SubjectRecord =>
  record(at, [
    seen('postgres.roles', roles),
    seen('postgres.memberships', memberships),
    seen('postgres.directGrants', grants),
  ]);

type Rows = readonly Record<string, Json>[];

function rowsOf(
  name: string,
  list: string,
  records: readonly SubjectRecord[],
  registers: Declared['registers'],
): Rows {
  const value = factValue(factsOf(records, { targets, registers }), name);
  return (value as unknown as Record<string, Rows>)[list] ?? [];
}

function missingOf(
  name: string,
  index: number,
  records: readonly SubjectRecord[],
  over: Partial<Declared>,
): readonly string[] {
  const observation = factsOf(records, { targets, ...over }).get(name);
  if (observation?.kind !== 'seen') throw new Error('expected it to be seen');
  return observation.completeness[index]?.missing.map(({ what, why }) => `${what}: ${why}`) ?? [];
}

const empty = looked(erp, []);

describe('roles', () => {
  const memberships = [{ system: 'db', account: 'app', role: 'writers', admin: false }];
  const registers = { roles: { ...register, memberships } };
  const rows = (...records: readonly SubjectRecord[]): Rows =>
    rowsOf('scope.roles', 'memberships', records, registers);
  const app = { system: 'db', account: 'app', role: 'writers' };
  const declared = { ...app, declared: true, declaredAdmin: false };

  test('declared and there, declared only, there only; those that PostgreSQL brings are nobody’s', () => {
    const shipped = member('pg_monitor', 'pg_read_all_stats', { set: false });
    expect(rows(looked(db, [], [member('app', 'writers'), shipped]))).toEqual([
      { ...declared, present: true, admin: false },
    ]);
    expect(rows(looked(db, [], []))).toEqual([{ ...declared, present: false, admin: false }]);
    expect(rows(looked(db, [], [member('pg_monitor', 'writers')]))).toMatchObject([
      { account: 'app' },
      { account: 'pg_monitor', role: 'writers', declared: false, present: true },
    ]);
    expect(rows(looked(db, [], [{ ...(shipped as object), admin: true }]))).toMatchObject([
      {},
      { account: 'pg_monitor', declared: false, admin: true },
    ]);
  });

  test('one that gives nothing is not there, and yet nobody declared it', () => {
    const nothing = { inherit: false, set: false };
    expect(rows(looked(db, [], [member('app', 'writers', nothing), member('x', 'y', nothing)]))).toEqual([
      { ...declared, present: false, admin: false },
      {
        system: 'db',
        account: 'x',
        role: 'y',
        declared: false,
        declaredAdmin: false,
        present: false,
        admin: false,
      },
    ]);
  });

  test('of several grants of one membership each option counts', () => {
    const grants = [
      member('app', 'writers', { grantor: 'a', set: false, inherit: false, admin: true }),
      member('app', 'writers', { grantor: 'b' }),
    ];
    expect(rows(looked(db, [], grants))).toEqual([{ ...declared, present: true, admin: true }]);
    expect(rows(looked(db, [], grants.toReversed()))).toEqual([{ ...declared, present: true, admin: true }]);
  });

  test('where a server was not seen nothing is gone, and what was seen counts', () => {
    const failed = record(db, [unseen('postgres.memberships')]);
    expect(rows(failed)).toEqual([declared]);
    expect(rows(failed, looked(db, [], [member('app', 'writers')]))).toEqual([
      { ...declared, present: true },
    ]);
    expect(missingOf('scope.roles', 0, [failed], { registers })).toEqual([
      'postgres.memberships of db: not seen (ERR_TIMEOUT)',
      'erp: left out of this scan',
    ]);
  });

  test('accounts with what was granted to themselves, over all addresses of a system', () => {
    const grant = (role: string, objects: number, kind = 'relation'): Json => ({
      ...{ database: 'shop', role, kind, objects },
    });
    const records = [
      looked(db, [role('app'), role('calm'), role('group', false)], [], [grant('app', 3)]),
      looked(db, [role('app')], [], [grant('app', 1), grant('app', 1, 'column'), grant('gone', 1)]),
    ];
    const accounts = (order: readonly SubjectRecord[]) => rowsOf('scope.roles', 'accounts', order, registers);
    expect(accounts(records)).toEqual([
      {
        system: 'db',
        account: 'app',
        granted: [
          { database: 'shop', kind: 'column', objects: 1 },
          { database: 'shop', kind: 'relation', objects: 3 },
        ],
      },
      { system: 'db', account: 'calm', granted: [] },
    ]);
    expect(accounts(records.toReversed())).toEqual(accounts(records));
    const failed = record(db, [seen('postgres.roles', [role('app')]), unseen('postgres.directGrants')]);
    expect(missingOf('scope.roles', 1, [failed, empty], { registers })).toEqual([
      'postgres.directGrants of db: not seen (ERR_TIMEOUT)',
    ]);
  });

  test('without a database server nothing is shown', () => {
    expect(missingOf('scope.roles', 0, [], { registers, targets: [] })).toEqual([
      'database servers: none is a target',
    ]);
  });
});

describe('duties', () => {
  const pair = { system: 'db', role: 'create', otherSystem: 'erp', otherRole: 'approve' };
  const within = { ...pair, otherSystem: 'db' };
  const persons = [
    { system: 'db', account: 'anna', privileged: false, person: 'Anna' },
    { system: 'erp', account: 'a1', privileged: false, person: 'Anna' },
    { system: 'erp', account: 'ben', privileged: false, person: 'Ben' },
  ];
  const holders = (pairs: readonly (typeof pair)[], ...records: readonly SubjectRecord[]) =>
    rowsOf('scope.duties', 'holders', records, {
      duties: { ...register, pairs },
      accounts: { ...register, accounts: persons },
    }).map(({ who, both, bySuperuser }) => [who, both, bySuperuser]);
  const erpWith = (...accounts: readonly string[]): SubjectRecord =>
    looked(
      erp,
      [role('approve', false), ...accounts.map((name) => role(name))],
      accounts.map((name) => member(name, 'approve')),
    );
  const creators = (...accounts: readonly string[]): SubjectRecord =>
    looked(
      db,
      [role('create', false), role('staff', false), ...accounts.map((name) => role(name))],
      [member('staff', 'create'), ...accounts.map((name) => member(name, 'staff'))],
    );

  test('a person with an account on each side has both', () => {
    expect(holders([pair], creators('anna'), erpWith('a1', 'ben'))).toEqual([
      ['Anna', true, false],
      ['Ben', false, false],
    ]);
  });

  test('an account that nobody knows may be anybody’s who has the other role', () => {
    expect(holders([pair], creators('job'), erpWith('ben'))).toEqual([
      ['Ben', false, false],
      ['db job', undefined, false],
    ]);
    expect(holders([pair], creators('job'), erpWith())).toEqual([['db job', false, false]]);
  });

  test('one account that has both needs no name', () => {
    const roles = [role('create', false), role('approve', false), role('job'), role('on')];
    const grants = [
      member('job', 'create'),
      member('job', 'approve', { inherit: false, set: false, admin: true }),
    ];
    expect(holders([within], looked(db, roles, grants), empty)).toEqual([['db job', true, false]]);
  });

  test('a superuser has every role; what they hold by membership is told apart', () => {
    const roles = [
      role('create', false),
      role('approve', false),
      role('root', true, true),
      role('anna', true, true),
    ];
    const grants = [member('anna', 'create'), member('anna', 'approve')];
    expect(holders([within], looked(db, roles, grants), empty)).toEqual([
      ['Anna', true, false],
      ['db root', true, true],
    ]);
    const takes = [...roles, role('ops'), role('job')];
    const more = [member('ops', 'root'), member('job', 'create')];
    expect(holders([within], looked(db, takes, more), empty)).toEqual([
      ['Anna', true, true],
      ['db job', false, false],
      ['db ops', true, true],
      ['db root', true, true],
    ]);
  });

  test('who cannot log in holds nothing', () => {
    expect(holders([pair], looked(db, [role('create', false)]), erpWith())).toEqual([]);
  });

  test('a person may be called what an account is', () => {
    const accounts = [{ system: 'erp', account: 'ben', privileged: false, person: 'db job' }];
    const registers = { duties: { ...register, pairs: [pair] }, accounts: { ...register, accounts } };
    const rows = rowsOf('scope.duties', 'holders', [creators('job'), erpWith('ben')], registers);
    expect(rows.map(({ both }) => both).toSorted()).toEqual([false, undefined]);
  });

  test('a role that is not there, and one that was not seen', () => {
    const registers = { duties: { ...register, pairs: [pair] } };
    const present = (...records: readonly SubjectRecord[]) =>
      rowsOf('scope.duties', 'pairs', records, registers).map((row) => row['present']);
    expect(present(creators(), erpWith())).toEqual([true]);
    expect(present(creators(), empty)).toEqual([false]);
    expect(present(creators())).toEqual([undefined]);
    expect(missingOf('scope.duties', 1, [creators()], { registers })).toEqual(['erp: left out of this scan']);
  });
});

describe('reviews', () => {
  const review = (account: string, date: string, reviewer = 'Ben', decision: 'keep' | 'remove' = 'keep') => ({
    ...{ system: 'db', account, date, reviewer, decision },
  });
  const accounts = [{ system: 'db', account: 'anna', privileged: false, person: 'Anna' }];
  const rows = (reviews: readonly ReturnType<typeof review>[], ...records: readonly SubjectRecord[]): Rows =>
    rowsOf('scope.reviews', 'accounts', records, {
      reviews: { ...register, reviews },
      accounts: { ...register, accounts },
    });
  const row = { system: 'db', reviewedByOwner: false };

  test('the last review of each account counts, also of one that is gone', () => {
    const reviews = [
      review('app', '2026-11-10', 'Ben', 'remove'),
      review('app', '2026-05-10'),
      review('old', '2026-11-10', 'Ben', 'remove'),
    ];
    expect(rows(reviews, looked(db, [role('app'), role('new'), role('group', false)]))).toEqual([
      { ...row, account: 'app', decision: 'remove', ageDays: 10, present: true },
      { ...row, account: 'new', decision: 'none', present: true },
      { ...row, account: 'old', decision: 'remove', ageDays: 10, present: false },
    ]);
  });

  test('a review by whose account it is', () => {
    const reviews = [review('anna', '2026-11-10', 'ANNA'), review('app', '2026-11-10', 'Anna')];
    expect(rows(reviews, looked(db, [role('anna'), role('app')]))).toMatchObject([
      { account: 'anna', reviewedByOwner: true },
      { account: 'app', reviewedByOwner: false },
    ]);
  });

  test('of a server that was not seen nothing is gone', () => {
    const [app] = rows([review('app', '2026-11-10')], record(db, [unseen('postgres.roles')]));
    expect(app).toEqual({ ...row, account: 'app', decision: 'keep', ageDays: 10 });
  });
});

test('none of them without its register', () => {
  const facts = factsOf([empty], { targets });
  for (const fact of ['scope.roles', 'scope.duties', 'scope.reviews'])
    expect(facts.get(fact)).toMatchObject({ kind: 'unseen', reason: { code: 'ERR_NOT_DECLARED' } });
});
