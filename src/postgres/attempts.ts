import type { Answer, Startup } from './challenge.ts';
import { declaredAnswers, type Origin } from './declared-answer.ts';
import type { Challenges } from './facts/challenges.ts';
import { type Verdicts, verdictsOf } from './hba-decisions.ts';
import { domainOf, existing, type Ruling } from './hba-domain.ts';
import { type Channel, keysOf } from './hba-rule.ts';

type Attempted = Challenges['attempts'][number];

/** One connection to be made, and what the rules say to it, where they are known. */
export interface Attempt {
  readonly startup: Startup;
  declared(channel: Channel): Pick<Attempted, 'declared' | 'rules'>;
}

/** What is to be tried of all that could be. */
export interface Attempts {
  readonly attempts: readonly Attempt[];
  /** Roles that may log in times databases that admit connections, and replication. */
  readonly total: number;
}

/**
 * Every role that may log in with every database and with replication; where those are more than `most`, first one of
 * all that the rules treat alike, then a second one, and so on.
 *
 * @param origin undefined: the rules are not known
 */
export function attemptsOf(
  ruling: Ruling,
  origin: Omit<Origin, 'channel'> | undefined,
  most: number,
): Attempts {
  const { rules, patterns } = ruling;
  const keys = keysOf(rules);
  const verdicts = verdictsOf(rules, patterns, existing(domainOf(ruling)));
  const sizes = verdicts.map(({ whos, wheres }) => whos.length * wheres.length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const attempts: Attempt[] = [];
  for (let round = 0; attempts.length < Math.min(total, most); round++)
    for (const [index, one] of verdicts.entries())
      if (round < (sizes[index] ?? 0) && attempts.length < most)
        attempts.push({
          startup: pairOf(one, round),
          declared: (channel) =>
            origin === undefined ? {} : declaredOf(one, ruling, keys, { ...origin, channel }),
        });
  return { attempts, total };
}

function pairOf({ whos, wheres }: Verdicts, round: number): Startup {
  const { name: user = '' } = whos[round % whos.length] ?? {};
  const { name: database } = wheres[Math.floor(round / whos.length)] ?? {};
  return database === undefined ? { user } : { user, database };
}

function declaredOf(
  verdicts: Verdicts,
  { rules }: Ruling,
  keys: readonly string[],
  origin: Origin,
): Pick<Attempted, 'declared' | 'rules'> {
  const { rules: possible, answers } = declaredAnswers(verdicts, rules, origin);
  if (answers === undefined) return {};
  return { declared: answers, rules: possible.map((index) => keys[index] ?? '') };
}

/** One attempt as the fact has it. */
export function attemptedOf(
  { startup, declared }: Attempt,
  channel: Exclude<Channel, 'gss'>,
  answer: Answer,
  mechanisms: readonly string[],
): Attempted {
  const { user, database } = startup;
  const said = declared(channel);
  const over = { socket: 'the socket', plaintext: 'plain TCP', tls: 'TLS' }[channel];
  return {
    attempt: `${user} to ${database === undefined ? 'replication' : `database ${database}`} over ${over}`,
    user,
    ...(database === undefined ? {} : { database }),
    replication: database === undefined,
    channel,
    answer,
    mechanisms,
    ...said,
    ...(said.declared === undefined ? {} : { asDeclared: said.declared.includes(answer) }),
  };
}
