import type { Json } from '../model/index.ts';
import { archiverOf } from './archiver.ts';
import { damageOf } from './damage.ts';
import { databasesOf } from './databases.ts';
import { functionsOf } from './definer-functions.ts';
import {
  admissionsOf,
  hbaOf,
  passwordsOf,
  publicDatabaseOf,
  publicSchemasOf,
  rolesOf,
  settingsOf,
} from './derive.ts';
import { hbaRuleOf } from './hba.ts';
import { loadOf } from './load.ts';
import { membershipsOf } from './memberships.ts';
import { preparedOf } from './prepared.ts';
import { replicationOf } from './replication.ts';
import { membershipOf } from './role-reach.ts';
import type { Row } from './row.ts';
import { sessionsOf } from './sessions.ts';
import type { StoredAnswers } from './stored-answers.ts';
import { subscriptionsOf } from './subscriptions.ts';
import { tablespacesOf } from './tablespaces.ts';

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

/** The facts that follow from what stands in their evidence. */
export const derivations: Readonly<Record<string, Derivation>> = {
  'postgres.admissions': (answers) =>
    admissionsOf(
      answers.rows('hba').map(hbaRuleOf),
      answers.rows('roles'),
      answers.rows('memberships').map(membershipOf),
    ),
  'postgres.archiver': whole('archiver', archiverOf),
  'postgres.damage': whole('damage', damageOf),
  'postgres.databases': whole('all-databases', databasesOf),
  'postgres.functions': inside('definer-functions', functionsOf),
  'postgres.hba': whole('hba', (rows) => hbaOf(rows.map(hbaRuleOf))),
  'postgres.load': (answers) => loadOf(answers.rows('load'), answers.rows('transaction-ages')),
  'postgres.memberships': whole('memberships', membershipsOf),
  'postgres.passwords': whole('passwords', passwordsOf),
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
  'postgres.roles': (answers) =>
    rolesOf(answers.rows('roles'), answers.rows('memberships').map(membershipOf)),
  'postgres.sessions': whole('sessions', sessionsOf),
  'postgres.settings': whole('settings', settingsOf),
  'postgres.subscriptions': (answers) =>
    subscriptionsOf(answers.rows('subscriptions'), answers.rowsIfAsked('subscription-secrets')),
  'postgres.tablespaces': whole('tablespaces', tablespacesOf),
};
