import { type FileQuestion, fileErrors, filesLoaded } from './configuration.ts';
import { type Grant, managedPlatforms, type Right } from './grant.ts';
import { identLoadedBody } from './identity-maps.ts';
import { hbaLoadedBody, passwordMethodsBody } from './queries.ts';
import { subscriptionSecretsBody } from './subscriptions.ts';
import { anyMappingQuery, userMappingsBody } from './user-mappings.ts';

/** Everything that the auditing role is given, beside being able to log in. */
export const grantedRights: readonly Grant[] = [
  {
    shows: 'Every setting, including those hidden from ordinary roles.',
    facts: [
      'postgres.settings',
      'postgres.effective',
      'postgres.parameters',
      'postgres.configuration',
      'postgres.logAccess',
    ],
    rights: [{ kind: 'membership', role: 'pg_read_all_settings', managed: 'pg_monitor' }],
  },
  {
    shows: 'Where sessions of others come from, whether they are encrypted, and how replication keeps up.',
    facts: ['postgres.sessions', 'postgres.replication', 'postgres.load'],
    rights: [{ kind: 'membership', role: 'pg_read_all_stats', managed: 'pg_monitor' }],
  },
  {
    shows: 'How many files the folders of the log and of the write-ahead log hold; their names stay there.',
    facts: ['postgres.folders'],
    rights: [
      { kind: 'execute', signature: 'pg_ls_logdir()', managed: 'pg_monitor' },
      { kind: 'execute', signature: 'pg_ls_waldir()', managed: 'pg_monitor' },
    ],
  },
  {
    shows: 'The client authentication rules.',
    facts: ['postgres.hba', 'postgres.admissions'],
    rights: [
      { kind: 'select', relation: 'pg_hba_file_rules' },
      { kind: 'execute', signature: 'pg_hba_file_rules()' },
    ],
    impossibleOn: ['cloudsql', 'azure'],
  },
  {
    shows: 'Which user mappings of foreign servers hold a secret; no option leaves the server.',
    facts: ['postgres.mappings'],
    rights: [
      {
        kind: 'definer',
        name: 'user_mappings',
        returns: 'table (server text, role text, secret boolean, unproved boolean)',
        body: userMappingsBody,
      },
    ],
    alsoIn: { words: 'databases that have user mappings', query: anyMappingQuery },
    impossibleOn: managedPlatforms,
  },
  {
    shows: 'Which names of the operating system, of certificates and of tickets may log in as which roles.',
    facts: ['postgres.identityMaps'],
    rights: [
      { kind: 'select', relation: 'pg_ident_file_mappings', since: 15 },
      { kind: 'execute', signature: 'pg_ident_file_mappings()', since: 15 },
    ],
    impossibleOn: ['cloudsql', 'azure'],
  },
  {
    shows: 'Which kind of password each role has; no password and no hash leaves the server.',
    facts: ['postgres.passwords'],
    rights: [
      {
        kind: 'definer',
        name: 'role_password_methods',
        returns: 'table (role text, method text, iterations int, equals_name boolean)',
        body: passwordMethodsBody,
      },
    ],
    impossibleOn: managedPlatforms,
  },
  {
    shows:
      'Whether the authentication rules were changed since the server last read them, and whether a keyword is quoted.',
    facts: ['postgres.hba', 'postgres.admissions'],
    rights: [
      {
        kind: 'definer',
        name: 'hba_loaded',
        returns: 'table (loaded boolean, verbatim boolean)',
        body: hbaLoadedBody,
      },
    ],
    impossibleOn: managedPlatforms,
  },
  {
    shows: 'Lines of the configuration files that the server does not apply; no value leaves the server.',
    facts: ['postgres.configuration'],
    rights: [definerOf(fileErrors)],
    impossibleOn: managedPlatforms,
  },
  {
    shows: 'Whether the configuration files were changed since the server last read them.',
    facts: ['postgres.configuration'],
    rights: [definerOf(filesLoaded)],
    impossibleOn: managedPlatforms,
  },
  {
    shows: 'Whether the identity maps were changed since the server last read them.',
    facts: ['postgres.identityMaps'],
    rights: [
      {
        kind: 'definer',
        name: 'ident_loaded',
        returns: 'table (loaded boolean)',
        body: identLoadedBody,
      },
    ],
    impossibleOn: managedPlatforms,
  },
  {
    shows: 'Whether subscriptions keep a password, and ask for TLS; no connection string leaves the server.',
    facts: ['postgres.subscriptions'],
    rights: [
      {
        kind: 'definer',
        name: 'subscription_secrets',
        returns: 'table (database text, name text, stored_secret boolean, ssl_mode text)',
        body: subscriptionSecretsBody,
      },
    ],
    impossibleOn: managedPlatforms,
  },
];

function definerOf({ function: name, returns, body }: FileQuestion): Right {
  return { kind: 'definer', name, returns, body };
}
