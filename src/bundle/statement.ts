import type { Assessment } from '../model/index.ts';
import { stableJson } from './json.ts';
import { bundleFormat, paths } from './layout.ts';

/** Names the form of the predicate (docs/bundle.md); an identifier, not a page. */
export const predicateType = 'https://assay.dev/evidence-bundle/v0';
const statementType = 'https://in-toto.io/Statement/v1';

/** Digests of the two manifests, 64 hex digits. */
export interface ManifestDigests {
  readonly tagManifest: string;
  readonly manifest: string;
}

/** in-toto Statement v1 over the two manifests, saying what the bundle says of itself: exact bytes. */
export function statementOf(digests: ManifestDigests, assessment: Assessment): string {
  const { run } = assessment;
  return stableJson({
    _type: statementType,
    subject: subjects(digests),
    predicateType,
    predicate: {
      format: bundleFormat,
      runId: run.id,
      tool: run.tool,
      startedAt: run.startedAt,
      endedAt: run.endedAt,
      judgedAt: run.judgedAt,
      draft: run.draft,
      interrupted: run.interrupted,
      controlSetSha256: run.controlSetSha256,
      counts: assessment.counts,
      exceptions: assessment.exceptions,
    },
  });
}

/** The digests that a signed statement names; undefined where it is not one of ours. */
export function subjectsOf(payload: string): ManifestDigests | undefined {
  try {
    const { subject, predicate } = JSON.parse(payload);
    const digests = { tagManifest: subject[0].digest.sha256, manifest: subject[1].digest.sha256 };
    const again = stableJson({ _type: statementType, subject: subjects(digests), predicateType, predicate });
    const isHash = Object.values(digests).every((digest) => /^[0-9a-f]{64}$/.test(digest));
    return isHash && again === payload ? digests : undefined;
  } catch {
    return undefined;
  }
}

function subjects({ tagManifest, manifest }: ManifestDigests): readonly unknown[] {
  return [
    { name: paths.tagManifest, digest: { sha256: tagManifest } },
    { name: paths.manifest, digest: { sha256: manifest } },
  ];
}
