import { describe, expect, test } from 'vitest';
import { grantsSql, quoteIdentifier } from '../../src/postgres/grants.ts';

describe('quoteIdentifier', () => {
  test.each([
    ['assay', '"assay"'],
    ['The Auditor', '"The Auditor"'],
    ['a"; drop role postgres; --', '"a""; drop role postgres; --"'],
  ])('%s', (name, expected) => {
    expect(quoteIdentifier(name)).toBe(expected);
  });

  test.each(['', 'a\0b'])('%j is no name', (name) => {
    expect(() => quoteIdentifier(name)).toThrow(RangeError);
  });
});

describe('grantsSql', () => {
  test('the name stands in quotes wherever it stands', () => {
    const sql = grantsSql({ role: 'x"y', platform: 'self-managed' });
    expect(sql.match(/x"+y/g)?.every((found) => found === 'x""y')).toBe(true);
    expect(sql.match(/"x""y"/g)?.length).toBe(11);
  });

  test('no password, and no way to write', () => {
    const sql = grantsSql({ role: 'assay', platform: 'self-managed' });
    expect(sql).not.toMatch(/password '/);
    expect(sql).toContain('set default_transaction_read_only = on');
    expect(sql).toContain('nosuperuser');
  });

  test('on RDS nothing that only a superuser may make', () => {
    expect(grantsSql({ role: 'assay', platform: 'rds' })).not.toContain('assay_audit');
  });
});
