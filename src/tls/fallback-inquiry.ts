import { Buffer } from 'node:buffer';
import type { Completeness } from '../model/index.ts';
import { askOne, isAccepted, oddRefusal, whyOpen } from './elimination.ts';
import { type Enumeration, probeEnumeration } from './enumeration.ts';
import { type Probing, together } from './exchange.ts';
import { unseenVersions } from './extensions-inquiry.ts';
import type { Fallback } from './facts/fallback.ts';
import type { Versions } from './facts/versions.ts';
import { helloDialogue, type Look } from './look.ts';
import { draftHello, type HelloOptions } from './offers.ts';
import type { RecordVersion } from './registry.ts';
import type { VersionSuites } from './suite-probing.ts';

/** TLS_FALLBACK_SCSV (RFC 7507 §2). */
const fallbackSignal = 0x5600;

export interface FallbackSeen {
  readonly enumeration: Enumeration;
  /** Of each version that is not the highest before TLS 1.3. */
  readonly signalled: readonly Signalled[];
}

interface Signalled {
  readonly version: RecordVersion;
  readonly look: Look;
  /** Refused twice, between two hellos without the signal that were accepted. */
  readonly confirmed: boolean;
}

const inappropriate = 'alert inappropriate_fallback';

/** Asks the lower versions once more with the signal that this is a second try. */
export function* probeFallback(versions: Versions, options: HelloOptions): Probing<FallbackSeen> {
  const enumeration = yield* probeEnumeration(versions, options);
  const [, ...lower] = enumeration.clear.filter(({ found }) => found.length > 0);
  const asked = yield* together(lower.map((seen) => askVersion(seen, options)));
  return { enumeration, signalled: asked };
}

/** What is no alert of the kind counts only where it comes again, and hellos without the signal are accepted around it. */
function* askVersion({ version, found }: VersionSuites, options: HelloOptions): Probing<Signalled> {
  const suites = found.map(({ item }) => item);
  const ask = (label: string, signals: readonly number[]): Probing<Look> =>
    askOne(helloDialogue(version, label, draftHello(version, options, { label }, { suites, signals })));
  const label = `${version} as a fallback`;
  const look = yield* ask(label, [fallbackSignal]);
  const odd = oddRefusal(look);
  if (odd === undefined || odd === inappropriate) return { version, look, confirmed: false };
  const before = yield* ask(`${label} control before`, []);
  const again = yield* ask(`${label} again`, [fallbackSignal]);
  const after = yield* ask(`${label} control after`, []);
  const confirmed = isAccepted(before) && oddRefusal(again) !== undefined && isAccepted(after);
  return { version, look: again, confirmed };
}

type Protection = Fallback['protections'][number];

/** The fact `tls.fallback`. */
export function fallbackValue({ enumeration, signalled }: FallbackSeen): Fallback {
  const signals = signalled.flatMap(({ version, ...seen }): Protection[] => {
    const works = honours(seen);
    return works === undefined ? [] : [{ version, protection: 'TLS_FALLBACK_SCSV', works }];
  });
  const sentinels = enumeration.joint === undefined ? [] : enumeration.clear.flatMap(sentinelOf);
  return { protections: [...signals, ...sentinels] };
}

function honours({ look, confirmed }: Omit<Signalled, 'version'>): boolean | undefined {
  if (isAccepted(look)) return false;
  return confirmed || oddRefusal(look) === inappropriate ? true : undefined;
}

/** RFC 8446 §4.1.3: the end of the random of a server that could do better; TLS 1.2 has one of its own. */
const sentinels = {
  forTls12: Buffer.from('DOWNGRD\x01', 'latin1'),
  forOlder: Buffer.from('DOWNGRD\x00', 'latin1'),
};

function sentinelOf({ version, found }: VersionSuites): Protection[] {
  if (version === 'SSLv3' || found.length === 0) return [];
  const wanted = version === 'TLSv1.2' ? sentinels.forTls12 : sentinels.forOlder;
  const works = found.every(({ look }) => wanted.equals(look.hello?.random.subarray(24) ?? new Uint8Array()));
  return [{ version, protection: 'downgrade sentinel', works }];
}

/** What of the protections is not known, and why. */
export function missingFallback({ enumeration, signalled }: FallbackSeen): Completeness['missing'] {
  const open = signalled.filter((seen) => honours(seen) === undefined);
  const later = enumeration.unknown.filter(({ version }) => version === 'TLSv1.3');
  return [
    ...later.map(({ version, why }) => ({ what: `whether ${version} is spoken`, why })),
    ...unseenVersions(enumeration),
    ...open.map(({ version, look }) => ({
      what: `TLS_FALLBACK_SCSV in ${version}`,
      why: whyOpen(look),
    })),
  ];
}
