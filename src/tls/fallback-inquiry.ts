import { Buffer } from 'node:buffer';
import type { Completeness } from '../model/index.ts';
import { isAccepted, isPlainRefusal, oddRefusal, whyOpen } from './elimination.ts';
import { type Enumeration, probeEnumeration } from './enumeration.ts';
import { inParallel, type Probing } from './exchange.ts';
import { missingVersions } from './extensions-inquiry.ts';
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
  readonly signalled: readonly { readonly version: RecordVersion; readonly look: Look }[];
}

/** Asks the lower versions once more with the signal that this is a second try. */
export function* probeFallback(versions: Versions, options: HelloOptions): Probing<FallbackSeen> {
  const enumeration = yield* probeEnumeration(versions, options);
  const [, ...lower] = enumeration.clear.filter(({ found }) => found.length > 0);
  const looks = yield* inParallel(
    lower.map(({ version, found }) => {
      const label = `${version} as a fallback`;
      const draft = { suites: found.map(({ item }) => item), signals: [fallbackSignal] };
      return helloDialogue(version, label, draftHello(version, options, { label }, draft));
    }),
  );
  const signalled = lower.flatMap(({ version }, index) => {
    const look = looks[index];
    return look === undefined ? [] : [{ version, look }];
  });
  return { enumeration, signalled };
}

type Protection = Fallback['protections'][number];

/** The fact `tls.fallback`. */
export function fallbackValue({ enumeration, signalled }: FallbackSeen): Fallback {
  const signals = signalled.flatMap(({ version, look }): Protection[] => {
    const works = honours(look);
    return works === undefined ? [] : [{ version, protection: 'TLS_FALLBACK_SCSV', works }];
  });
  const sentinels = enumeration.joint === undefined ? [] : enumeration.clear.flatMap(sentinelOf);
  return { protections: [...signals, ...sentinels] };
}

/** The alert itself, or a refusal that came because of the signal: anything else says nothing. */
function honours(look: Look): boolean | undefined {
  if (isAccepted(look)) return false;
  return oddRefusal(look) === 'alert inappropriate_fallback' ? true : undefined;
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
  const open = signalled.filter(({ look }) => honours(look) === undefined);
  const later = enumeration.unknown.filter(({ version }) => version === 'TLSv1.3');
  return [
    ...later.map(({ version, why }) => ({ what: `whether ${version} is spoken`, why })),
    ...missingVersions(enumeration),
    ...open.map(({ version, look }) => ({
      what: `TLS_FALLBACK_SCSV in ${version}`,
      why: isPlainRefusal(look) ? 'refused with an alert that names no fallback' : whyOpen(look),
    })),
  ];
}
