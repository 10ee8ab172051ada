import { type Answer, answers, type Startup } from './challenge.ts';
import { declaredAnswers, type Origin } from './declared-answer.ts';
import type { Challenges } from './facts/challenges.ts';
import { type Verdicts, verdictsOf } from './hba-decisions.ts';
import { domainOf, existing, type Ruling } from './hba-domain.ts';
import { keysOf } from './hba-rule.ts';
import { optionalTextOf, type Row, textOf, textsOf } from './row.ts';

type Attempted = Challenges['attempts'][number];

/** What is to be tried of all that could be. */
export interface Attempts {
  readonly startups: readonly Startup[];
  /** Roles that may log in times databases that admit connections, and replication. */
  readonly total: number;
}

const todaysVerdicts = (ruling: Ruling): readonly Verdicts[] =>
  verdictsOf(ruling.rules, ruling.patterns, existing(domainOf(ruling)));

/**
 * Every role that may log in with every database and with replication; where those are more than `most`, first one of
 * all that the rules treat alike, then a second one, and so on.
 */
export function attemptsOf(ruling: Ruling, most: number): Attempts {
  const verdicts = todaysVerdicts(ruling);
  const sizes = verdicts.map(({ whos, wheres }) => whos.length * wheres.length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const startups: Startup[] = [];
  for (let round = 0; startups.length < Math.min(total, most); round++)
    for (const [index, one] of verdicts.entries())
      if (round < (sizes[index] ?? 0) && startups.length < most) startups.push(pairOf(one, round));
  return { startups, total };
}

function pairOf({ whos, wheres }: Verdicts, round: number): Startup {
  const { name: user = '' } = whos[round % whos.length] ?? {};
  const { name: database } = wheres[Math.floor(round / whos.length)] ?? {};
  return database === undefined ? { user } : { user, database };
}

/** What the rules say, and from where we came. */
export interface Declaring {
  readonly ruling: Ruling;
  readonly origin: Omit<Origin, 'channel'>;
}

/** From the answer to the query for our address. */
export function originOf(row: Row): Declaring['origin'] {
  const address = optionalTextOf(row, 'client');
  const own = address !== undefined && address === optionalTextOf(row, 'server');
  return address === undefined ? { own } : { address, own };
}

/** One attempt and its answer, as evidence keeps it. */
export const heardRow = (
  { user, database }: Startup,
  channel: Attempted['channel'],
  answer: Answer,
  mechanisms: readonly string[],
): Row => ({ channel, user, database: database ?? null, answer, mechanisms });

/** @param declaring undefined: the rules are not known */
export function challengesOf(heard: readonly Row[], declaring: Declaring | undefined): Challenges {
  const declared = declaring === undefined ? () => ({}) : declarationsOf(declaring);
  return {
    attempts: heard.map((row) => {
      const user = textOf(row, 'user');
      const database = optionalTextOf(row, 'database');
      const channel = textOf(row, 'channel') as Attempted['channel'];
      const answer = answers.find((one) => one === textOf(row, 'answer')) ?? 'refused';
      const over = { socket: 'the socket', plaintext: 'plain TCP', tls: 'TLS' }[channel];
      const startup = database === undefined ? { user } : { user, database };
      return {
        attempt: `${user} to ${database === undefined ? 'replication' : `database ${database}`} over ${over}`,
        ...startup,
        replication: database === undefined,
        channel,
        answer,
        mechanisms: textsOf(row, 'mechanisms'),
        ...declared(startup, channel, answer),
      };
    }),
  };
}

type Declared = Pick<Attempted, 'declared' | 'rules' | 'asDeclared'>;

function declarationsOf({
  ruling,
  origin,
}: Declaring): (startup: Startup, channel: Attempted['channel'], answer: Answer) => Declared {
  const keys = keysOf(ruling.rules);
  const verdicts = todaysVerdicts(ruling);
  return ({ user, database }, channel, answer) => {
    const about = verdicts.find(
      ({ whos, wheres }) =>
        wheres.some(({ name }) => name === database) && whos.some(({ name }) => name === user),
    );
    if (about === undefined) return {};
    const { rules, answers: declared } = declaredAnswers(about, ruling.rules, { ...origin, channel });
    if (declared === undefined) return {};
    return {
      declared,
      rules: rules.map((index) => keys[index] ?? ''),
      asDeclared: declared.includes(answer),
    };
  };
}
