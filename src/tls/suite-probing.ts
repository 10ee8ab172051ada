import { alpn } from './alpn.ts';
import { suiteName, suitesFor } from './cipher-suites.ts';
import {
  askOne,
  type End,
  eliminate,
  type Found,
  isAccepted,
  type Question,
  whyMore,
  whyOpen,
} from './elimination.ts';
import { eliminateInParts } from './elimination-parts.ts';
import { type Dialogue, type Probing, together } from './exchange.ts';
import { helloDialogue, type Look } from './look.ts';
import {
  draftHello,
  fullHello,
  type HelloOptions,
  smallDraftHello,
  smallHello,
  smallHelloRoom,
} from './offers.ts';
import { askPreference, type Preference, type PreferenceSeen } from './preference.ts';
import { groups, type RecordVersion } from './registry.ts';

export type ClearVersion = Exclude<RecordVersion, 'TLSv1.3'>;

/** The suites of one version before TLS 1.3. */
export interface VersionSuites {
  readonly version: ClearVersion;
  /** In the order in which the server picked them. */
  readonly found: readonly Found[];
  readonly preference: Preference;
  /** What a hello in another order brought, with all that `orderExtras` adds; absent: none was sent. */
  readonly order?: Look | undefined;
  /** Why there may be more. */
  readonly missing?: string;
}

/** Finds every suite that a version accepts which is known to be accepted. */
export function* probeSuites(version: ClearVersion, options: HelloOptions): Probing<VersionSuites> {
  const first = fullDialogue(version, options);
  const look = yield* askOne(first);
  if (isAccepted(look)) return yield* probeWhole(version, options, first);
  const small = smallDialogue(version, `${version} small`, options);
  if (isAccepted(yield* askOne(small))) return yield* probeInChunks(version, options);
  const again = askSuites(version, options)(suitesFor(version), `${version} suites again`);
  if (isAccepted(yield* askOne(again))) return yield* probeWhole(version, options, again);
  return { version, found: [], preference: 'unknown', missing: whyOpen(look) };
}

function fullDialogue(version: RecordVersion, options: HelloOptions): Dialogue<Look> {
  const label = `${version} full`;
  return helloDialogue(version, label, fullHello(version, options, { label }));
}

function smallDialogue(version: RecordVersion, label: string, options: HelloOptions): Dialogue<Look> {
  return helloDialogue(version, label, smallHello(version, options, { label }));
}

function askSuites(version: RecordVersion, options: HelloOptions): Question['ask'] {
  return (suites, label) =>
    helloDialogue(version, label, draftHello(version, options, { label }, { suites }));
}

function* probeWhole(
  version: ClearVersion,
  options: HelloOptions,
  first: Dialogue<Look>,
): Probing<VersionSuites> {
  const ask = askSuites(version, options);
  const items = suitesFor(version);
  const control = (label: string): Dialogue<Look> => ask(items, label);
  const pick = (look: Look): number | undefined => look.hello?.suite;
  const { found, end } = yield* eliminateInParts({
    label: `${version} suites`,
    items,
    first,
    ask,
    control,
    pick,
  });
  const suites = found.map(({ item }) => item);
  const { kind, why, order } = yield* askOrder(version, options, suites);
  return { version, found, preference: kind, order, ...missing(end, why, kind) };
}

/** The groups the other way round as well, protocols to choose from, and every compression method before none. */
const orderExtras = { groups: [...Object.values(groups)].reverse(), compressions: [1, 64, 0] };

/**
 * The same hello shows whose order of groups decides, which protocol the server chooses and whether it compresses; one
 * that will have none of it is asked without.
 */
function* askOrder(
  version: ClearVersion,
  options: HelloOptions,
  suites: readonly number[],
): Probing<PreferenceSeen & { order: Look | undefined }> {
  const further = version === 'SSLv3' ? {} : { further: [alpn] };
  const withExtras: Question['ask'] = (items, label) =>
    helloDialogue(
      version,
      label,
      draftHello(version, options, { label }, { suites: items, ...orderExtras, ...further }),
    );
  const seen = yield* askPreference(suites, `${version} order`, withExtras);
  if (seen.why === undefined) return { ...seen, order: seen.look };
  const plain = askSuites(version, options);
  return { ...(yield* askPreference(suites, `${version} order alone`, plain)), order: seen.look };
}

/** A server that cannot read long hellos is asked in hellos of 255 bytes; then the order is not known. */
function* probeInChunks(version: ClearVersion, options: HelloOptions): Probing<VersionSuites> {
  const room = smallHelloRoom(version, options);
  const items = suitesFor(version);
  const starts = Array.from({ length: Math.ceil(items.length / room) }, (_, index) => index * room);
  const parts = yield* together(
    starts.map((start) => eliminate(chunk(version, options, items.slice(start, start + room), start))),
  );
  const found = parts.flatMap((part) => part.found);
  const open = parts
    .map(({ end }) => missing(end, undefined, 'unknown').missing)
    .find((why) => why !== undefined);
  const short =
    'the server reads short hellos only, which have no room for every group and signature algorithm';
  return { version, found, preference: 'unknown', missing: open ?? short };
}

function chunk(
  version: ClearVersion,
  options: HelloOptions,
  items: readonly number[],
  start: number,
): Question {
  return {
    label: `${version} suites from ${suiteName(items[0] ?? start)}`,
    items,
    ask: (suites, label) =>
      helloDialogue(version, label, smallDraftHello(version, options, { label }, { suites })),
    control: (label) => smallDialogue(version, label, options),
    pick: (look) => look.hello?.suite,
  };
}

function missing(end: End, noControl: string | undefined, order: Preference): { missing?: string } {
  const why = whyMore(end, order === 'client') ?? noControl;
  return why === undefined ? {} : { missing: why };
}
