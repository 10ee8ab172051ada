/** How large a catalog is made. */
export interface CatalogSize {
  readonly tables: number;
  readonly columns: number;
  readonly roles: number;
}

/** What facts about databases are measured on. */
export const largeCatalog: CatalogSize = { tables: 5_000, columns: 50_000, roles: 1_000 };

/**
 * SQL that fills a database with tables of ten schemas, each owned by one of ten roles, granted to two groups and in
 * part to PUBLIC and by column, some with row security and policies; with views over them, functions, default
 * privileges, publications; and with roles that log in and are members of groups of groups.
 */
export const largeCatalogSql = ({ tables, columns, roles }: CatalogSize): readonly string[] => [
  `do $do$ begin
  for i in 1..10 loop
    execute format('create role owner_%s', i);
    execute format('create role team_%s', i);
    execute format('create role division_%s', i);
    execute format('grant team_%s to division_%s', i, i);
    execute format('create schema area_%s authorization owner_%s', i, i);
    execute format('alter default privileges for role owner_%s in schema area_%s grant select on tables to team_%s', i, i, i);
  end loop;
  for i in 1..${roles} loop
    execute format('create role person_%s login', i);
    execute format('grant division_%s to person_%s', i % 10 + 1, i);
  end loop;
end $do$`,
  ...inSteps(tables, 500).map(
    ([from, to]) => `do $do$ declare name text; begin
  for i in ${from}..${to} loop
    name := format('area_%s.thing_%s', i % 10 + 1, i);
    execute format('create table %s (%s)', name,
      (select string_agg(format('c%s int', c), ', ') from generate_series(1, ${Math.round(columns / tables)}) c));
    execute format('alter table %s owner to owner_%s', name, i % 10 + 1);
    execute format('grant select, insert, update on %s to team_%s', name, i % 10 + 1);
    execute format('grant select on %s to team_%s with grant option', name, (i + 1) % 10 + 1);
    if i % 50 = 0 then execute format('grant select on %s to public', name); end if;
    if i % 10 = 0 then execute format('grant select (c1, c2) on %s to team_%s', name, (i + 2) % 10 + 1); end if;
    if i % 10 = 0 then
      execute format('alter table %s enable row level security', name);
      execute format('create policy own on %s using (c1 = 1)', name);
      execute format('create policy every on %s for select to team_1 using (true)', name);
      execute format('create view %s_view as select * from %s', name, name);
      execute format('create view %s_view_of_view as select * from %s_view', name, name);
      execute format('create function %s_of(int) returns text language sql as %L', name,
        format('select %L || $1::text /* %s */', name, repeat('nothing to see here. ', 50)));
    end if;
  end loop;
end $do$`,
  ),
  'create publication everything for table ' +
    Array.from({ length: 100 }, (_, i) => `area_${((i + 1) % 10) + 1}.thing_${i + 1}`).join(', '),
];

const inSteps = (total: number, step: number): readonly (readonly [number, number])[] =>
  Array.from({ length: Math.ceil(total / step) }, (_, i) => [i * step + 1, Math.min((i + 1) * step, total)]);
