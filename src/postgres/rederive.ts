import type { Json } from '../model/index.ts';
import { catalogsOf, relationsOf } from './access.ts';
import { archiverOf } from './archiver.ts';
import { attemptsOf } from './attempts.ts';
import { challengesOf, originOf } from './challenges.ts';
import { configurationOf } from './configuration.ts';
import { damageOf } from './damage.ts';
import { databasesOf } from './databases.ts';
import { decisionsOf } from './decisions.ts';
import { defaultsOf } from './default-privileges.ts';
import { functionsOf } from './definer-functions.ts';
import { passwordsOf, publicDatabaseOf, publicSchemasOf, rolesOf, settingsOf } from './derive.ts';
import { directGrantsOf } from './direct-grants.ts';
import { effectiveOf, sessionsThere } from './effective.ts';
import { extensionsOf, languagesOf } from './extensions.ts';
import { foldersOf } from './folders.ts';
import { guardedFunctionsOf } from './guarded-functions.ts';
import type { Ruling } from './hba-domain.ts';
import { admissionsOf, hbaOf } from './hba-facts.ts';
import { patternsOf } from './hba-names.ts';
import { hbaRuleOf } from './hba-rule.ts';
import { identityMapsOf } from './identity-maps.ts';
import { largeObjectsOf } from './large-objects.ts';
import { loadOf } from './load.ts';
import { logAccessOf } from './log-access.ts';
import { loggingOf } from './logging.ts';
import { membershipsOf } from './memberships.ts';
import { overridesOf } from './overrides.ts';
import { ownershipOf } from './ownership.ts';
import { parametersOf } from './parameters.ts';
import { preparedOf } from './prepared.ts';
import { publicationsOf } from './publications.ts';
import { readersIn, readersOf } from './readers.ts';
import { replicationOf } from './replication.ts';
import { membershipOf } from './role-reach.ts';
import type { Row } from './row.ts';
import { policiesOf, tablesOf, viewsOf } from './row-security.ts';
import { codeOf } from './secrets-in-code.ts';
import { labelsOf } from './security-labels.ts';
import { sessionsOf } from './sessions.ts';
import type { StoredAnswers } from './stored-answers.ts';
import { subscriptionsOf } from './subscriptions.ts';
import { tablespacesOf } from './tablespaces.ts';
import { type Takers, takersOf } from './takers.ts';
import { tlsOf } from './tls-offer.ts';
import { triggersOf } from './triggers.ts';
import { mappingsOf } from './user-mappings.ts';

/**
 * Makes a fact again from the answers in its evidence.
 *
 * @throws AssayError where they lead to no fact
 */
type Derivation = (answers: StoredAnswers) => Json;

/** What one query about the whole server says. */
const whole =
  (query: string, derive: (rows: readonly Row[]) => Json): Derivation =>
  (answers) =>
    derive(answers.rows(query));

/** What one query says that was asked in each database. */
const inside =
  (query: string, itemsOf: (rows: readonly Row[], database: string) => readonly Json[]): Derivation =>
  (answers) =>
    answers.inside(query).flatMap(({ rows, database }) => itemsOf(rows, database));

/** What the client authentication rules say. */
const ruled =
  (derive: (ruling: Ruling) => Json): Derivation =>
  (answers) =>
    derive(rulingFrom(answers));

function rulingFrom(answers: StoredAnswers): Ruling {
  const patterns = answers.rowsIfAsked('hba-patterns');
  return {
    rules: answers.rows('hba').map(hbaRuleOf),
    roles: answers.rows('roles'),
    memberships: answers.rows('memberships').map(membershipOf),
    databases: answers.rows('hba-databases'),
    patterns: patterns && patternsOf(patterns),
  };
}

/** Where the rules could not be read, they say nothing. */
function challenged(answers: StoredAnswers): Json {
  const heard = answers.rows('first-answers');
  const [place] = answers.rowsIfAsked('client-address') ?? [];
  if (place === undefined || answers.rowsIfAsked('hba') === undefined) return challengesOf(heard, undefined);
  return challengesOf(heard, { ruling: rulingFrom(answers), origin: originOf(place) });
}

const takersIn = (answers: StoredAnswers): Takers =>
  takersOf(answers.rows('roles'), answers.rows('memberships').map(membershipOf));

