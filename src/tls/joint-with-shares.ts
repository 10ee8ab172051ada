import { suitesFor } from './cipher-suites.ts';
import { askOne, type Elimination, eliminate, isAccepted, type Question, whyMore } from './elimination.ts';
import type { Dialogue, Probing } from './exchange.ts';
import type { Joint } from './joint-probing.ts';
import { usualKeyShares } from './key-shares.ts';
import { helloDialogue, type Look } from './look.ts';
import { draftHello, type HelloOptions } from './offers.ts';
import { askPreference, preferenceOf } from './preference.ts';
import { groups } from './registry.ts';

const version = 'TLSv1.3';
const allGroups: readonly number[] = Object.values(groups);
const sharedGroups: readonly number[] = usualKeyShares.map(({ group }) => group);

type Ask = (lists: { suites: readonly number[]; groups: readonly number[] }, label: string) => Dialogue<Look>;

/**
 * Finds the suites of a server that speaks TLS 1.3 without HelloRetryRequest, with keys in every hello; of the groups
 * only those that there are keys for. Undefined where that is not accepted either.
 */
export function* probeWithShares(options: HelloOptions): Probing<Joint | undefined> {
  const ask = asking(options);
  const all = suitesFor(version);
  const first = ask({ suites: all, groups: allGroups }, `${version} with keys`);
  if (!isAccepted(yield* askOne(first))) return undefined;
  const suites = yield* eliminate({ ...suiteQuestion(ask, all), first });
  const known = codes(suites);
  const found = yield* eliminate(groupQuestion(ask, known.length === 0 ? all : known));
  const seen = yield* askPreference(known, `${version} order with keys`, (items, label) =>
    ask({ suites: items, groups: [...codes(found)].reverse() }, label),
  );
  const missingSuites = whyMore(suites.end) ?? seen.why;
  return {
    suites: suites.found,
    groups: found.found,
    suitePreference: seen.kind,
    groupPreference: preferenceOf(codes(found), seen.look?.hello?.group),
    ...(missingSuites === undefined ? {} : { missingSuites }),
    missingGroups:
      'the server asks for no key, so that only groups with a key in the hello could be asked for',
  };
}

/** Keys go with the groups of theirs that are on offer (RFC 8446 §4.2.8). */
function asking(options: HelloOptions): Ask {
  return (lists, label) => {
    const keyShares = usualKeyShares.filter(({ group }) => lists.groups.includes(group));
    return helloDialogue(version, label, draftHello(version, options, { label, keyShares }, lists));
  };
}

function suiteQuestion(ask: Ask, items: readonly number[]): Question {
  const every = (suites: readonly number[], label: string) => ask({ suites, groups: allGroups }, label);
  return {
    label: `${version} suites with keys`,
    items,
    ask: every,
    control: (label) => every(items, label),
    pick: ({ hello }) => hello?.suite,
  };
}

function groupQuestion(ask: Ask, suites: readonly number[]): Question {
  return {
    label: `${version} groups with keys`,
    items: sharedGroups,
    ask: (items, label) => ask({ suites, groups: items }, label),
    control: (label) => ask({ suites, groups: allGroups }, label),
    pick: ({ hello }) => hello?.group,
  };
}

function codes({ found }: Elimination): number[] {
  return found.map(({ item }) => item);
}
