import type { Topic } from './topic.ts';

const logged = { log_connections: 'on', log_disconnections: 'on' };

export const logging: Topic = {
  weak: {},
  hardened: { settings: logged },
  remedies: { 'postgres.audit.connections-logged': { settings: logged } },
};
