import { Buffer } from 'node:buffer';
import type { Completeness } from '../model/index.ts';
import { suiteName } from './cipher-suites.ts';
import { isAccepted } from './elimination.ts';
import type { Enumeration } from './enumeration.ts';
import type { Extensions } from './facts/extensions.ts';
import type { Look } from './look.ts';
import { extensionType } from './registry.ts';
import type { VersionSuites } from './suite-probing.ts';
import { suiteProperties } from './suite-properties.ts';

/** The fact `tls.extensions`. */
export function extensionsValue(enumeration: Enumeration): Extensions {
  const look = enumeration.clear.find(({ order }) => order !== undefined)?.order;
  const chosen = look === undefined ? undefined : protocolOf(look);
  return {
    versions: enumeration.clear.flatMap(seenIn),
    ...(chosen === undefined ? {} : { alpn: chosen }),
  };
}

function protocolOf(look: Look): string | undefined {
  if (look.answer.kind === 'none' && look.answer.why.includes('no_application_protocol')) return '(none)';
  if (!isAccepted(look)) return undefined;
  const body = look.hello?.extensions.get(extensionType.alpn);
  return body === undefined ? '(none)' : Buffer.from(body.subarray(3, 3 + 255)).toString('latin1');
}

type VersionExtensions = Extensions['versions'][number];

function seenIn({ version, found }: VersionSuites): VersionExtensions[] {
  const looks = found.map(({ look }) => look);
  if (looks.length === 0) return [];
  const cbc = found
    .filter(({ item }) => suiteProperties(suiteName(item)).mode === 'CBC')
    .map(({ look }) => look);
  return [
    {
      version,
      secureRenegotiation: all(looks, extensionType.renegotiationInfo),
      extendedMasterSecret: all(looks, extensionType.extendedMasterSecret),
      ...(cbc.length === 0 || version === 'SSLv3'
        ? {}
        : { encryptThenMac: all(cbc, extensionType.encryptThenMac) }),
      ...(version === 'SSLv3' ? {} : offeredInFull(looks)),
    },
  ];
}

type OfferedInFull = Pick<
  VersionExtensions,
  'heartbeat' | 'sessionTicket' | 'ocspStapling' | 'certificateTimestamps'
>;

/** These are not in the hellos of 255 bytes. */
function offeredInFull(looks: readonly Look[]): OfferedInFull {
  const full = looks.filter(({ offer }) => offer.bytes.length > 255);
  if (full.length === 0) return {};
  return {
    heartbeat: some(full, extensionType.heartbeat),
    sessionTicket: some(full, extensionType.sessionTicket),
    ocspStapling: some(full, extensionType.statusRequest),
    certificateTimestamps: some(full, extensionType.signedCertificateTimestamp),
  };
}

function all(looks: readonly Look[], type: number): boolean {
  return looks.every(({ hello }) => hello?.extensions.has(type));
}

function some(looks: readonly Look[], type: number): boolean {
  return looks.some(({ hello }) => hello?.extensions.has(type));
}

/** Versions of which not everything is known: a suite that did not come up may show more. */
export function missingVersions({ clear, unknown }: Enumeration): Completeness['missing'] {
  const partial = clear.flatMap(({ version, missing: why }) => (why === undefined ? [] : [{ version, why }]));
  return missingOf(unknown, partial);
}

/** Versions that may be accepted, of which nothing is known: for what does not depend on the suite. */
export function unseenVersions({ clear, unknown }: Enumeration): Completeness['missing'] {
  const empty = clear.filter(({ found }) => found.length === 0);
  return missingOf(
    unknown,
    empty.map(({ version, missing = '' }) => ({ version, why: missing })),
  );
}

function missingOf(unknown: Enumeration['unknown'], clear: Enumeration['unknown']): Completeness['missing'] {
  const before = unknown.filter(({ version }) => version !== 'TLSv1.3' && version !== 'SSLv2');
  return [...before, ...clear].map(({ version, why }) => ({ what: version, why }));
}
