import { labelsOf, labelsQuery } from '../../postgres/security-labels.ts';
import { insideFact } from './inside-fact.ts';

export const labels = insideFact({
  fact: 'postgres.labels',
  queries: [labelsQuery],
  population: 'security labels (pg_seclabel)',
  itemsOf: labelsOf,
  withheld: ['the text of labels'],
});
