import { expect, test } from 'vitest';
import type { Completeness, Json, Registers, SubjectRecord } from '../../src/model/index.ts';
import { type AccessSight, accessSight } from '../../src/scope/access-sight.ts';
import { at, factsOf, factValue, record, seen, target, unseen } from './reconciling.ts';

const db = target('db', 'db.example', 'postgres-server');
const then = '2026-10-20T10:00:00.000Z';

interface Role {
  readonly login?: boolean;
  readonly superuser?: boolean;
  readonly in?: readonly string[];
}

function looked(roles: Readonly<Record<string, Role>>): SubjectRecord {
  const off = { login: true, superuser: false, createrole: false, replication: false, bypassrls: false };
  const rows = Object.entries(roles).map(([name, { in: _, ...role }]) => ({ ...off, name, ...role }));
  const members = Object.entries(roles).flatMap(([member, { in: granted = [] }]) =>
    granted.map((each) => ({
      member,
      granted: each,
      grantor: 'postgres',
      admin: false,
      inherit: true,
      set: true,
    })),
  );
  return record(db, [seen('postgres.roles', rows as unknown as Json), seen('postgres.memberships', members)]);
}

const earlier = (sight: SubjectRecord, when = then): AccessSight => ({ ...accessSight(sight)!, at: when });

const registered = (...approvals: readonly (readonly [string, string, string, string])[]): Registers => ({
  approvals: {
    name: 'approvals.csv',
    sha256: 'ab',
    date: '2026-11-19',
    approvals: approvals.map(([account, role, approver, date]) => ({
      system: 'db',
      account,
      role,
      approver,
      date,
    })),
  },
  accounts: {
    name: 'accounts.csv',
    sha256: 'cd',
    date: '2026-11-19',
    accounts: [{ system: 'db', account: 'anna', privileged: false, person: 'Anna' }],
  },
});

function compared(registers: Registers, now: readonly SubjectRecord[], access: readonly AccessSight[]) {
  const facts = factsOf(now, { targets: [db], registers, earlier: { tickets: [], discoveries: [], access } });
  const { completeness } = facts.get('scope.changes') as { completeness: readonly Completeness[] };
  const { changes } = factValue(facts, 'scope.changes') as unknown as { changes: readonly object[] };
  return { changes, missing: completeness[0]?.missing.map(({ what }) => what) };
}

const before = looked({ shop: { in: ['readers'] }, readers: { login: false } });
const after = looked({
  shop: { in: ['readers', 'writers'], superuser: true },
  anna: {},
  readers: { login: false },
  writers: { login: false },
});
const changeOf = (account: string, role: string, rest: object): object => ({
  ...{ system: 'db', account, role, since: then },
  ...rest,
});

test('what was added is told, with the last approval of somebody else', () => {
  const registers = registered(
    ['anna', '', 'Ben', '2026-10-01'],
    ['anna', '', 'Ben', '2026-11-10'],
    ['shop', 'writers', 'SHOP', '2026-11-10'],
    ['shop', 'readers', 'Ben', '2026-11-10'],
  );
  expect(compared(registers, [after], [earlier(before)])).toEqual({
    changes: [
      changeOf('anna', '', { approved: true, ageDays: 10 }),
      changeOf('shop', 'SUPERUSER', { approved: false }),
      changeOf('shop', 'writers', { approved: false }),
    ],
    missing: [],
  });
});

test('nobody approves what the person of the account does', () => {
  const registers = registered(['anna', '', 'anna', '2026-11-10'], ['anna', '', 'ANNA', '2026-11-11']);
  expect(compared(registers, [after], [earlier(before)]).changes).toContainEqual(
    changeOf('anna', '', { approved: false }),
  );
});

test('the last of several bundles tells what was there, and what was taken away is no change', () => {
  const both = [earlier(after, '2026-11-01T10:00:00.000Z'), earlier(before)];
  expect(compared(registered(), [after], both)).toEqual({ changes: [], missing: [] });
  expect(compared(registered(), [before], [earlier(after)])).toEqual({ changes: [], missing: [] });
});

test('without an earlier look, or a whole one now, nothing is known', () => {
  expect(compared(registered(), [after], [])).toEqual({ changes: [], missing: ['db'] });
  const part = record(db, [unseen('postgres.roles'), seen('postgres.memberships', [])]);
  expect(compared(registered(), [part], [earlier(before)]).missing).toEqual(['postgres.roles of db']);
  const cut = record(db, [
    seen('postgres.roles', [], [{ what: 'some', why: 'cut' }]),
    seen('postgres.memberships', []),
  ]);
  expect(accessSight(cut)).toBeUndefined();
  expect(compared(registered(), [], [earlier(before)]).missing).toEqual(['db']);
  expect(factsOf([after]).get('scope.changes')).toMatchObject({ kind: 'unseen' });
  expect(accessSight(after)?.at).toBe(at);
});
