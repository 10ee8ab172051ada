import { refusal } from '../bundle/refusal.ts';
import { derivations } from '../postgres/rederive.ts';
import { parseStoredAnswer, storedAnswers } from '../postgres/stored-answers.ts';
import { type Again, type Source, whereOf } from './source.ts';

/** Facts about a PostgreSQL server, from the answers to its queries, which must be those that were asked for. */
export function postgresAgain({ record, textsOf }: Source): Again {
  return (seen) => {
    const derive = derivations[seen.fact];
    if (derive === undefined) return undefined;
    const answers = textsOf(seen, 'application/json').map(parseStoredAnswer);
    const asked = seen.requests.map((request) => request.replace(/^-- .*\n/, ''));
    const strange = answers.find(({ query }) => !asked.includes(query));
    if (strange === undefined) return derive(storedAnswers(answers));
    throw refusal('FACT', `expected answers to what was asked for ${whereOf(record, seen)}, got another`);
  };
}
