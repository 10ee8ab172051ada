import type { Completeness } from '../model/index.ts';
import { hexCode, suiteName } from './cipher-suites.ts';
import type { Enumeration } from './enumeration.ts';
import type { Suites } from './facts/suites.ts';
import { type ProtocolVersion, ssl2CipherKinds } from './registry.ts';
import { suiteProperties } from './suite-properties.ts';

type Accepted = Suites['accepted'][number];
type Missing = Completeness['missing'];

/** The fact `tls.suites`. */
export function suitesValue({ ssl2, clear, joint }: Enumeration): Suites {
  const accepted = [
    ...(joint?.suites ?? []).map(({ item }) => acceptedSuite('TLSv1.3', item)),
    ...clear.flatMap(({ version, found }) => found.map(({ item }) => acceptedSuite(version, item))),
    ...ssl2.map(acceptedKind),
  ];
  const orders = [
    ...(joint === undefined ? [] : [{ version: 'TLSv1.3', preference: joint.suitePreference }]),
    ...clear.map(({ version, preference }) => ({ version, preference })),
    ...(ssl2.length === 0 ? [] : [{ version: 'SSLv2', preference: 'client' as const }]),
  ];
  return { accepted, orders };
}

/** What of the suites may not have been seen, and why. */
export function missingSuites({ clear, joint, unknown, missingSsl2 }: Enumeration): Missing {
  const parts: { version: ProtocolVersion; why: string | undefined }[] = [
    ...unknown,
    { version: 'TLSv1.3', why: joint?.missingSuites },
    ...clear.map(({ version, missing }) => ({ version, why: missing })),
    { version: 'SSLv2', why: missingSsl2 },
  ];
  return parts.flatMap(({ version, why }) =>
    why === undefined ? [] : [{ what: `cipher suites of ${version}`, why }],
  );
}

function acceptedSuite(version: string, code: number): Accepted {
  const suite = suiteName(code);
  return { version, suite, code: hexCode(code), ...suiteProperties(suite) };
}

function acceptedKind(kind: number): Accepted {
  const code = `0x${kind.toString(16).padStart(6, '0')}`;
  const suite = ssl2CipherKinds.get(kind) ?? code;
  return { version: 'SSLv2', suite, code, ...suiteProperties(suite) };
}
