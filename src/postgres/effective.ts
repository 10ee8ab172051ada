import type { Effective } from './facts/effective.ts';
import type { Overrides } from './facts/overrides.ts';
import { scopeOf } from './overrides.ts';
import { booleanOf, optionalTextOf, type Row, textOf } from './row.ts';
import {
  isUnknownLogSetting,
  type SessionSetting,
  sessionSettings,
  unknownLogSetting,
} from './session-settings.ts';

type Override = Overrides[number];
type Value = Effective[number];

/** Who could open a session, and where. */
export interface Sessions {
  /** Roles that may log in. */
  readonly roles: readonly string[];
  /** Databases that admit connections. */
  readonly databases: readonly string[];
}

/** From the rows of `rolesQuery` and of `databasesQuery`. */
export const sessionsThere = (roles: readonly Row[], databases: readonly Row[]): Sessions => ({
  roles: roles.filter((row) => booleanOf(row, 'login')).map((row) => textOf(row, 'name')),
  databases: databases.map((row) => textOf(row, 'database')),
});

/**
 * The values that sessions get. Members of a role do not get what is set for it, and nothing is set for a role that
 * may not log in. An override of a setting of the log that nothing is known of is told without a value.
 *
 * @param rows of `settingsQuery`
 */
export function effectiveOf(rows: readonly Row[], overrides: Overrides, sessions: Sessions): Effective {
  const server = new Map(rows.map((row) => [textOf(row, 'name'), row]));
  const unknown = new Set(overrides.map(({ setting }) => setting).filter(isUnknownLogSetting));
  const known: readonly (readonly [string, SessionSetting])[] = [
    ...Object.entries(sessionSettings),
    ...[...unknown].sort().map((name) => [name, unknownLogSetting] as const),
  ];
  return known.flatMap(([name, setting]) =>
    valuesOf(
      { name, setting, row: server.get(name) },
      overrides.filter((one) => one.setting === name),
      sessions,
    ),
  );
}

interface Known {
  readonly name: string;
  readonly setting: SessionSetting;
  /** The server's; absent: not seen. */
  readonly row: Row | undefined;
}

function valuesOf(known: Known, overrides: Overrides, { roles, databases }: Sessions): readonly Value[] {
  const own = overridesByRole(overrides);
  const everywhere = (role: string): boolean => own.get(role)?.has('') ?? false;
  const inDatabase = (role: string, database: string): boolean => own.get(role)?.has(database) ?? false;
  const ofRoles = roles.flatMap((role) =>
    [...(own.get(role)?.values() ?? [])].filter(({ database }) =>
      database === '' ? databases.some((one) => !inDatabase(role, one)) : databases.includes(database),
    ),
  );
  const ofDatabases = overrides
    .filter(({ role, database }) => role === '' && databases.includes(database))
    .map((override) => ({
      override,
      except: roles.filter((role) => everywhere(role) || inDatabase(role, override.database)),
    }))
    .filter(({ except }) => except.length < roles.length);
  const all = [
    ...ofRoles.map((override) => overrideValue(known, override, [])),
    ...ofDatabases.map(({ override, except }) => overrideValue(known, override, except)),
  ];
  const other = all.filter((value) => differs(known, value));
  const elsewhere = new Set(other.filter(({ database }) => database === '').map(({ role }) => role));
  // Of a role that is set apart from the server's value, that value in one database is another one again.
  const others = all.filter((value) => other.includes(value) || elsewhere.has(value.role));
  return [...serverValue(known, [...elsewhere].sort()), ...others];
}

/** By role, and then by database. */
function overridesByRole(overrides: Overrides): ReadonlyMap<string, ReadonlyMap<string, Override>> {
  const found = new Map<string, Map<string, Override>>();
  for (const override of overrides) {
    if (override.role === '') continue;
    const ofRole = found.get(override.role) ?? new Map<string, Override>();
    found.set(override.role, ofRole.set(override.database, override));
  }
  return found;
}

const serverText = ({ row }: Known): string | undefined =>
  row === undefined ? undefined : optionalTextOf(row, 'setting');

function serverValue(known: Known, except: readonly string[]): readonly Value[] {
  const text = serverText(known);
  return text === undefined
    ? []
    : [{ ...itemOf(known, { role: '', database: '', text, except }), server: true }];
}

const overrideValue = (known: Known, { role, database, value }: Override, except: readonly string[]): Value =>
  itemOf(known, { role, database, text: value, except });

/** A value that is not understood is taken for another one. */
function differs(known: Known, { value }: Value): boolean {
  const text = serverText(known);
  return value === undefined || text === undefined || known.setting.value(text) !== value;
}

interface Given {
  readonly role: string;
  readonly database: string;
  readonly text: string | undefined;
  readonly except: readonly string[];
}

function itemOf(known: Known, { role, database, text, except }: Given): Value {
  const { name, setting, row } = known;
  const value = text === undefined ? undefined : setting.value(text);
  const less = logsLess(known, value);
  return {
    setting: name,
    scope: scopeOf(role, database),
    server: false,
    role,
    database,
    except,
    ...(value === undefined ? {} : { value }),
    words: text === undefined ? [] : (setting.words?.(text) ?? []),
    ...(less === undefined ? {} : { logsLess: less }),
    ...(row === undefined ? {} : { anyoneMayChange: textOf(row, 'context') === 'user' }),
  };
}

function logsLess(known: Known, value: string | undefined): boolean | undefined {
  const { logsLess: compare } = known.setting;
  if (compare === undefined) return false;
  const text = serverText(known);
  const than = text === undefined ? undefined : known.setting.value(text);
  return value === undefined || than === undefined ? undefined : compare(value, than);
}
