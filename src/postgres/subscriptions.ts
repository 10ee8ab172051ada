import { type Subscriptions, sslModes } from './facts/subscriptions.ts';
import { accessText } from './ours.ts';
import { everyMajor, type Query } from './query.ts';
import { booleanOf, optionalTextOf, type Row, textOf } from './row.ts';

/** Columns of it that everyone may read. */
export const subscriptionsQuery: Query = {
  ...everyMajor,
  name: 'subscriptions',
  text: `select d.datname::text as database, s.subname::text as name,
  pg_catalog.pg_get_userbyid(s.subowner)::text as owner, s.subenabled as enabled
from pg_catalog.pg_subscription s join pg_catalog.pg_database d on d.oid = s.subdbid
order by 1, 2`,
};

/**
 * Nothing of a connection string leaves the server but whether there is a password in it, and its sslmode: the last one
 * counts. Where an equals sign stands in quotes, or anything is escaped, it cannot be told by patterns which one that is,
 * nor where a name of old sets it too: libpq takes requiressl=0 for sslmode=prefer, and in a URI ssl=true for require.
 * In a URI what stands before @ ends at no question mark, and a name that is escaped may be that of a password.
 */
export const subscriptionSecretsBody = `select d.datname::text as database, s.subname::text as name,
  s.subconninfo ~ '(^|[[:space:]?&''])((ssl)?password|oauth_client_secret|scram_(client|server)_key)[[:space:]]*='
    or s.subconninfo ~ '^[a-z]+://([^/@]*:[^/@]*@|.*[?&][^=&]*%[^=&]*=)' as stored_secret,
  case when s.subconninfo !~ '(^|[[:space:]?&''])(ssl|requiressl)[[:space:]]*=' and (s.subconninfo ~ '^[[:space:]]*([a-z_]+[[:space:]]*=[[:space:]]*(''[^''=\\\\]*''|[^''[:space:]\\\\]+)[[:space:]]*)*$'
      or s.subconninfo ~ '^[a-z]+://[^''[:space:]%]*$')
    then coalesce(pg_catalog.substring(pg_catalog.regexp_replace(s.subconninfo, '^[a-z]+://[^/@]*@', ''),
      '.*(?:^|[[:space:]?&''])sslmode[[:space:]]*=[[:space:]]*''?([^''&[:space:]]*)'), 'default') end as ssl_mode
from pg_catalog.pg_subscription s join pg_catalog.pg_database d on d.oid = s.subdbid
order by 1, 2`;

export const subscriptionAccessQuery: Query = {
  ...everyMajor,
  name: 'subscription-access',
  text: accessText(
    'subscription_secrets',
    "pg_catalog.has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'select')",
  ),
};

export const subscriptionSecretsQueries = {
  direct: { ...everyMajor, name: 'subscription-secrets', text: subscriptionSecretsBody },
  granted: {
    ...everyMajor,
    name: 'subscription-secrets',
    text: 'select f.database, f.name, f.stored_secret, f.ssl_mode from assay_audit.subscription_secrets() f',
  },
} as const satisfies Readonly<Record<string, Query>>;

/** @param secrets undefined: nobody may ask */
export function subscriptionsOf(rows: readonly Row[], secrets: readonly Row[] | undefined): Subscriptions {
  return rows.map((row) => {
    const database = textOf(row, 'database');
    const name = textOf(row, 'name');
    const secret = secrets?.find((one) => one['database'] === database && one['name'] === name);
    return {
      database,
      name,
      owner: textOf(row, 'owner'),
      enabled: booleanOf(row, 'enabled'),
      ...(secret === undefined ? {} : connectionOf(secret)),
    };
  });
}

function connectionOf(secret: Row): Pick<Subscriptions[number], 'storedSecret' | 'sslMode'> {
  const mode = optionalTextOf(secret, 'ssl_mode');
  const sslMode = sslModes.find((known) => known === mode);
  return {
    storedSecret: booleanOf(secret, 'stored_secret'),
    ...(sslMode === undefined ? {} : { sslMode }),
  };
}
