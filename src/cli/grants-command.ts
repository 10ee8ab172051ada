import { AssayError, type DataStore } from '../model/index.ts';
import type { GrantsPlatform } from '../postgres/grant.ts';
import { grantsSql } from '../postgres/grants.ts';
import { samplingGrantsSql } from '../postgres/sampling-grants.ts';
import { findConfiguration } from './configuration-file.ts';
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
  /** In place of what makes the role: what lets it have the declared columns of a target counted. */
  readonly sampling?: boolean;
  /** That target, by its id. */
  readonly target?: string;
}

/** `assay grants postgres`: the SQL that makes the role assay looks with; it is printed, never run. */
export async function runGrants(options: GrantsCommandOptions, io: Io): Promise<number> {
  if (options.check !== undefined)
    return (await import('./grants-check.ts')).runGrantsCheck(options.check, options, io);
  const data = options.sampling ? await dataOf(options, io) : undefined;
  try {
    io.stdout.write(data === undefined ? grantsSql(options) : samplingGrantsSql(options.role, data));
    return exitCodes.clean;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new AssayError('ERR_ROLE', error.message, {
      cause: error,
      remedy: 'Give a role name with --role.',
    });
  }
}

/** Of the target named, else of the only one with such. */
async function dataOf({ config, target }: GrantsCommandOptions, io: Io): Promise<DataStore> {
  const found = await findConfiguration(config, io);
  const targets = found?.file.config.targets ?? [];
  const described = targets.flatMap(({ id, data }) =>
    data === undefined || (target !== undefined && target !== id) ? [] : [data],
  );
  const [data] = described;
  if (data !== undefined && described.length === 1) return data;
  throw new AssayError('ERR_CONFIG', `expected one target with data, got ${described.length}`, {
    remedy: 'Describe the data under data: of the target in assay.yaml, and name it with --target.',
  });
}
