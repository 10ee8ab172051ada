import type { PostgresSession } from './session.ts';

/** Only then is a setting that does not show one that is not there. */
export const seesEverySetting = ({ principal }: PostgresSession): boolean =>
  principal.privileges.some((held) => held === 'superuser' || held === 'member of pg_read_all_settings');

export const settingsRight = 'grant it pg_read_all_settings (assay grants postgres prints it)';
