import { AssayError } from '../model/index.ts';
import { type GrantsPlatform, grantsSql } from '../postgres/grants.ts';
import { exitCodes } from './exit-code.ts';
import type { Io } from './io.ts';

/** `assay grants postgres`: the SQL that makes the role assay looks with; it is printed, never run. */
export function runGrants(
  options: { readonly role: string; readonly platform: GrantsPlatform; readonly log?: boolean },
  io: Io,
): number {
  try {
    io.stdout.write(grantsSql(options));
    return exitCodes.clean;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new AssayError('ERR_ROLE', error.message, {
      cause: error,
      remedy: 'Give a role name with --role.',
    });
  }
}
