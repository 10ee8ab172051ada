import { largeObjectsOf, largeObjectsQuery } from '../../postgres/large-objects.ts';
import { insideFact } from './inside-fact.ts';

export const largeObjects = insideFact({
  fact: 'postgres.largeObjects',
  queries: [largeObjectsQuery],
  population: 'large objects (pg_largeobject_metadata)',
  itemsOf: largeObjectsOf,
});
