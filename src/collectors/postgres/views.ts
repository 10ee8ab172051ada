import { viewsOf, viewsQuery } from '../../postgres/row-security.ts';
import { insideFact } from './inside-fact.ts';

export const views = insideFact({
  fact: 'postgres.views',
  queries: [viewsQuery],
  population: 'views (pg_class)',
  itemsOf: viewsOf,
});
