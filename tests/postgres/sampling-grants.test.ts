import { describe, expect, test } from 'vitest';
import { sampleOf } from '../../src/postgres/column-sample.ts';
import { nameOf, wayOf } from '../../src/postgres/owned-function.ts';
import { quoteBody, quoteLiteral } from '../../src/postgres/quoting.ts';
import { agesOf } from '../../src/postgres/row-ages.ts';
import { samplingGrantsSql } from '../../src/postgres/sampling-grants.ts';
import { columnOf, storeOf } from './clinic.ts';

describe('the SQL that lets a role have columns counted', () => {
  test('is apart for each database, by a name that psql takes for a name', () => {
    const elsewhere = { ...columnOf(['s', 't', 'c'], 'pan'), database: `host=evil "x" 'y\\` };
    const sql = samplingGrantsSql(
      'assay',
      storeOf({ columns: [columnOf(['s', 't', 'c'], 'pan'), elsewhere] }),
    );
    expect(sql.match(/^\\connect .*$/gm)).toEqual([
      `\\connect -reuse-previous=on "dbname='clinic'"`,
      `\\connect -reuse-previous=on "dbname='host=evil ""x"" \\'y\\\\'"`,
    ]);
    const lines = { ...elsewhere, database: 'a\nb' };
    expect(() => samplingGrantsSql('assay', storeOf({ columns: [lines] }))).toThrow(RangeError);
  });

  test('is done whole or not at all', () => {
    const sql = samplingGrantsSql('assay', storeOf({ columns: [columnOf(['s', 't', 'c'], 'pan')] }));
    expect(sql.startsWith('\\set ON_ERROR_STOP on\n\\connect ')).toBe(true);
    expect(sql.match(/^(begin|commit);$/gm)).toEqual(['begin;', 'commit;']);
    expect(sql.endsWith('\ncommit;\n')).toBe(true);
  });

  test('gives no right to read, and takes what it makes from everybody else', () => {
    const sql = samplingGrantsSql('as"say', storeOf({ columns: [columnOf(['s', 't', 'c'], 'pan')] }));
    expect(sql).not.toMatch(/grant select/);
    expect(sql.match(/revoke all on function/g)).toHaveLength(2);
    expect(sql).toContain('grant execute on function assay_audit.sample_');
    expect(sql.match(/"as""say"/g)).toHaveLength(5);
  });
});

test('a text is quoted so that it cannot end early', () => {
  expect(quoteBody('select $assay$x$assay$')).toBe('$assay1$select $assay$x$assay$$assay1$');
  expect(quoteLiteral("a'b")).toBe("'a''b'");
  expect(quoteLiteral("a\\'b")).toBe("E'a\\\\''b'");
});

describe('a function', () => {
  const column = columnOf(['s', 't', 'c'], 'pan');
  const made = sampleOf(column, { rows: 500, seed: 1 });
  const row = {
    kind: 'r',
    there: true,
    plain: true,
    dated: true,
    elsewhere: false,
    direct: false,
    source: made.body,
    language: 'sql',
    settings: [
      'DateStyle=ISO, MDY',
      'bytea_output=hex',
      'row_security=off',
      'search_path=pg_catalog, pg_temp',
    ],
    callable: true,
    all_rows: true,
    inert: true,
    of_owner: true,
  };

  test('has another name for every other column, number of rows and seed', () => {
    const others = [
      sampleOf(columnOf(['s', 't', 'd'], 'pan'), { rows: 500, seed: 1 }),
      sampleOf(column, { rows: 501, seed: 1 }),
      sampleOf(column, { rows: 500, seed: 2 }),
      sampleOf(column, { seed: 1 }),
    ];
    expect(new Set([made, ...others].map(nameOf)).size).toBe(5);
    expect(nameOf(made)).toMatch(/^sample_[0-9a-f]{16}$/);
  });

  test('is called where it is ours to the letter, and nothing stands in the way', () => {
    expect(wayOf(made, [row])).toEqual({ kind: 'call' });
    for (const other of [
      { callable: false },
      { source: `${made.body} ` },
      { language: 'plpgsql' },
      { settings: ['search_path=public'] },
      { settings: [...row.settings, 'role=postgres'] },
      { all_rows: false },
      { of_owner: false },
      { inert: false },
      { kind: 'v' },
      { kind: 'f' },
      { elsewhere: true },
      { there: false },
      { plain: false },
    ])
      expect(wayOf(made, [{ ...row, ...other }]).kind).toBe('none');
    expect(wayOf(made, [{ ...row, callable: false, direct: true }])).toEqual({ kind: 'direct' });
    for (const other of [{ plain: false }, { inert: false }])
      expect(wayOf(made, [{ ...row, ...other, callable: false, direct: true }]).kind).toBe('none');
    expect(wayOf(made, [{ ...row, dated: false }])).toEqual({ kind: 'call' });
    expect(wayOf(agesOf({ ...column, maximumAgeDays: 1 }), [{ ...row, dated: false }])).toMatchObject({
      why: expect.stringMatching(/^it is no date/),
    });
    expect(wayOf(made, [undefined]).kind).toBe('none');
    expect(wayOf(made, []).kind).toBe('none');
    expect(wayOf(made, [row, { ...row, plain: false }]).kind).toBe('none');
  });
});
