import type { Completeness } from '../model/index.ts';
import { askOne, isAccepted, oddRefusal, whyOpen } from './elimination.ts';
import { type Enumeration, probeEnumeration } from './enumeration.ts';
import { type Probing, together } from './exchange.ts';
import { type Tolerance, type Tolerated, tolerated } from './facts/tolerance.ts';
import type { Versions } from './facts/versions.ts';
import { helloDialogue, type Look } from './look.ts';
import type { HelloOptions } from './offers.ts';
import { changedHello, type Plain, plainOf } from './tolerance-hellos.ts';

type Verdict =
  | { readonly kind: 'tolerated' | 'intolerant' | 'not-carried' }
  | { readonly kind: 'unknown'; readonly why: string };

export interface ToleranceSeen {
  readonly verdicts: Readonly<Record<Tolerated, Verdict>>;
  /** Higher versions than the one asked, which may be accepted. */
  readonly missing: Completeness['missing'];
}

/** What is asked for in one hello: where it is accepted, so was each of its things. */
const bundles: readonly (readonly Tolerated[])[] = [
  ['version', 'extensions', 'suites', 'groups', 'signature-schemes', 'length-500'],
  ['length-1500', 'fragments'],
  ['length-5000'],
];

/** Changes the hello that the highest accepted version answers, in several things and where that fails in one. */
export function* probeTolerance(versions: Versions, options: HelloOptions): Probing<ToleranceSeen> {
  const enumeration = yield* probeEnumeration(versions, options);
  const plain = plainOf(enumeration, options);
  const missing = unseenVersions(enumeration, plain);
  if (plain === undefined) return { verdicts: everything('no handshake from TLS 1.0 on was seen'), missing };
  const asking: Asking = { plain, options };
  const carried = tolerated.filter((item) => isCarried(asking, item));
  const atOnce = yield* together(
    bundles.map((items) =>
      askBundle(
        asking,
        items.filter((item) => carried.includes(item)),
      ),
    ),
  );
  const known = atOnce.flat();
  const open = carried.filter((item) => !known.includes(item));
  const found = open.length === 0 ? {} : yield* askEach(asking, open);
  const verdicts = tolerated.map((item): [Tolerated, Verdict] => [
    item,
    carried.includes(item) ? (found[item] ?? { kind: 'tolerated' }) : { kind: 'not-carried' },
  ]);
  return { verdicts: Object.fromEntries(verdicts) as Record<Tolerated, Verdict>, missing };
}

/** Those that are known to be tolerated: all, or none. */
function* askBundle(asking: Asking, items: readonly Tolerated[]): Probing<readonly Tolerated[]> {
  const look = yield* ask(asking, items, items.join(' '));
  return look !== undefined && isAccepted(look) ? items : [];
}

function* askEach(
  asking: Asking,
  items: readonly Tolerated[],
): Probing<Readonly<Partial<Record<Tolerated, Verdict>>>> {
  const first = yield* ask(asking, [], 'plain');
  const why = first === undefined ? 'not asked' : whyOpen(first);
  const unaccepted: Verdict = {
    kind: 'unknown',
    why: `a plain hello of ${asking.plain.version} was not accepted: ${why}`,
  };
  const verdicts =
    first !== undefined && isAccepted(first)
      ? yield* together(items.map((item) => askItem(asking, item)))
      : items.map(() => unaccepted);
  return Object.fromEntries(items.map((item, index) => [item, verdicts[index] ?? unaccepted]));
}

interface Asking {
  readonly plain: Plain;
  readonly options: HelloOptions;
}

function everything(why: string): Readonly<Record<Tolerated, Verdict>> {
  const verdict: Verdict = { kind: 'unknown', why };
  return Object.fromEntries(tolerated.map((item) => [item, verdict])) as Record<Tolerated, Verdict>;
}

const isCarried = ({ plain, options }: Asking, item: Tolerated): boolean =>
  changedHello([item], plain, options, item) !== undefined;

function* ask(
  { plain, options }: Asking,
  changed: readonly Tolerated[],
  purpose: string,
): Probing<Look | undefined> {
  const label = `${plain.version} tolerance, ${purpose}`;
  const offer = changedHello(changed, plain, options, label);
  return offer === undefined ? undefined : yield* askOne(helloDialogue(plain.version, label, offer));
}

/** What is not tolerated is asked again, between two plain hellos that have to be accepted. */
function* askItem(asking: Asking, item: Tolerated): Probing<Verdict> {
  const look = yield* ask(asking, [item], item);
  if (look === undefined) return { kind: 'unknown', why: 'not asked' };
  if (isAccepted(look)) return { kind: 'tolerated' };
  if (!isDefinite(look)) return { kind: 'unknown', why: whyOpen(look) };
  const before = yield* ask(asking, [], `${item} control before`);
  const again = yield* ask(asking, [item], `${item} again`);
  const after = yield* ask(asking, [], `${item} control after`);
  if (again === undefined || !isDefinite(again)) {
    return { kind: 'unknown', why: `${whyOpen(look)}, and another time not` };
  }
  const steady = [before, after].every((control) => control !== undefined && isAccepted(control));
  return steady
    ? { kind: 'intolerant' }
    : { kind: 'unknown', why: `${whyOpen(look)}, but so was a plain hello beside it` };
}

/** An alert, a close or a reset, or a ServerHello that picks what it should not. */
function isDefinite(look: Look): boolean {
  if (isAccepted(look)) return false;
  return look.answer.kind === 'refused' || look.hello !== undefined || oddRefusal(look) !== undefined;
}

const newestFirst = ['TLSv1.3', 'TLSv1.2', 'TLSv1.1', 'TLSv1.0'] as const;

/** Versions above the one asked of which nothing is known: where they are accepted, they should have been asked. */
function unseenVersions({ joint, clear, unknown }: Enumeration, plain?: Plain): Completeness['missing'] {
  const higher: readonly string[] =
    plain === undefined ? newestFirst : newestFirst.slice(0, newestFirst.indexOf(plain.version));
  const without13 = joint === undefined ? [] : [{ version: 'TLSv1.3', why: joint.missingSuites }];
  const empty = clear.filter(({ found }) => found.length === 0);
  return [...unknown, ...without13, ...empty.map(({ version, missing }) => ({ version, why: missing }))]
    .filter(({ version }) => higher.includes(version))
    .map(({ version, why = 'no cipher suite was seen' }) => ({ what: version, why }));
}

/** The fact `tls.tolerance`: what got a definite answer. */
export function toleranceValue({ verdicts }: ToleranceSeen): Tolerance {
  const definite = tolerated.flatMap((item) => {
    const { kind } = verdicts[item];
    return kind === 'unknown' ? [] : [[item, kind] as const];
  });
  return Object.fromEntries(definite);
}

/** What of the hellos got no definite answer, and why. */
export function missingTolerance({ verdicts, missing }: ToleranceSeen): Completeness['missing'] {
  return [
    ...missing,
    ...tolerated.flatMap((what) => {
      const verdict = verdicts[what];
      return verdict.kind === 'unknown' ? [{ what, why: verdict.why }] : [];
    }),
  ];
}
