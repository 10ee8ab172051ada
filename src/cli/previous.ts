import { resolve } from 'node:path';
import { type Bundle, bundleOf } from '../bundle/reader.ts';
import { openSealed } from '../bundle/sealed.ts';
import { startHistory } from '../engine/history.ts';
import { AssayError, byCodeUnit, type History, type Run, type Scope } from '../model/index.ts';
import { accessSight } from '../scope/access-sight.ts';
import type { EarlierSights } from '../scope/declared.ts';
import { discoverySight } from '../scope/discovery-sight.ts';
import { ticketSight } from '../scope/ticket-sight.ts';
import { verifyHashes } from '../verify/integrity.ts';
import type { Io } from './io.ts';
import type { Library } from './library.ts';

/** What the bundles given must be of. */
export type Series = Pick<Scope, 'organisation' | 'system' | 'environment'>;

/** What earlier bundles say: of findings, and of what is to be compared beside them. */
export interface Earlier {
  readonly history: History;
  /** Read when asked for: nothing else needs their records. Throws as `readEarlier` does. */
  readonly sights: () => EarlierSights;
}

interface Previous {
  readonly bundle: Bundle;
  readonly run: Run;
  readonly given: string;
}

/**
 * What earlier bundles say. Each is checked whole, against its own list of files; whose it is, is recorded and not
 * asked.
 *
 * @returns undefined where none is given
 * @throws AssayError ERR_VERIFY_… for a bundle that is not whole, ERR_PREVIOUS for one that cannot be compared with
 */
export async function readEarlier(
  folders: readonly string[],
  series: Series,
  { controls }: Library,
  io: Io,
): Promise<Earlier | undefined> {
  if (folders.length === 0) return undefined;
  const previous: Previous[] = [];
  for (const given of folders) previous.push(await readPrevious(given, series, io));
  previous.sort((a, b) => byCodeUnit(a.run.endedAt, b.run.endedAt) || byCodeUnit(a.run.id, b.run.id));
  refuseTwice(previous);
  const names = presentIds(controls);
  const fold = startHistory((id) => names.get(id) ?? id);
  for (const { bundle, run, given } of previous) {
    const { fingerprint, signature } = bundle.seal;
    const { id: runId, endedAt } = run;
    naming(given, () =>
      fold.add({ fingerprint, runId, endedAt, signature }, bundle.readHistory(), bundle.findings()),
    );
  }
  return { history: fold.result(), sights: () => sightsIn(previous) };
}

function sightsIn(previous: readonly Previous[]): EarlierSights {
  const tickets: EarlierSights['tickets'][number][] = [];
  const discoveries: EarlierSights['discoveries'][number][] = [];
  const access: EarlierSights['access'][number][] = [];
  for (const { bundle, given } of previous)
    naming(given, () => {
      for (const record of bundle.subjects()) {
        tickets.push(...present(ticketSight(record)));
        discoveries.push(...present(discoverySight(record)));
        access.push(...present(accessSight(record)));
      }
    });
  return { tickets, discoveries, access };
}

const present = <T>(one: T | undefined): readonly T[] => (one === undefined ? [] : [one]);

/** By alias; what is an id now is nobody's alias. */
function presentIds(controls: Library['controls']): ReadonlyMap<string, string> {
  const aliases = controls.flatMap(({ source: { control } }) =>
    control.aliases.map((alias) => [alias, control.id] as const),
  );
  const ids = controls.map(({ source: { control } }) => [control.id, control.id] as const);
  return new Map([...aliases, ...ids]);
}

async function readPrevious(given: string, series: Series, io: Io): Promise<Previous> {
  const folder = resolve(io.cwd, given);
  try {
    const sealed = await openSealed(folder);
    verifyHashes(sealed);
    const bundle = await bundleOf(sealed);
    const run = bundle.readRun();
    requireSameSeries(given, bundle.readScope(), series);
    requireEarlier(given, run, io.clock().toISOString());
    return { bundle, run, given };
  } catch (error) {
    throw named(given, error);
  }
}

function naming(given: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw named(given, error);
  }
}

/** With several bundles people have to know which one it is. */
function named(given: string, error: unknown): unknown {
  if (!(error instanceof AssayError) || !error.code.startsWith('ERR_VERIFY')) return error;
  return new AssayError(error.code, `--previous ${given}: ${error.message}`, {
    cause: error,
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
  });
}

const seriesKeys = ['organisation', 'system', 'environment'] as const;

function requireSameSeries(given: string, scope: Scope, series: Series): void {
  const key = seriesKeys.find((candidate) => scope[candidate] !== series[candidate]);
  if (key === undefined) return;
  const words = (value: string | undefined): string => (value === undefined ? 'none' : `"${value}"`);
  throw new AssayError(
    'ERR_PREVIOUS',
    `--previous ${given}: expected a bundle of the ${key} ${words(series[key])}, got one of ${words(scope[key])}`,
    { remedy: 'Compare only bundles of one organisation, system and environment; they are never mixed.' },
  );
}

function requireEarlier(given: string, { endedAt }: Run, now: string): void {
  if (endedAt < now) return;
  throw new AssayError(
    'ERR_PREVIOUS',
    `--previous ${given}: expected a bundle of an earlier scan, got one that ended at ${endedAt}`,
    { remedy: 'Check the clock of this machine and of the one that made the bundle, or leave it out.' },
  );
}

function refuseTwice(previous: readonly Previous[]): void {
  const ids = previous.map(({ run }) => run.id);
  const again = previous.find(({ run }, index) => ids.indexOf(run.id) < index);
  if (again === undefined) return;
  throw new AssayError(
    'ERR_PREVIOUS',
    `--previous ${again.given}: expected each scan once, got run ${again.run.id} again`,
    { remedy: 'Name each bundle once, and only one copy of it.' },
  );
}
