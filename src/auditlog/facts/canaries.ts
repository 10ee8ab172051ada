import type { FactDefinition, FactOf } from '../../model/index.ts';

export const canaryTraces = [
  'connection',
  'disconnection',
  'error',
  'failed-log-in',
  'sensitive-read',
] as const;
export type CanaryTrace = (typeof canaryTraces)[number];

export const canaries = {
  name: 'auditlog.canaries',
  subject: 'log-store',
  schema: {
    type: 'map',
    description:
      'Whether the log has what this scan did to be found there, by a name that nothing else has. What was not tried is absent: sensitive-read without a table that the target names and that the role may read',
    keys: canaryTraces,
    values: { type: 'boolean', description: 'It is in the log' },
  },
} as const satisfies FactDefinition;

export type Canaries = FactOf<typeof canaries.schema>;
