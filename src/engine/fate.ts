import { byCodeUnit, type Finding, type History, type KnownException } from '../model/index.ts';
import { sha256 } from './identity.ts';

/** What became of an exception of earlier bundles. */
export type Fate = 'still' | 'gone' | 'testedOtherwise' | 'notApplicable' | 'notTestedNow';

/** What one finding says of the items of its control and subject. */
export interface Sight {
  readonly finding: Finding;
  readonly items: ReadonlySet<string>;
  readonly test: string;
}

export function sightOf(finding: Finding): Sight {
  return { finding, items: new Set(finding.exceptions.map(({ item }) => item)), test: testOf(finding) };
}

/** Names a control and a subject in maps. */
export function pairOf({ control, subject }: { readonly control: string; readonly subject: string }): string {
  return JSON.stringify([control, subject]);
}

/** The open exceptions of a history, by control and subject. */
export function openByPair(history: History | undefined): Map<string, readonly [string, KnownException][]> {
  const open = new Map<string, [string, KnownException][]>();
  for (const [key, known] of Object.entries(history?.exceptions ?? {})) {
    if (!isOpen(known)) continue;
    const pair = pairOf(known);
    const before = open.get(pair) ?? [];
    before.push([key, known]);
    open.set(pair, before);
  }
  return open;
}

/** Where one bundle saw it and another of the same instant did not, it stays open. */
export function isOpen({ gone, lastSeen }: KnownException): boolean {
  return gone === undefined || gone <= lastSeen;
}

/** Only what was looked at, by the same test, and was found to be right, is gone. */
export function fateOf(known: Pick<KnownException, 'item' | 'test'>, sight: Sight): Fate {
  if (sight.items.has(known.item)) return 'still';
  if (sight.finding.reason === 'not-applicable') return 'notApplicable';
  if (isBlindTo(known.item, sight.finding)) return 'notTestedNow';
  return known.test === sight.test ? 'gone' : 'testedOtherwise';
}

/** A finding without a conclusion says nothing of any item; one with exceptions may still have missed others. */
function isBlindTo(item: string, { reason, unseen, population }: Finding): boolean {
  if (reason === 'unseen' || reason === 'error') return true;
  return !population.complete || unseen.some((one) => one.item === '' || one.item.includes(item));
}

/** No conclusion, or items not seen beside exceptions. */
export function isNotTested({ reason, unseen }: Finding): boolean {
  return reason === 'error' || unseen.length > 0;
}

/** Tells two tests of one name apart: its version, and the values of its parameters. */
function testOf({ controlVersion, params }: Finding): string {
  const values = Object.entries(params)
    .sort(([a], [b]) => byCodeUnit(a, b))
    .map(([name, { value }]) => [name, value]);
  return sha256(JSON.stringify(['assay-test', controlVersion, values]));
}
