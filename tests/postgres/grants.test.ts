import { describe, expect, test } from 'vitest';
import { postgresFacts } from '../../src/postgres/facts/index.ts';
import { managedPlatforms } from '../../src/postgres/grant.ts';
import { grantedRights } from '../../src/postgres/granted-rights.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { quoteIdentifier } from '../../src/postgres/quoting.ts';
import { library } from '../control-cases.ts';

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
    expect(sql.match(/"x""y"/g)?.length).toBe(18);
  });

  test('no password, and no way to write', () => {
    const sql = grantsSql({ role: 'assay', platform: 'self-managed' });
    expect(sql).not.toMatch(/password '/);
    expect(sql).toContain('set default_transaction_read_only = on');
    expect(sql).toContain('nosuperuser');
  });

  test.each(managedPlatforms)(
    'on %s nothing that only a superuser may make, and what is lost by that',
    (platform) => {
      const sql = grantsSql({ role: 'assay', platform });
      expect(statements(sql)).not.toContain('assay_audit');
      expect(sql).toContain('grant pg_monitor to "assay";');
      expect(sql).toMatch(/^-- Cannot be granted on this platform: Which kind of password/m);
      expect(sql).toContain('not proven: postgres.passwords.');
    },
  );

  test.each([
    ['self-managed', true],
    ['rds', true],
    ['aurora', true],
    ['cloudsql', false],
    ['azure', false],
  ] as const)('on %s the authentication rules may be granted: %s', (platform, granted) => {
    const sql = statements(grantsSql({ role: 'assay', platform }));
    expect(sql.includes('grant select on pg_catalog.pg_hba_file_rules')).toBe(granted);
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

describe('what is granted', () => {
  test('is no exception of the control over guarded catalogs', () => {
    const control = library.find(
      ({ loaded }) => loaded.source.control.id === 'postgres.grant.catalogs-guarded',
    );
    const allowed = control?.loaded.source.control.params['readByAssay']?.default;
    const selected = grantedRights
      .flatMap(({ rights }) => rights)
      .flatMap((right) => (right.kind === 'select' ? [right.relation] : []));
    expect(selected.length).toBeGreaterThan(0);
    expect(allowed).toEqual(expect.arrayContaining(selected));
  });

  test('is no exception of the control over guarded functions', () => {
    const control = library.find(
      ({ loaded }) => loaded.source.control.id === 'postgres.grant.functions-guarded',
    );
    const allowed = control?.loaded.source.control.params['runByAssay']?.default;
    const executed = grantedRights
      .flatMap(({ rights }) => rights)
      .flatMap((right) => (right.kind === 'execute' ? [`pg_catalog.${right.signature}`] : []));
    expect(allowed).toEqual(executed.toSorted());
  });

  test('every right is for facts that there are', () => {
    const facts = postgresFacts.map(({ name }) => name as string);
    for (const grant of grantedRights) {
      expect(grant.facts.length).toBeGreaterThan(0);
      for (const fact of grant.facts) expect(facts).toContain(fact);
    }
  });
});

/** Without comments. */
const statements = (sql: string): string =>
  sql
    .split('\n')
    .filter((line) => !line.startsWith('--'))
    .join('\n');
