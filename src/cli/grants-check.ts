import { type HeldRight, type RightsOfLogin, readHeldRights } from '../collectors/postgres/held-rights.ts';
import { resolveTarget } from '../collectors/resolve-target.ts';
import { AssayError, type Subject, type Target } from '../model/index.ts';
import { visible } from '../report/visible.ts';
import { exitCodes } from './exit-code.ts';
import type { Io } from './io.ts';
import { prepareRequest } from './scan-request.ts';

export interface GrantsCheckOptions {
  readonly config?: string;
  readonly ca?: string;
  readonly timeout: number;
  readonly json?: boolean;
}

/** All queries of one check, in connections' worth of time. */
const deadlineFactor = 12;

/**
 * `assay grants postgres --check`: asks a server which of the printed rights the login of a target has.
 *
 * @param place URL, or id of a target of assay.yaml
 * @throws AssayError ERR_TARGET where it is no PostgreSQL server
 */
export async function runGrantsCheck(place: string, options: GrantsCheckOptions, io: Io): Promise<number> {
  const { request } = await prepareRequest(
    [place],
    { ...options, severity: 'low', failOn: 'none', concurrency: 1 },
    io,
  );
  const checked: Checked[] = [];
  for (const target of request.targets) checked.push(...(await checkTarget(target, options.timeout, io)));
  if (options.json) {
    const { sortedJson } = await import('../report/json.ts');
    io.stdout.write(`${sortedJson(checked, 2)}\n`);
  } else for (const one of checked) for (const line of linesOf(one)) io.stdout.write(line);
  const whole = checked.every(
    ({ result }) => result.kind === 'seen' && result.rights.every(({ held }) => held),
  );
  const [exitCode, words] = whole
    ? [exitCodes.clean, 'every right is there']
    : [exitCodes.notProven, 'not every right is there, or not every one could be asked for'];
  io.stderr.write(`exit code ${exitCode}: ${words}\n`);
  return exitCode;
}

interface Checked {
  readonly locator: string;
  readonly address?: string;
  readonly result:
    | (RightsOfLogin & { readonly kind: 'seen' })
    | {
        readonly kind: 'unseen';
        readonly code: string;
        readonly message: string;
        readonly remedy?: string | undefined;
      };
}

async function checkTarget(target: Target, timeoutMs: number, io: Io): Promise<readonly Checked[]> {
  if (target.kind !== 'postgres-server')
    throw new AssayError('ERR_TARGET', `expected a PostgreSQL server beside --check, got a ${target.kind}`, {
      remedy: 'Name it as postgres://user@host/database, or by its id in assay.yaml.',
    });
  const signal = AbortSignal.timeout(timeoutMs * deadlineFactor);
  const { subjects, failure } = await resolveTarget(target, signal);
  const context = { timeoutMs, signal, scanName: 'assay/grants', env: io.env };
  const checked: Checked[] = [];
  for (const subject of subjects) {
    const asked =
      failure === undefined ? await asking(() => readHeldRights(target, subject, context)) : failure;
    checked.push({ ...placeOf(subject), result: resultOf(asked) });
  }
  return checked;
}

async function asking(read: () => Promise<RightsOfLogin>): Promise<RightsOfLogin | AssayError> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AssayError) return error;
    throw error;
  }
}

const placeOf = ({ locator, address }: Subject): Pick<Checked, 'locator' | 'address'> => ({
  locator,
  ...(address === undefined ? {} : { address }),
});

function resultOf(asked: RightsOfLogin | AssayError): Checked['result'] {
  if (!(asked instanceof AssayError)) return { kind: 'seen', ...asked };
  const { code, message, remedy } = asked;
  return { kind: 'unseen', code, message, remedy };
}

function* linesOf({ locator, address, result }: Checked): Iterable<string> {
  yield `${visible(address === undefined ? locator : `${locator} (${address})`)}\n`;
  if (result.kind === 'unseen') {
    yield `  ${visible(result.message)} (${result.code})\n`;
    if (result.remedy !== undefined) yield `    fix: ${visible(result.remedy)}\n`;
    return;
  }
  const { login, platform, rights } = result;
  yield `  as ${visible(login.name)}${platform === undefined ? '' : `, on ${platform}`}\n`;
  for (const right of rights) yield rightLine(right);
  const surplus = login.privileges.filter((held) => !held.startsWith('member of '));
  if (surplus.length > 0) yield `  more than is needed: ${surplus.join(', ')}\n`;
}

function rightLine({ right, facts, held, why }: HeldRight): string {
  if (held) return `  there    ${visible(right)}\n`;
  return `  missing  ${visible(right)}: ${why}; without it ${facts.join(', ')} cannot be seen whole\n`;
}
