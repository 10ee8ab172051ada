import type { ConnectionOptions } from 'node:tls';
import { AssayError, type Completeness } from '../../model/index.ts';
import {
  type Attempts,
  attemptsOf,
  challengesOf,
  type Declaring,
  originOf,
} from '../../postgres/challenges.ts';
import type { Ruling } from '../../postgres/hba-domain.ts';
import { clientAddressQuery } from '../../postgres/hba-queries.ts';
import { everyMajor } from '../../postgres/query.ts';
import type { CollectContext, Collected, Whom } from '../collector.ts';
import { paced } from '../pace.ts';
import { type Asking, startAsking } from './asking.ts';
import { userOf } from './connect.ts';
import { notPostgres } from './database-error.ts';
import { type Knocked, type Knocking, knockAt } from './knocking.ts';
import type { PostgresFact } from './postgres-fact.ts';
import { tlsOptions } from './protection.ts';
import { readRuling, readWithoutRules, rulingQueries } from './ruling.ts';
import type { PostgresSession } from './session.ts';
import { verbatim } from './verbatim.ts';

/** Connections that are tried on each channel in one look, at most. */
const mostAttempts = 120;

const inWords =
  'StartupMessage with the name of a role and of a database, or for replication, in plain TCP and over TLS (after SSLRequest), or on the socket; the first answer is read, and the connection closed: no credential is sent. The server may log a line for each';

/** Its rows stand in evidence as those of a query do. */
const firstAnswers = { ...everyMajor, name: 'first-answers', text: inWords };

export const challenges: PostgresFact = {
  fact: 'postgres.challenges',
  needs: [],
  plan: {
    requests: [inWords, ...verbatim(clientAddressQuery, ...rulingQueries)],
    connections: 2 * mostAttempts,
  },
  collect: async (session, _read, context) => {
    const asking = startAsking();
    const { ruling, declaring } = await readDeclaring(session, asking);
    const where = whereOf(session.whom);
    // The session has room for a second connection.
    const makeRoom: Knocking['makeRoom'] = async (run) => {
      await context.pace?.turn(where, context.signal);
      return run();
    };
    const attempts = attemptsOf(ruling, mostAttempts);
    const knocked = await knockAll(session.whom, attempts, context, makeRoom);
    return collected({ knocked, attempts, declaring, missing: [] }, asking);
  },
  collectOutside: async (whom, why, context) => {
    const user = userOf(whom.target, context);
    const database = whom.target.postgres?.database ?? 'postgres';
    const missing = [
      { what: 'other roles and databases', why: `nobody got in to ask for them (${why.code})` },
    ];
    const attempts = attemptsOf(onlyFor(user, database), mostAttempts);
    const knocked = await knockAll(whom, attempts, context, (run) => paced(context, whereOf(whom), run));
    return collected({ knocked, attempts, declaring: undefined, missing }, startAsking());
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

interface Read {
  readonly ruling: Ruling;
  /** Undefined: the rules may not be read. */
  readonly declaring: Declaring | undefined;
}

/** What keeps the rules from being known as the ones in force decides nothing here: they are tried. */
async function readDeclaring(session: PostgresSession, asking: Asking): Promise<Read> {
  const [place] = await asking.ask(session, clientAddressQuery);
  if (place === undefined) throw notPostgres(session.whom.subject.host);
  try {
    const { ruling } = await readRuling(session, asking);
    return { ruling, declaring: { ruling, origin: originOf(place) } };
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    return { ruling: await readWithoutRules(session, asking), declaring: undefined };
  }
}

/** Channel by channel: the socket where the target is one, else TLS and plain TCP. */
async function knockAll(
  whom: Whom,
  { startups }: Attempts,
  context: CollectContext,
  makeRoom: Knocking['makeRoom'],
): Promise<readonly Knocked[]> {
  const at = { subject: whom.subject, startups, context, makeRoom };
  const knocked = whom.subject.host.startsWith('/')
    ? [await knockAt({ ...at, channel: 'socket', tls: false })]
    : [
        await knockAt({ ...at, channel: 'tls', tls: await trustOf(whom) }),
        await knockAt({ ...at, channel: 'plaintext', tls: false }),
      ];
  const [failure] = knocked.flatMap((one) => one.failure ?? []);
  if (failure !== undefined && knocked.every(({ heard }) => heard.length === 0)) throw failure;
  return knocked;
}

/** What the target asks of TLS; one that asks for none still is tried with it. */
async function trustOf({ target }: Whom): Promise<ConnectionOptions> {
  const options = await tlsOptions(target);
  return options === false ? { rejectUnauthorized: false } : options;
}

interface Found {
  readonly knocked: readonly Knocked[];
  readonly attempts: Attempts;
  readonly declaring: Declaring | undefined;
  readonly missing: Completeness['missing'];
}

function collected(found: Found, asking: Asking): Collected {
  const { knocked, declaring } = found;
  const heard = knocked.flatMap((one) => one.heard);
  asking.keep(firstAnswers, heard);
  return {
    value: challengesOf(heard, declaring),
    method: 'TEST',
    completeness: [completenessOf(found, heard.length)],
    requests: asking.requests,
    evidence: asking.evidence,
    withheld: ['the words of a refusal, and the salt of an MD5 request'],
    connections: knocked.reduce((sum, { connections }) => sum + connections, 0),
  };
}

function completenessOf(
  { knocked, attempts: { startups, total }, missing }: Found,
  returned: number,
): Completeness {
  const offered = knocked.filter(({ declined }) => !declined);
  const channels = offered.map(({ channel }) => channel).join(' and ');
  const declined = offered.length < knocked.length ? '; the server declines TLS' : '';
  const notTried = total - startups.length;
  const tooMany = {
    what: `${notTried} of ${total} pairs of a role and a database`,
    why: `at most ${mostAttempts} are tried on a channel, first one of all that the rules treat alike`,
  };
  const failed = knocked.flatMap(({ channel, failure, heard }) => {
    if (failure === undefined) return [];
    return [{ what: `${startups.length - heard.length} attempts, ${channel}`, why: failure.message }];
  });
  return {
    list: '/attempts',
    basis: `every role that may log in, with every database that admits connections and with replication, ${channels}${declined}; GSSAPI encryption is not tried`,
    returned,
    total: total * offered.length,
    missing: [...missing, ...(notTried === 0 ? [] : [tooMany]), ...failed],
  };
}
