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
    expect(sql.match(/"x""y"/g)?.length).toBe(8);
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

  test('the log is read only where it is asked for, and not on RDS', () => {
    const log = grantsSql({ role: 'assay', platform: 'self-managed', log: true });
    expect(log).toContain(
      'grant execute on function assay_audit.log_chunk(text, bigint, bigint) to "assay";',
    );
    expect(log).toContain('revoke all on function assay_audit.log_chunk(text, bigint, bigint) from public;');
    expect(grantsSql({ role: 'assay', platform: 'self-managed' })).not.toContain('log_chunk');
    expect(grantsSql({ role: 'assay', platform: 'rds', log: true })).not.toContain('log_chunk');
  });
});
