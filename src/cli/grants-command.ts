import { AssayError } from '../model/index.ts';
import type { GrantsPlatform } from '../postgres/grant.ts';
import { grantsSql } from '../postgres/grants.ts';
import { exitCodes } from './exit-code.ts';
import type { GrantsCheckOptions } from './grants-check.ts';
import type { Io } from './io.ts';

export interface GrantsCommandOptions extends GrantsCheckOptions {
  readonly role: string;
  readonly platform: GrantsPlatform;
  /** With what reads the server's log. */
  readonly log?: boolean;
  /** A target whose login is asked about in place of printing. */
  readonly check?: string;
}

/** `assay grants postgres`: the SQL that makes the role assay looks with; it is printed, never run. */
export async function runGrants(options: GrantsCommandOptions, io: Io): Promise<number> {
  if (options.check !== undefined)
    return (await import('./grants-check.ts')).runGrantsCheck(options.check, options, io);
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
