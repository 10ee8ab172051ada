import { codeOf, codeQueries } from '../../postgres/secrets-in-code.ts';
import { insideFact } from './inside-fact.ts';

export const code = insideFact({
  fact: 'postgres.code',
  queries: codeQueries,
  population: 'functions (pg_proc)',
  itemsOf: codeOf,
  withheld: ['the text of functions: the server says only which match'],
});
