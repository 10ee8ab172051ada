import type { ConnectionOptions } from 'node:tls';
import { AssayError, type Completeness } from '../../model/index.ts';
import { type Attempts, attemptsOf } from '../../postgres/attempts.ts';
import type { Ruling } from '../../postgres/hba-domain.ts';
import { clientAddressQuery } from '../../postgres/hba-queries.ts';
import { optionalTextOf } from '../../postgres/row.ts';
import type { CollectContext, Whom } from '../collector.ts';
import { paced } from '../pace.ts';
import { type Asking, startAsking } from './asking.ts';
import { userOf } from './connect.ts';
import { type Knocked, knockAt } from './knocking.ts';
import type { PostgresFact } from './postgres-fact.ts';
import { tlsOptions } from './protection.ts';
import { readRuling, readWithoutRules, rulingQueries } from './ruling.ts';
import type { PostgresSession } from './session.ts';
import { verbatim } from './verbatim.ts';

/** Connections that are tried on each channel in one look, at most. */
const mostAttempts = 120;

const inWords =
  'StartupMessage with the name of a role and of a database, or for replication, in plain TCP and over TLS (after SSLRequest), or on the socket; the first answer is read, and the connection closed: no credential is sent. The server may log a line for each';

export const challenges: PostgresFact = {
  fact: 'postgres.challenges',
  needs: [],
  plan: {
    requests: [inWords, ...verbatim(clientAddressQuery, ...rulingQueries)],
    connections: 2 * mostAttempts,
  },
  collect: async (session, _read, context) => {
    const asking = startAsking();
    const { attempts, missing } = await plannedBy(session, asking);
    const turn = whereOf(session.whom);
    // The session has room for a second connection.
    const makeRoom = async <T>(run: () => Promise<T>): Promise<T> => {
      await context.pace?.turn(turn, context.signal);
      return run();
    };
    return collected(await knockAll(session.whom, attempts, context, makeRoom), missing, asking);
  },
  collectOutside: async (whom, why, context) => {
    const user = userOf(whom.target, context);
    const database = whom.target.postgres?.database ?? 'postgres';
    const missing = [
      { what: 'other roles and databases', why: `nobody got in to ask for them (${why.code})` },
    ];
    const makeRoom = <T>(run: () => Promise<T>): Promise<T> => paced(context, whereOf(whom), run);
    const attempts = attemptsOf(onlyFor(user, database), undefined, mostAttempts);
    return collected(await knockAll(whom, attempts, context, makeRoom), missing, startAsking());
  },
};

const whereOf = ({ subject }: Whom): string => subject.address ?? subject.host;

const onlyFor = (user: string, database: string): Ruling => ({
  rules: [],
  roles: [{ name: user, login: true }],
  memberships: [],
  databases: [{ database, allows_connections: true }],
  patterns: undefined,
});

interface Planned {
  readonly attempts: Attempts;
  readonly missing: Completeness['missing'];
}

/** By the rules, as far as they may be read: what is said of them beside decides nothing here, as it is tried. */
async function plannedBy(session: PostgresSession, asking: Asking): Promise<Planned> {
  const [place] = await asking.ask(session, clientAddressQuery);
  const address = place && optionalTextOf(place, 'client');
  const own = place !== undefined && address === optionalTextOf(place, 'server');
  const origin = address === undefined ? { own } : { address, own };
  try {
    const { ruling } = await readRuling(session, asking);
    return { attempts: attemptsOf(ruling, origin, mostAttempts), missing: [] };
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    const ruling = await readWithoutRules(session, asking);
    return { attempts: attemptsOf(ruling, undefined, mostAttempts), missing: [] };
  }
}

interface Found extends Planned {
  readonly knocked: readonly Knocked[];
}

/** Channel by channel: the socket where the target is one, else TLS and plain TCP. */
async function knockAll(
  whom: Whom,
  attempts: Attempts,
  context: CollectContext,
  makeRoom: <T>(run: () => Promise<T>) => Promise<T>,
): Promise<Found> {
  const at = { subject: whom.subject, attempts: attempts.attempts, context, makeRoom };
  const knocked = whom.subject.host.startsWith('/')
    ? [await knockAt({ ...at, channel: 'socket', tls: false })]
    : [
        await knockAt({ ...at, channel: 'tls', tls: await trustOf(whom) }),
        await knockAt({ ...at, channel: 'plaintext', tls: false }),
      ];
  const failures = knocked.flatMap(({ failure }) => failure ?? []);
  if (failures[0] !== undefined && knocked.every(({ found }) => found.length === 0)) throw failures[0];
  return { knocked, attempts, missing: [] };
}

/** What the target asks of TLS; one that asks for none still is tried with it. */
async function trustOf({ target }: Whom): Promise<ConnectionOptions> {
  const options = await tlsOptions(target);
  return options === false ? { rejectUnauthorized: false } : options;
}

function collected(
  { knocked, attempts: { attempts, total } }: Found,
  missing: Completeness['missing'],
  asking: Asking,
) {
  const found = knocked.flatMap((one) => one.found);
  const offered = knocked.filter(({ declined }) => !declined);
  const notTried = total - attempts.length;
  const tooMany = {
    what: `${notTried} of ${total} pairs of a role and a database`,
    why: `at most ${mostAttempts} are tried on a channel, first one of all that the rules treat alike`,
  };
  const failed = knocked.flatMap(({ channel, failure, found: answered }) =>
    failure === undefined
      ? []
      : [{ what: `${attempts.length - answered.length} attempts, ${channel}`, why: failure.message }],
  );
  return {
    value: { attempts: found },
    method: 'TEST' as const,
    completeness: [
      {
        list: '/attempts',
        basis: `every role that may log in, with every database that admits connections and with replication, ${offered.map(({ channel }) => channel).join(' and ')}${offered.length < knocked.length ? '; the server declines TLS' : ''}; GSSAPI encryption is not tried`,
        returned: found.length,
        total: total * offered.length,
        missing: [...missing, ...(notTried === 0 ? [] : [tooMany]), ...failed],
      },
    ],
    requests: [inWords, ...asking.requests],
    evidence: [...asking.evidence, evidenceOfKnocks(knocked)],
    withheld: ['the words of a refusal, and the salt of an MD5 request'],
    connections: knocked.reduce((sum, { connections }) => sum + connections, 0),
  };
}

function evidenceOfKnocks(knocked: readonly Knocked[]) {
  const heard = knocked.map(({ channel, declined, found, failure }) => ({
    channel,
    declined,
    answers: found.map(({ user, database, replication, answer, mechanisms }) => ({
      user,
      ...(database === undefined ? {} : { database }),
      replication,
      answer,
      mechanisms,
    })),
    ...(failure === undefined ? {} : { failure: failure.code }),
  }));
  return {
    title: 'first answers to start-up messages',
    mediaType: 'application/json',
    extension: 'json',
    bytes: Buffer.from(`${JSON.stringify(heard, null, 2)}\n`),
  };
}
