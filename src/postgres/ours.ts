import type { Row } from './row.ts';

/** A function that we may call, of which we know what it does and with whose rights. */
export const isOurs = (access: Row | undefined, body: string): boolean =>
  access?.['callable'] === true && access['owned_by_superuser'] === true && access['source'] === body;
