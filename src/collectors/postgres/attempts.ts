import { setTimeout as wait } from 'node:timers/promises';
import { AssayError, type DefaultPasswords, type SecretReference, type Target } from '../../model/index.ts';
import { attemptsOf, isTurnedAway, nameOf, outcomeOf, type Place } from '../../postgres/attempts.ts';
import { everyMajor } from '../../postgres/query.ts';
import type { Row } from '../../postgres/row.ts';
import type { CollectContext, Collected, FactPlan, Whom } from '../collector.ts';
import { resolveSecret } from '../credentials.ts';
import { networkFailure } from '../network-error.ts';
import { startAsking } from './asking.ts';
import { type LogIn, logIn } from './log-in.ts';
import type { PostgresFact } from './postgres-fact.ts';

const inWords =
  'a log-in as each role with each password that default-passwords of the target declares, once each, at most one a second; a session that begins is ended without a query. The server counts and logs each as a failed or a successful one';

/** Its rows stand in evidence as those of a query do. */
const logIns = { ...everyMajor, name: 'log-ins', text: inWords };

export const attempts: PostgresFact = {
  fact: 'postgres.attempts',
  needs: [],
  plan: { requests: [inWords], connections: 0, at: (_, target) => planFor(declaredBy(target)) },
  // The session has room for a second connection.
  collect: (session, _read, context) => tryAll(session.whom, context),
  collectOutside: async (whom, _why, context) => {
    const { address, host } = whom.subject;
    const leaveRoom = await context.pace?.room(address ?? host, context.signal);
    return tryAll(whom, context).finally(leaveRoom);
  },
};

const declaredBy = (target: Target): readonly DefaultPasswords[] => target.postgres?.defaultPasswords ?? [];

const planFor = (declared: readonly DefaultPasswords[]): Partial<FactPlan> => ({
  connections: declared.reduce((sum, { passwords }) => sum + passwords.length, 0),
  requests: [
    inWords,
    ...declared.map(
      ({ role, passwords }) => `log-ins as role ${role}: ${passwords.length}, one for each password`,
    ),
  ],
});

async function tryAll(whom: Whom, context: CollectContext): Promise<Collected> {
  const declared = declaredBy(whom.target);
  if (declared.length === 0) throw undeclared();
  if ((context.attempt ?? 1) > 1) throw notAgain();
  const all = await inFull(declared, context);
  const tried = await tryEach(all, whom, context);
  const asking = startAsking();
  asking.keep(logIns, tried.rows);
  const value = attemptsOf(tried.rows);
  return {
    value,
    method: 'TEST',
    completeness: [
      {
        list: '/attempts',
        basis: 'every password that default-passwords of the target declares for a role',
        returned: value.attempts.length,
        total: all.length,
        missing: tried.missing,
      },
    ],
    requests: asking.requests,
    evidence: asking.evidence,
    withheld: ['the passwords, and where they were taken from'],
    connections: tried.connections,
  };
}

interface Attempt extends Place {
  readonly password: string;
}

/** Before the first connection: of a password that cannot be read, none is tried. */
async function inFull(
  declared: readonly DefaultPasswords[],
  context: CollectContext,
): Promise<readonly Attempt[]> {
  const all: Attempt[] = [];
  for (const { role, passwords } of declared)
    for (const [index, one] of passwords.entries()) {
      const place = { role, number: index + 1, of: passwords.length };
      const password = one.kind === 'role-name' ? role : await passwordOf(one, place, context);
      all.push({ ...place, password });
    }
  return all;
}

/** Of several lines, of UTF-16, or of bytes that are no UTF-8: refused as any other text is, it would look like a proof. */
const unlikely = /[\p{Cc}\uFEFF\uFFFD]/u;

/** The reason stands in the bundle, which does not say where a password is. */
async function passwordOf(
  reference: SecretReference,
  place: Place,
  context: CollectContext,
): Promise<string> {
  const password = await resolveSecret(reference, context).catch((error: unknown) => {
    if (!(error instanceof AssayError) || error.code !== 'ERR_CREDENTIAL') throw error;
    throw unusable(place, 'none that can be read');
  });
  if (unlikely.test(password)) throw unusable(place, 'several lines or another encoding than UTF-8');
  return password;
}

