import type { Json } from '../model/index.ts';
import { archiverOf } from './archiver.ts';
import { challengesOf, originOf } from './challenges.ts';
import { decisionsOf } from './decisions.ts';
import { functionsOf } from './definer-functions.ts';
import { passwordsOf, publicDatabaseOf, publicSchemasOf, rolesOf, settingsOf } from './derive.ts';
import type { Ruling } from './hba-domain.ts';
import { admissionsOf, hbaOf } from './hba-facts.ts';
import { patternsOf } from './hba-names.ts';
import { hbaRuleOf } from './hba-rule.ts';
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

/** The facts that follow from what stands in their evidence. */
export const derivations: Readonly<Record<string, Derivation>> = {
  'postgres.admissions': ruled(admissionsOf),
  'postgres.archiver': whole('archiver', archiverOf),
  'postgres.challenges': challenged,
  'postgres.decisions': ruled(decisionsOf),
  'postgres.functions': inside('definer-functions', functionsOf),
  'postgres.hba': ruled(hbaOf),
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
