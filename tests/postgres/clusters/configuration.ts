import type { Topic } from './topic.ts';

export const configuration: Topic = {
  weak: { settings: { ssl: 'off', ssl_min_protocol_version: 'TLSv1', zero_damaged_pages: 'on' } },
  hardened: { settings: { ssl_min_protocol_version: 'TLSv1.2' } },
  remedies: {
    'postgres.param.durability': { settings: { zero_damaged_pages: 'off' } },
    'postgres.tls.enabled': { settings: { ssl: 'on' } },
    'postgres.tls.minimum-version': { settings: { ssl_min_protocol_version: 'TLSv1.2' } },
  },
};
