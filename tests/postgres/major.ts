import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { supportedMajors } from '../../src/postgres/query.ts';

/** Folder of another PostgreSQL than the npm package's, to try the live tests on another major version. */
export const otherBinaries = process.env['ASSAY_TEST_POSTGRES'];

/** @param binaries folder of `postgres`; absent: the npm package's, which is of the last major version */
export function majorOf(binaries: string | undefined = otherBinaries): number {
  if (binaries === undefined) return supportedMajors.last;
  const said = execFileSync(join(binaries, 'postgres'), ['--version'], { encoding: 'utf8' });
  const [, major] = /^postgres \(PostgreSQL\) (\d+)/.exec(said) ?? [];
  if (major === undefined) throw new Error(`expected a version of PostgreSQL, got ${said}`);
  return Number(major);
}

/** Of the servers that `running` starts where it is given no binaries. */
export const testedMajor = majorOf();

/** What servers have only since some version, by the major version that it came with. */
const cameWith = {
  'bound values kept out of the log': 13,
  'sslpassword in connection strings': 13,
  idle_session_timeout: 14,
  pg_read_all_data: 14,
  'counts of sessions': 14,
  'log-ins told as authenticated': 14,
  'expressions in statistics': 14,
  'identity maps in a view': 15,
  jsonlog: 15,
  'predefined roles that only count where they are inherited': 15,
  // Before it the first session of a database counts as one that reset them.
  'statistics that were never reset': 15,
  'rights to settings': 15,
  'options of memberships': 16,
  'patterns in pg_hba.conf': 16,
  event_triggers: 17,
  'columns computed when they are read': 18,
  'constraints that are not enforced': 18,
  'OAuth in connection strings': 18,
  'SCRAM keys in connection strings': 18,
} as const;

export type Novelty = keyof typeof cameWith;

/** Whether the servers that `running` starts have it. */
export const knows = (what: Novelty, major = testedMajor): boolean => major >= cameWith[what];

/** Facts that no login sees on the servers that `running` starts, with the code that says why. */
export const neverSeen: Readonly<Record<string, string>> = knows('identity maps in a view')
  ? {}
  : { 'postgres.identityMaps': 'ERR_UNSUPPORTED_VERSION' };

/** What a login that has every right comes to, for a fact: `seen`, or the code. */
export const sightOf = (fact: string): string => neverSeen[fact] ?? 'seen';

/** Why a test of it is skipped. */
export const sinceOf = (what: Novelty): string => `${what}: since PostgreSQL ${cameWith[what]}`;
