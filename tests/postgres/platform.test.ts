import { expect, test } from 'vitest';
import { platformOf } from '../../src/postgres/platform.ts';

test.each([
  ['rds', { roles: ['rds_superuser', 'rdsadmin'], aurora: false }],
  ['aurora', { roles: ['rds_superuser', 'rdsadmin'], aurora: true }],
  ['cloudsql', { roles: ['cloudsqladmin', 'cloudsqlsuperuser'], aurora: false }],
  ['azure', { roles: ['azure_pg_admin', 'azuresu'], aurora: false }],
  [undefined, { roles: [], aurora: false }],
  [undefined, { roles: ['rds_superuser'], aurora: true }],
  [undefined, { roles: ['azure_pg_admin', 'cloudsqladmin', 'rdsadmin'], aurora: true }],
])('%s', (expected, row) => {
  expect(platformOf(row)).toBe(expected);
});
