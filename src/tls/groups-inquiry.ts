import type { Completeness } from '../model/index.ts';
import { hexCode } from './cipher-suites.ts';
import { type Enumeration, probeEnumeration } from './enumeration.ts';
import { type Probing, together } from './exchange.ts';
import type { Groups } from './facts/groups.ts';
import type { Versions } from './facts/versions.ts';
import { type CurvesSeen, probeCurves, usesCurve } from './group-probing.ts';
import type { HelloOptions } from './offers.ts';
import { groups } from './registry.ts';
import type { ClearVersion, VersionSuites } from './suite-probing.ts';

/** What was seen of the groups. */
export interface GroupsSeen {
  readonly enumeration: Enumeration;
  /** Of every version of TLS before 1.3 that accepts ECDHE, newest first. */
  readonly curves: readonly VersionCurves[];
}

interface VersionCurves extends CurvesSeen {
  readonly version: ClearVersion;
}

/**
 * Enumerates the suites, and the curves of every version before TLS 1.3 that uses any: they may differ. Hellos of SSLv3
 * name no groups, so that the one which came up is the one there is.
 */
export function* probeGroups(versions: Versions, options: HelloOptions): Probing<GroupsSeen> {
  const enumeration = yield* probeEnumeration(versions, options);
  const using = enumeration.clear.filter(
    ({ version, found }) => version !== 'SSLv3' && found.some(({ item }) => usesCurve(item)),
  );
  const curves = yield* together(using.map((seen) => probeVersion(seen, options)));
  return { enumeration, curves };
}

function* probeVersion(seen: VersionSuites, options: HelloOptions): Probing<VersionCurves> {
  const { version } = seen;
  return { version, ...(yield* probeCurves(version, seen, options)) };
}

/** The fact `tls.groups`. */
export function groupsValue({ enumeration, curves }: GroupsSeen): Groups {
  const { joint, clear } = enumeration;
  const later = (joint?.groups ?? []).map(({ item }) => acceptedGroup('TLSv1.3', item));
  const before = clear.flatMap((seen) => cameUp(seen, curves));
  return {
    accepted: [...later, ...before],
    hybrids: hybridsOf(
      enumeration,
      later.map(({ group }) => group),
    ),
    orders: [
      ...(joint === undefined ? [] : [{ version: 'TLSv1.3', preference: joint.groupPreference }]),
      ...curves.map(({ version, preference }) => ({ version, preference })),
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
    ...curves.map(({ version, missing }) => ({ version, why: missing })),
    ...clear.map(({ version, missing }) => ({ version, why: missing })),
  ];
  return why.flatMap((part) =>
    part.why === undefined ? [] : [{ what: `groups of ${part.version}`, why: part.why }],
  );
}

/** Of one version: what was asked for, and what its suites showed besides. */
function cameUp(
  { version, found }: VersionSuites,
  curves: readonly VersionCurves[],
): Groups['accepted'][number][] {
  const asked = curves.find((each) => each.version === version)?.groups ?? [];
  const shown = found.flatMap(({ look }) => look.exchange?.group ?? []);
  return [...new Set([...asked, ...shown])].map((code) => acceptedGroup(version, code));
}

/** A group's name, or its number. */
function groupName(code: number): string {
  return Object.entries(groups).find(([, each]) => each === code)?.[0] ?? hexCode(code);
}

function acceptedGroup(version: string, code: number): Groups['accepted'][number] {
  const group = groupName(code);
  return { version, group, code: hexCode(code), postQuantum: /MLKEM|Kyber/.test(group) };
}