/** What came of the log-ins so far. */
interface Tried {
  readonly rows: Row[];
  readonly missing: { readonly what: string; readonly why: string }[];
  /** By role: why it is not tried again. */
  readonly doneWith: Map<string, string>;
  /** Why nobody is. */
  stopped?: string;
  connections: number;
}

/** One after the other. */
async function tryEach(all: readonly Attempt[], whom: Whom, context: CollectContext): Promise<Tried> {
  const tried: Tried = { rows: [], missing: [], doneWith: new Map(), connections: 0 };
  for (const attempt of all) {
    const why = tried.stopped ?? tried.doneWith.get(attempt.role);
    if (why !== undefined) {
      tried.missing.push({ what: nameOf(attempt), why });
      continue;
    }
    if (tried.connections++ > 0) await pause(whom, context);
    const ended = await logInAs(attempt, whom, context);
    if (ended instanceof AssayError) unanswered(tried, attempt, ended);
    else answered(tried, attempt, ended);
  }
  return tried;
}

/** @throws AssayError `failure`, where it is all that there is to tell */
function unanswered(tried: Tried, attempt: Attempt, failure: AssayError): void {
  if (tried.rows.length === 0) throw failure;
  tried.missing.push({ what: nameOf(attempt), why: failure.message });
  tried.stopped = `not tried after one that got no answer (${failure.code})`;
}

/**
 * A role that is let in, or turned away whatever its password, is not tried again; and after an answer that is not a plain
 * refusal nobody is, because it may be that of a lock.
 */
function answered(tried: Tried, attempt: Attempt, { asked, accepted, sqlState }: LogIn): void {
  const { role, number, of } = attempt;
  const row = { role, number, of, asked, accepted, sql_state: sqlState };
  tried.rows.push(row);
  const outcome = outcomeOf(row);
  if (outcome === 'accepted' || outcome === 'let-in')
    tried.doneWith.set(role, 'not tried: the role was let in');
  if (outcome !== undefined) return;
  const code = `SQLSTATE ${sqlState === '' ? 'of no known form' : sqlState}`;
  const turnedAway = `the server did not ask for a password (${code}): try from where its rules ask for one`;
  if (isTurnedAway(row)) tried.doneWith.set(role, turnedAway);
  else tried.stopped = 'not tried after an answer that may be that of a lock';
  const undecided = `the server neither accepted nor refused the password (${code})`;
  tried.missing.push({ what: nameOf(attempt), why: isTurnedAway(row) ? turnedAway : undecided });
}

const distanceMs = 1_000;

const pause = ({ subject }: Whom, { signal }: CollectContext): Promise<void> =>
  wait(distanceMs, undefined, { signal }).catch(() => {
    throw networkFailure('interrupted', subject.address ?? subject.host);
  });

const logInAs = (
  { role: user, password }: Attempt,
  { target, subject }: Whom,
  context: CollectContext,
): Promise<LogIn | AssayError> =>
  logIn({ target, subject, user, database: target.postgres?.database ?? 'postgres', context }, password);

function unusable(place: Place, got: string): AssayError {
  return new AssayError('ERR_CREDENTIAL', `expected the password of ${nameOf(place)}, got ${got}`, {
    remedy: 'check what default-passwords of the target names there, and that it is not empty',
  });
}

function undeclared(): AssayError {
  return new AssayError('ERR_NOT_DECLARED', 'expected default-passwords of the target, got none', {
    remedy:
      'name in assay.yaml, under default-passwords of the target, the roles and what they must not have',
  });
}

function notAgain(): AssayError {
  return new AssayError(
    'ERR_NOT_REPEATED',
    'expected the first look to have tried the log-ins, got no end of it',
    {
      remedy:
        'scan again: none is tried twice in a scan, and the first look was cut short or got no connection',
    },
  );
}
