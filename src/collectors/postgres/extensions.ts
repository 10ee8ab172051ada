import { extensionsOf, extensionsQueries, languagesOf, languagesQuery } from '../../postgres/extensions.ts';
import { insideFact } from './inside-fact.ts';

export const extensions = insideFact({
  fact: 'postgres.extensions',
  queries: extensionsQueries,
  population: 'extensions (pg_extension)',
  itemsOf: extensionsOf,
});

export const languages = insideFact({
  fact: 'postgres.languages',
  queries: [languagesQuery],
  population: 'procedural languages (pg_language)',
  itemsOf: languagesOf,
});
