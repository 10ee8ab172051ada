import { weaknesses } from '../../tls/facts/weaknesses.ts';
import { deriveWeaknesses } from '../../tls/weakness-facts.ts';
import { certificatesFact } from './certificates-fact.ts';

export const weaknessesCollector = certificatesFact({
  fact: weaknesses.name,
  which: 'Every certificate sent',
  derive: ({ chains }) => deriveWeaknesses(chains),
});
