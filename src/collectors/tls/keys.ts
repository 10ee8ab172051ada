import { keys } from '../../tls/facts/keys.ts';
import { deriveKeys } from '../../tls/key-facts.ts';
import { certificatesFact } from './certificates-fact.ts';

export const keysCollector = certificatesFact({
  fact: keys.name,
  which: 'The first certificate of every chain sent',
  derive: ({ chains }, session) => deriveKeys(chains, session.serverName ?? session.host),
});