/** The facts that follow from what stands in their evidence. */
export const derivations: Readonly<Record<string, Derivation>> = {
  'postgres.access': (answers) => ({
    relations: inside('access', relationsOf)(answers),
    catalogs: inside('catalog-access', catalogsOf)(answers),
  }),
  'postgres.admissions': ruled(admissionsOf),
  'postgres.archiver': whole('archiver', archiverOf),
  'postgres.attempts': whole('log-ins', attemptsOf),
  'postgres.challenges': challenged,
  'postgres.configuration': (answers) =>
    configurationOf(
      answers.rows('pending-settings'),
      answers.rowsIfAsked('file-errors') ?? [],
      answers.rowsIfAsked('files-loaded') ?? [],
    ),
  'postgres.damage': whole('damage', damageOf),
  'postgres.databases': whole('all-databases', databasesOf),
  'postgres.decisions': ruled(decisionsOf),
  'postgres.effective': (answers) =>
    effectiveOf(
      answers.rows('settings'),
      overridesOf(answers.rows('overrides')),
      sessionsThere(answers.rows('roles'), answers.rows('databases')),
    ),
  'postgres.directGrants': inside('direct-grants', directGrantsOf),
  'postgres.extensions': inside('extensions', extensionsOf),
  'postgres.folders': (answers) =>
    foldersOf(['log-folder', 'wal-folder'].flatMap((query) => answers.rowsIfAsked(query) ?? [])),
  'postgres.functions': inside('definer-functions', functionsOf),
  'postgres.guardedFunctions': inside('guarded-functions', guardedFunctionsOf),
  'postgres.hba': ruled(hbaOf),
  'postgres.languages': inside('languages', languagesOf),
  'postgres.load': (answers) => loadOf(answers.rows('load'), answers.rows('transaction-ages')),
  'postgres.logAccess': (answers) =>
    logAccessOf(
      answers.rows('roles'),
      takersIn(answers),
      answers.rows('log-place'),
      answers.inside('log-functions').map(({ database, rows }) => ({
        database,
        rows: [rows, answers.inside('log-tables').find((one) => one.database === database)?.rows ?? []],
      })),
    ),
  'postgres.logging': whole('logging', loggingOf),
  'postgres.memberships': whole('memberships', membershipsOf),
  'postgres.code': inside('secrets-in-code', codeOf),
  'postgres.defaults': inside('default-privileges', defaultsOf),
  'postgres.identityMaps': whole('identity-maps', identityMapsOf),
  'postgres.labels': inside('security-labels', labelsOf),
  'postgres.largeObjects': inside('large-objects', largeObjectsOf),
  'postgres.mappings': (answers) =>
    inside('user-mappings', (rows, database) => {
      const options = answers.inside('user-mapping-options').find((one) => one.database === database);
      return mappingsOf(rows, database, options?.rows);
    })(answers),
  'postgres.overrides': whole('overrides', overridesOf),
  'postgres.ownership': (answers) =>
    ownershipOf(
      answers.inside('ownership').flatMap(({ rows }) => rows),
      takersIn(answers),
    ),
  'postgres.parameters': whole('parameters', parametersOf),
  'postgres.passwords': whole('passwords', passwordsOf),
  'postgres.policies': inside('policies', policiesOf),
  'postgres.prepared': whole('prepared', preparedOf),
  'postgres.privileges': (answers) => ({
    databases: answers.rows('databases').map(publicDatabaseOf),
    schemas: answers.inside('schemas').flatMap(({ database, rows }) => {
      const relations = answers.inside('public-relations').find((one) => one.database === database);
      return publicSchemasOf(database, rows, relations?.rows ?? []);
    }),
  }),
  'postgres.replication': (answers) =>
    replicationOf({
      standby: answers.rows('standby'),
      senders: answers.rows('senders'),
      slots: answers.rows('slots'),
    }),
  'postgres.publications': inside('publications', publicationsOf),
  'postgres.readers': (answers) =>
    readersOf(
      answers.inside('access').flatMap(({ database, rows }) => {
        const there = (query: string): readonly Row[] =>
          answers.inside(query).find((one) => one.database === database)?.rows ?? [];
        return readersIn(database, [rows, there('database-owner'), there('inheritance')]);
      }),
      takersIn(answers),
    ),
  'postgres.roles': (answers) =>
    rolesOf(answers.rows('roles'), answers.rows('memberships').map(membershipOf)),
  'postgres.sessions': whole('sessions', sessionsOf),
  'postgres.settings': whole('settings', settingsOf),
  'postgres.subscriptions': (answers) =>
    subscriptionsOf(answers.rows('subscriptions'), answers.rowsIfAsked('subscription-secrets')),
  'postgres.tablespaces': whole('tablespaces', tablespacesOf),
  'postgres.tables': (answers) =>
    inside('tables', (rows, database) => tablesOf(rows, database, takersIn(answers).taken))(answers),
  'postgres.tls': whole('tls-request', tlsOf),
  'postgres.triggers': inside('triggers', triggersOf),
  'postgres.views': inside('views', viewsOf),
};
