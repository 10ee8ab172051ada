import { policiesOf, policiesQuery } from '../../postgres/row-security.ts';
import { insideFact } from './inside-fact.ts';

export const policies = insideFact({
  fact: 'postgres.policies',
  queries: [policiesQuery],
  population: 'policies (pg_policy)',
  itemsOf: policiesOf,
  withheld: ['the text of policies: the server says only whether it is the constant true'],
});
