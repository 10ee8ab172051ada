import type { IdentityMaps } from './facts/identity-maps.ts';
import { namedFile, unchangedText } from './file-state.ts';
import { matchesAnything, matchesWhole, repeatsBesideCapture } from './name-pattern.ts';
import { everyMajor, type Query } from './query.ts';
import { booleanOf, type Row, textOf } from './row.ts';

const right = 'SELECT on pg_ident_file_mappings and EXECUTE on function pg_ident_file_mappings()';

const columns = `r.map_name::text as map, r.sys_name::text as name, r.pg_username::text as role,
  r.error is not null as errored`;

/** Older versions have no such view. What the parser says of a line in error quotes it, and stays there. */
export const identQueries: readonly Query[] = [
  {
    name: 'identity-maps',
    right,
    since: 16,
    before: everyMajor.before,
    text: `select ${columns},
  coalesce(r.file_name = (select s.setting from pg_catalog.pg_settings s where s.name = 'ident_file'), false) as main_file
from pg_catalog.pg_ident_file_mappings r
order by r.map_number nulls last, r.file_name, r.line_number`,
  },
  {
    name: 'identity-maps',
    right,
    since: 15,
    before: 16,
    text: `select ${columns}, true as main_file
from pg_catalog.pg_ident_file_mappings r order by r.line_number`,
  },
];

export const identLoadedBody = `select ${unchangedText} and nullif(not t.included, false) as loaded
${namedFile('ident_file')}`;

export const identLoadedQueries = {
  direct: { ...everyMajor, name: 'identity-maps-loaded', text: identLoadedBody },
  granted: {
    ...everyMajor,
    name: 'identity-maps-loaded',
    text: 'select f.loaded from assay_audit.ident_loaded() f',
  },
} as const satisfies Readonly<Record<string, Query>>;

export const isErrored = (row: Row): boolean => booleanOf(row, 'errored');

export const identityMapsOf = (rows: readonly Row[]): IdentityMaps =>
  rows
    .filter((row) => !isErrored(row))
    .map((row) => {
      const [name, role] = [textOf(row, 'name'), textOf(row, 'role')];
      const roleKind = roleKindOf(role);
      return {
        ...{ map: textOf(row, 'map'), name, role },
        pattern: isPattern(name),
        ...reachOf(name, roleKind),
        roleKind,
      };
    });

function reachOf(
  name: string,
  roleKind: IdentityMaps[number]['roleKind'],
): Pick<IdentityMaps[number], 'whole' | 'open'> {
  if (!isPattern(name)) return { whole: false, open: false };
  if (name.length > longestPattern) return { whole: false, open: true };
  const expression = name.slice(1);
  return {
    whole: matchesWhole(expression),
    open: roleKind === 'captured' ? repeatsBesideCapture(expression) : matchesAnything(expression),
  };
}

/** A server takes none that is longer (MAX_TOKEN of its source). */
const longestPattern = 10_240;

const isPattern = (text: string): boolean => text.startsWith('/');

/** In quotes these are names like others, which the view does not show: they are taken for what reaches further. */
function roleKindOf(role: string): IdentityMaps[number]['roleKind'] {
  if (role === 'all') return 'any';
  if (role.startsWith('+')) return 'member';
  if (isPattern(role)) return 'pattern';
  return role.includes('\\1') ? 'captured' : 'exact';
}
