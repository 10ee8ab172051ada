import type { FactDefinition, FactOf } from '../../model/index.ts';
import { settingNames } from '../setting-names.ts';

export const settings = {
  name: 'postgres.settings',
  subject: 'postgres-server',
  schema: {
    type: 'map',
    description:
      'Server-wide settings in force, as pg_settings gives them: numbers in the base unit of the setting. A setting ' +
      'that the role may not see, the version does not have, or our own role or database overrides, is absent.',
    keys: settingNames,
    values: { type: 'string', description: 'Value in force' },
  },
} as const satisfies FactDefinition;

export type Settings = FactOf<typeof settings.schema>;
