import type { Json } from '../model/index.ts';
import { archiverOf } from './archiver.ts';
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
import { membershipOf } from './role-reach.ts';
import type { Row } from './row.ts';
import type { StoredAnswers } from './stored-answers.ts';

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
  'postgres.functions': inside('definer-functions', functionsOf),
  'postgres.hba': whole('hba', (rows) => hbaOf(rows.map(hbaRuleOf))),
  'postgres.passwords': whole('passwords', passwordsOf),
  'postgres.privileges': (answers) => ({
    databases: answers.rows('databases').map(publicDatabaseOf),
    schemas: answers.inside('schemas').flatMap(({ database, rows }) => {
      const relations = answers.inside('public-relations').find((one) => one.database === database);
      return publicSchemasOf(database, rows, relations?.rows ?? []);
    }),
  }),
  'postgres.roles': (answers) =>
    rolesOf(answers.rows('roles'), answers.rows('memberships').map(membershipOf)),
  'postgres.settings': whole('settings', settingsOf),
};
