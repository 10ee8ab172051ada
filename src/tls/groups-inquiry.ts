import type { Completeness } from '../model/index.ts';
import { hexCode } from './cipher-suites.ts';
import { type Enumeration, probeEnumeration } from './enumeration.ts';
import type { Probing } from './exchange.ts';
import type { Groups } from './facts/groups.ts';
import type { Versions } from './facts/versions.ts';
import { type CurvesSeen, probeCurves, usesCurve } from './group-probing.ts';
import type { HelloOptions } from './offers.ts';
import { groups } from './registry.ts';
import type { ClearVersion, VersionSuites } from './suite-probing.ts';

/** What was seen of the groups. */
export interface GroupsSeen {
  readonly enumeration: Enumeration;
  /** The highest version before TLS 1.3 that accepts ECDHE, and its curves. */
  readonly curves: (CurvesSeen & { readonly version: ClearVersion }) | undefined;
}

/** Enumerates the suites, and the curves of the highest version before TLS 1.3 that uses any. */
export function* probeGroups(versions: Versions, options: HelloOptions): Probing<GroupsSeen> {
  const enumeration = yield* probeEnumeration(versions, options);
  const highest = enumeration.clear.find(({ found }) => found.some(({ item }) => usesCurve(item)));
  if (highest === undefined || highest.version === 'TLSv1.3') return { enumeration, curves: undefined };
  const { version } = highest;
  return { enumeration, curves: { version, ...(yield* probeCurves(version, highest, options)) } };
}

/** The fact `tls.groups`. */
export function groupsValue({ enumeration, curves }: GroupsSeen): Groups {
  const { joint, clear } = enumeration;
  const later = (joint?.groups ?? []).map(({ item }) => acceptedGroup('TLSv1.3', item));
  const asked = (curves?.groups ?? []).map((code) => acceptedGroup(curves?.version ?? '', code));
  const others = clear.flatMap((seen) => (seen.version === curves?.version ? [] : cameUp(seen)));
  return {
    accepted: [...later, ...asked, ...others],
    hybrids: hybridsOf(
      enumeration,
      later.map(({ group }) => group),
    ),
    orders: [
      ...(joint === undefined ? [] : [{ version: 'TLSv1.3', preference: joint.groupPreference }]),
      ...(curves === undefined ? [] : [{ version: curves.version, preference: curves.preference }]),
    ],
  };
}

const hybrids = ['X25519MLKEM768', 'SecP256r1MLKEM768', 'SecP384r1MLKEM1024'] as const;

function hybridsOf({ joint, unknown }: Enumeration, accepted: readonly string[]): Groups['hybrids'] {
  const open = unknown.some(({ version }) => version === 'TLSv1.3') || joint?.missingGroups !== undefined;
  const known = hybrids.filter((group) => accepted.includes(group) || !open);
  const entries = known.map((group) => [group, accepted.includes(group) ? 'accepted' : 'refused'] as const);
  return Object.fromEntries(entries);
}

/** What of the groups may not have been seen, and why. */
export function missingGroups({ enumeration, curves }: GroupsSeen): Completeness['missing'] {
  const { joint, clear, unknown } = enumeration;
  const why: { version: string; why: string | undefined }[] = [
    ...unknown.filter(({ version }) => version !== 'SSLv2'),
    { version: 'TLSv1.3', why: joint?.missingGroups },
    { version: curves?.version ?? '', why: curves?.missing },
    ...clear
      .filter(({ version }) => curves === undefined || version === curves.version)
      .map(({ version, missing }) => ({ version, why: missing })),
  ];
  return why.flatMap((part) =>
    part.why === undefined ? [] : [{ what: `groups of ${part.version}`, why: part.why }],
  );
}

function cameUp({ version, found }: VersionSuites): Groups['accepted'][number][] {
  const seen = found.flatMap(({ look }) => look.exchange?.group ?? []);
  return [...new Set(seen)].map((code) => acceptedGroup(version, code));
}

/** A group's name, or its number. */
function groupName(code: number): string {
  return Object.entries(groups).find(([, each]) => each === code)?.[0] ?? hexCode(code);
}

function acceptedGroup(version: string, code: number): Groups['accepted'][number] {
  const group = groupName(code);
  return { version, group, code: hexCode(code), postQuantum: /MLKEM|Kyber/.test(group) };
}
