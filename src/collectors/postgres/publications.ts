import { publicationsOf, publicationsQueries } from '../../postgres/publications.ts';
import { insideFact } from './inside-fact.ts';

export const publications = insideFact({
  fact: 'postgres.publications',
  queries: publicationsQueries,
  population: 'publications (pg_publication)',
  itemsOf: publicationsOf,
});
