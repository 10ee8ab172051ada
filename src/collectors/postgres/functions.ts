import { definerFunctionsQuery, functionsOf } from '../../postgres/definer-functions.ts';
import { insideFact } from './inside-fact.ts';

export const functions = insideFact({
  fact: 'postgres.functions',
  queries: [definerFunctionsQuery],
  population: 'functions that run with the rights of their owner (pg_proc)',
  itemsOf: functionsOf,
});
