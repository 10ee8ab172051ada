import { describe, expect, test } from 'vitest';
import { attemptsOf, isTurnedAway, outcomeOf } from '../../src/postgres/attempts.ts';

const row = (asked: boolean, accepted: boolean, sqlState: string | null) => ({
  ...{ role: 'app', number: 1, of: 2 },
  ...{ asked, accepted, sql_state: sqlState },
});

describe('outcomeOf', () => {
  test.each([
    ['a session after the password', row(true, true, null), 'accepted'],
    ['no right to the database, said after the password was right', row(true, true, '42501'), 'accepted'],
    ['no connection left for the role', row(true, true, '53300'), 'accepted'],
    ['a session without a password', row(false, true, null), 'let-in'],
    ['a role that may not log in, with its password', row(true, true, '28000'), 'disabled'],
    ['no such role, where nothing is asked', row(false, true, '28000'), 'disabled'],
    ['a wrong password', row(true, false, '28P01'), 'refused'],
    ['a password that another directory refuses', row(true, false, '28000'), 'refused'],
    ['a rule that rejects', row(false, false, '28000'), undefined],
    ['no connection left, said before anything', row(false, false, '53300'), undefined],
    ['what a lock may say', row(true, false, 'XX000'), undefined],
    ['a code of no form', row(true, false, ''), undefined],
  ])('%s', (_, answer, outcome) => {
    expect(outcomeOf(answer)).toBe(outcome);
  });
});

test('who is turned away was asked for nothing', () => {
  expect(isTurnedAway(row(false, false, '28000'))).toBe(true);
  expect(isTurnedAway(row(true, false, '28000'))).toBe(false);
  expect(isTurnedAway(row(false, true, '28000'))).toBe(false);
  expect(isTurnedAway(row(false, false, '53300'))).toBe(false);
});

test('attemptsOf names each that was decided', () => {
  expect(attemptsOf([row(true, false, 'XX000'), row(true, false, '28P01')])).toEqual({
    attempts: [{ attempt: 'attempt 1 of 2 for role app', role: 'app', outcome: 'refused' }],
  });
});
