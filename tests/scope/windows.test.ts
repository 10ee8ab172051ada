import { expect, test } from 'vitest';
import type { Json, Target } from '../../src/model/index.ts';
import { factsOf, factValue, record, seen, target, targets, unseen } from './reconciling.ts';

const window = {
  from: '2026-11-20T08:00:00.000Z',
  to: '2026-11-20T09:00:00.000Z',
  approvedBy: 'anna',
};
const inside = ['2026-11-20T08:00:00.000Z', '2026-11-20T08:59:59.999Z'];
const outside = '2026-11-20T09:00:00.001Z';
const db = targets[1] as Target;
const gap = [{ what: 'the beginning of the window', why: 'gone' }];

const logOf = (times: readonly string[] | undefined, logInsWhole = true, role = 'vendor'): Json => ({
  windowHours: 24,
  logInsWhole,
  actors: [{ role, entries: 9, logIns: times?.length ?? 300, ...(times ? { logInTimes: [...times] } : {}) }],
});

function accountOf(
  observations: Parameters<typeof record>[1],
  system = 'db',
  kind: 'log-store' | 'x' = 'log-store',
) {
  const one = record(db, observations);
  const log = { ...one, subject: { ...one.subject, id: 'db~log', kind: 'log-store' as const } };
  const windows = {
    ...{ name: 'w.csv', sha256: '0'.repeat(64), date: '2026-11-10' },
    accounts: [{ system, account: 'vendor', windows: [window] }],
  };
  const facts = factsOf(kind === 'x' ? [] : [log], { registers: { windows } });
  return (factValue(facts, 'scope.windows') as { accounts: readonly Json[] }).accounts[0];
}

const whole = { system: 'db', account: 'vendor', windows: 1 };

test('log-ins are held against the windows, their ends included', () => {
  expect(accountOf([seen('auditlog.actors', logOf(inside))])).toEqual({ ...whole, logIns: 2, outside: 0 });
  expect(accountOf([seen('auditlog.actors', logOf([...inside, outside]))])).toEqual({
    ...whole,
    logIns: 3,
    outside: 1,
    lastOutside: outside,
  });
});

test('an account without an entry was not used', () => {
  expect(accountOf([seen('auditlog.actors', logOf([outside], true, 'other'))])).toEqual({
    ...whole,
    logIns: 0,
    outside: 0,
  });
});

test.each([
  ['the log was not read', [unseen('auditlog.actors')]],
  ['it has holes', [seen('auditlog.actors', logOf([], true, 'other'), gap)]],
  ['log-ins may be missing', [seen('auditlog.actors', logOf([], false, 'other'))]],
])('%s: that there was no log-in outside is not known', (_, observations) => {
  expect(accountOf(observations)).toEqual(whole);
});

test('a log-in outside of the windows counts also in a log with holes', () => {
  expect(accountOf([seen('auditlog.actors', logOf([outside], false), gap)])).toMatchObject({ outside: 1 });
});

test('of log-ins without times nothing is concluded, nor of a system that was not looked at', () => {
  expect(accountOf([seen('auditlog.actors', logOf(undefined))])).toEqual({ ...whole, logIns: 300 });
  expect(accountOf([seen('auditlog.actors', logOf(inside))], 'erp')).toEqual({ ...whole, system: 'erp' });
  expect(accountOf([], 'db', 'x')).toEqual(whole);
});

test('without a register there is nothing to compare with', () => {
  expect(factsOf([record(target('web', 'pay.example'), [])]).get('scope.windows')).toMatchObject({
    kind: 'unseen',
    reason: { code: 'ERR_NOT_DECLARED' },
  });
});
