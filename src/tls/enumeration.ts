import { keepablePart, untilAnswered } from './answer.ts';
import { type Dialogue, inParallel, type Probing, say, shared, together } from './exchange.ts';
import type { Versions } from './facts/versions.ts';
import { type Joint, probeJoint } from './joint-probing.ts';
import { type HelloOptions, ssl2Hello } from './offers.ts';
import type { ProtocolVersion } from './registry.ts';
import { Ssl2Reader } from './ssl2.ts';
import { type ClearVersion, probeSuites, type VersionSuites } from './suite-probing.ts';

/** Everything that the enumeration of suites shows: other facts go on from it. */
export interface Enumeration {
  /** Cipher kinds of SSLv2, where it is accepted. */
  readonly ssl2: readonly number[];
  /** Why the kinds of SSLv2 are not known, though it is accepted. */
  readonly missingSsl2?: string;
  /** Versions before TLS 1.3, newest first. */
  readonly clear: readonly VersionSuites[];
  readonly joint: Joint | undefined;
  /** Versions of which nothing is known, and why. */
  readonly unknown: readonly { readonly version: ProtocolVersion; readonly why: string }[];
}

const clearVersions: readonly ClearVersion[] = ['TLSv1.2', 'TLSv1.1', 'TLSv1.0', 'SSLv3'];
const allVersions: readonly ProtocolVersion[] = ['TLSv1.3', ...clearVersions, 'SSLv2'];

/** Enumerates the suites of every version that is accepted, once for all who go on from it. */
export function probeEnumeration(versions: Versions, options: HelloOptions): Probing<Enumeration> {
  return shared('enumeration', () => enumerate(versions, options));
}

/** Versions run side by side. */
function* enumerate(versions: Versions, options: HelloOptions): Probing<Enumeration> {
  const accepted = clearVersions.filter((version) => versions[version] === 'accepted');
  const parts: Probing<Part>[] = accepted.map((version) => probeSuites(version, options));
  if (versions['TLSv1.3'] === 'accepted') parts.push(probeJoint(options));
  if (versions.SSLv2 === 'accepted') parts.push(probeKinds(options));
  const results = yield* together(parts);
  const unknown = allVersions.filter((version) => versions[version] === undefined);
  const { kinds = [], missing } = results.find(isKinds) ?? {};
  return {
    ssl2: kinds,
    ...(missing === undefined ? {} : { missingSsl2: missing }),
    clear: results.filter(isClear),
    joint: results.find(isJoint),
    unknown: unknown.map((version) => ({ version, why: 'whether the version is accepted is not known' })),
  };
}

interface Kinds {
  readonly kinds: readonly number[];
  readonly missing?: string;
}
type Part = VersionSuites | Joint | Kinds;
const isClear = (part: Part): part is VersionSuites => 'version' in part;
const isJoint = (part: Part): part is Joint => 'groups' in part;
const isKinds = (part: Part): part is Kinds => 'kinds' in part;

/**
 * An SSLv2 server names all its cipher kinds in one answer; the client decides. Where the hello that everybody knows
 * went unanswered, the version was accepted on another: it is asked again.
 */
function* probeKinds(options: HelloOptions): Probing<Kinds> {
  for (const label of ['SSLv2 full', 'SSLv2 cipher kinds']) {
    const [kinds = []] = yield* inParallel([kindsDialogue(label, options)]);
    if (kinds.length > 0) return { kinds };
  }
  return { kinds: [], missing: 'the version is accepted, but the server no longer named its cipher kinds' };
}

function kindsDialogue(label: string, options: HelloOptions): Dialogue<readonly number[]> {
  return {
    label,
    *talk() {
      const reply = yield* say({
        send: ssl2Hello(options, { label }).bytes,
        until: untilAnswered('SSLv2'),
        keep: (received) => keepablePart('SSLv2', received),
      });
      const reader = new Ssl2Reader();
      reader.push(reply.received);
      const answer = reader.answer();
      return answer?.kind === 'server-hello' ? answer.cipherKinds : [];
    },
  };
}
