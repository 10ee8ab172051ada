import { suitesFor } from './cipher-suites.ts';
import { askOne, type End, type Found, isAccepted, type Question, whyMore, whyOpen } from './elimination.ts';
import { eliminateInParts } from './elimination-parts.ts';
import type { Dialogue, Probing } from './exchange.ts';
import { probeWithShares } from './joint-with-shares.ts';
import { helloDialogue, type Look } from './look.ts';
import {
  draftHello,
  fullHello,
  type HelloOptions,
  type Offer,
  smallDraftHello,
  smallHello,
} from './offers.ts';
import { askPreference, type Preference, preferenceOf } from './preference.ts';
import { groups } from './registry.ts';

/** Suites and groups of TLS 1.3. */
export interface Joint {
  readonly suites: readonly Found[];
  readonly groups: readonly Found[];
  readonly suitePreference: Preference;
  readonly groupPreference: Preference;
  /** Why there may be more suites, or groups. */
  readonly missingSuites?: string;
  readonly missingGroups?: string;
}

const version = 'TLSv1.3';
const allGroups: readonly number[] = Object.values(groups);

interface Lists {
  readonly suites: readonly number[];
  readonly groups: readonly number[];
}

type Ask = (lists: Lists, label: string) => Dialogue<Look>;

/**
 * Finds suites and groups of TLS 1.3 together: without a key share the server answers HelloRetryRequest, which names one
 * of each (RFC 8446 §4.1.4). The two do not depend on each other, so both lists are shortened at once.
 */
export function* probeJoint(options: HelloOptions): Probing<Joint> {
  const first = fullDialogue(options);
  const look = yield* askOne(first);
  const full: Lists = { suites: suitesFor(version), groups: allGroups };
  if (isAccepted(look)) return yield* probeLists(asking(options), full, first);
  const small = smallOffer(options, `${version} small`);
  if (!isAccepted(yield* askOne(helloDialogue(version, `${version} small`, small))))
    return (yield* probeWithShares(options)) ?? none(whyOpen(look));
  const askSmall: Ask = (lists, label) =>
    helloDialogue(version, label, smallDraftHello(version, options, { label }, lists));
  const known = yield* probeLists(askSmall, { suites: full.suites, groups: small.groups }, undefined);
  const why = 'the server reads short hellos only, which have no room for every group';
  return { ...known, missingGroups: known.missingGroups ?? why };
}

function none(why: string): Joint {
  const unknown = { suitePreference: 'unknown', groupPreference: 'unknown' } as const;
  return { suites: [], groups: [], ...unknown, missingSuites: why, missingGroups: why };
}

function fullDialogue(options: HelloOptions): Dialogue<Look> {
  const label = `${version} full`;
  return helloDialogue(version, label, fullHello(version, options, { label }));
}

function smallOffer(options: HelloOptions, label: string): Offer {
  return smallHello(version, options, { label });
}

function asking(options: HelloOptions): Ask {
  return (lists, label) => helloDialogue(version, label, draftHello(version, options, { label }, lists));
}

interface Picked {
  readonly suites: Found[];
  readonly groups: Found[];
}

function* probeLists(ask: Ask, all: Lists, first: Dialogue<Look> | undefined): Probing<Joint> {
  const picked: Picked = { suites: [], groups: [] };
  const stop = yield* askTogether(ask, all, first, picked);
  if (stop.kind === 'broken') return { ...none(stop.why), suites: picked.suites, groups: picked.groups };
  const known: Lists = { suites: codes(picked.suites), groups: codes(picked.groups) };
  const left: Lists = {
    suites: without(all.suites, known.suites),
    groups: without(all.groups, known.groups),
  };
  const more = yield* eliminateInParts(groupQuestion(ask, known, left));
  const rest = yield* eliminateInParts(suiteQuestion(ask, known, left));
  const suites = [...picked.suites, ...rest.found];
  const found = [...picked.groups, ...more.found];
  return yield* withPreferences(ask, suites, found, { suites: rest.end, groups: more.end });
}

/** Why the lists were shortened no more together: one was used up, or refused with the other. */
type Stop = { readonly kind: 'ended' } | { readonly kind: 'broken'; readonly why: string };

/** Hardly a server has more than these. */
const usualSuites: ReadonlySet<number> = new Set([0x1301, 0x1302, 0x1303]);

/**
 * Shortens both lists until one is used up, or of the suites those that are usual, or the server refuses: which list that
 * was meant for is seen afterwards.
 */
function* askTogether(
  ask: Ask,
  all: Lists,
  first: Dialogue<Look> | undefined,
  picked: Picked,
): Probing<Stop> {
  let { suites, groups: left } = all;
  const isWorthwhile = () => suites.some((suite) => usualSuites.has(suite)) && left.length > 0;
  for (let number = 1; isWorthwhile(); number++) {
    const dialogue = number === 1 ? first : undefined;
    const look = yield* askOne(dialogue ?? ask({ suites, groups: left }, `${version} both ${number}`));
    if (!isAccepted(look))
      return picked.suites.length === 0 ? { kind: 'broken', why: whyOpen(look) } : { kind: 'ended' };
    const [suite, group] = [look.hello?.suite, look.hello?.group];
    if (suite === undefined || group === undefined || !suites.includes(suite) || !left.includes(group))
      return { kind: 'broken', why: 'answered without a group that was offered' };
    picked.suites.push({ item: suite, look });
    picked.groups.push({ item: group, look });
    suites = without(suites, [suite]);
    left = without(left, [group]);
  }
  return { kind: 'ended' };
}

/** The groups that are left, with the suites that are known. */
function groupQuestion(ask: Ask, known: Lists, left: Lists): Question {
  return {
    label: `${version} groups`,
    items: left.groups,
    known: known.groups,
    ask: (items, label) => ask({ suites: known.suites, groups: items }, label),
    control: (label) => ask(known, label),
    pick: ({ hello }) => hello?.group,
  };
}

function suiteQuestion(ask: Ask, known: Lists, left: Lists): Question {
  return {
    label: `${version} suites`,
    items: left.suites,
    known: known.suites,
    ask: (items, label) => ask({ suites: items, groups: known.groups }, label),
    control: (label) => ask(known, label),
    pick: ({ hello }) => hello?.suite,
  };
}

function* withPreferences(
  ask: Ask,
  suites: readonly Found[],
  found: readonly Found[],
  ends: { readonly suites: End; readonly groups: End },
): Probing<Joint> {
  const order = codes(found);
  const reversed = [...order].reverse();
  const seen = yield* askPreference(codes(suites), `${version} order`, (items, label) =>
    ask({ suites: items, groups: reversed }, label),
  );
  return {
    suites,
    groups: found,
    suitePreference: seen.kind,
    groupPreference: preferenceOf(order, seen.look?.hello?.group),
    ...why('missingSuites', ends.suites, seen.why),
    ...why('missingGroups', ends.groups, seen.why),
  };
}

function why<K extends string>(key: K, end: End, noControl: string | undefined): { [P in K]?: string } {
  const reason = whyMore(end) ?? noControl;
  return (reason === undefined ? {} : { [key]: reason }) as { [P in K]?: string };
}

function codes(found: readonly Found[]): number[] {
  return found.map(({ item }) => item);
}

function without(items: readonly number[], gone: readonly number[]): number[] {
  return items.filter((item) => !gone.includes(item));
}
