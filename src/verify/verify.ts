import { bagInfoOf, formatBagInfo } from '../bundle/bag-info.ts';
import { instructions } from '../bundle/instructions.ts';
import type { TrustedKey } from '../bundle/keys.ts';
import { paths } from '../bundle/layout.ts';
import { bundleOf } from '../bundle/reader.ts';
import { refusal } from '../bundle/refusal.ts';
import { openSealed, type SealedFolder } from '../bundle/sealed.ts';
import { statementOf } from '../bundle/statement.ts';
import type { Assessment, Run, Seal } from '../model/index.ts';
import { type PayloadSizes, verifyHashes } from './integrity.ts';
import type { JudgeFactory } from './recorded-judge.ts';
import type { Rederived } from './rederive.ts';
import { compareLibrary, type LibraryComparison, type Shipped } from './shipped.ts';

export interface VerifyOptions {
  /** Keys whose signature proves the origin; absent or empty: the origin is not checked. */
  readonly trust?: readonly TrustedKey[];
  /** True: signature and hashes only; nothing is parsed and nothing judged again. */
  readonly integrityOnly?: boolean;
  /** True: also every fact that follows from a transcript is made again. */
  readonly rederive?: boolean;
  readonly judgeFactory: JudgeFactory;
  /** What the bundle is compared with; absent: neither its library nor its `VERIFY.txt` is compared. */
  readonly shipped?: Shipped;
}

/** What was checked of a bundle, and found right. */
export interface Verified {
  readonly kind: 'verified';
  /** `signed-untrusted`: the signature holds, but whose key it is was not asked. */
  readonly origin: 'unsigned' | 'signed-untrusted' | 'trusted';
  /** RFC 7638 thumbprint of the signer's key. */
  readonly keyId?: string;
  /** sha256 of `tagmanifest-sha256.txt`. */
  readonly fingerprint: string;
  /** UUID of the run. */
  readonly runId: string;
  /** Of the payload. */
  readonly files: number;
  readonly bytes: number;
  /** Absent with `integrityOnly`. */
  readonly judged?: { readonly subjects: number; readonly findings: number };
  /**
   * `as-written`: `VERIFY.txt` is what this assay writes. `not-compared`: another version wrote the bundle, so its
   * commands may be anybody's. Absent with `integrityOnly`.
   */
  readonly instructions?: 'as-written' | 'not-compared';
  /** Absent with `integrityOnly`. */
  readonly library?: LibraryComparison;
  /** Only with `rederive`. */
  readonly rederived?: Rederived;
}

/**
 * Verifies a bundle: envelope, list of files, every hash, and then form and judgement.
 *
 * @throws AssayError ERR_VERIFY_ALTERED, EXTRA, MISSING, SIGNATURE, UNKNOWN_KEY, UNSIGNED, VERDICT, FACT, FORMAT
 */
export async function verifyBundle(folder: string, options: VerifyOptions): Promise<Verified> {
  const sealed = await openSealed(folder);
  const origin = originOf(sealed.seal, options.trust ?? []);
  const sizes = verifyHashes(sealed);
  const content = options.integrityOnly === true ? {} : await verifyContent(sealed, sizes, options);
  const { seal, info, manifest } = sealed;
  return {
    kind: 'verified',
    origin,
    ...(seal.signature.kind === 'signed' && { keyId: seal.signature.keyId }),
    fingerprint: seal.fingerprint,
    runId: info.runId,
    files: manifest.size,
    bytes: sizes.total,
    ...content,
  };
}

function originOf({ signature }: Seal, trust: readonly TrustedKey[]): Verified['origin'] {
  if (signature.kind === 'unsigned') {
    if (trust.length === 0) return 'unsigned';
    throw refusal('UNSIGNED', 'expected a signature by a trusted key, got an UNSIGNED bundle');
  }
  if (trust.length === 0) return 'signed-untrusted';
  if (trust.some((key) => key.keyId === signature.keyId)) return 'trusted';
  const trusted = trust.map((key) => key.keyId).join(', ');
  throw refusal('UNKNOWN_KEY', `expected a signature by ${trusted}, got one by ${signature.keyId}`);
}

async function verifyContent(
  sealed: SealedFolder,
  sizes: PayloadSizes,
  { judgeFactory, shipped, rederive }: VerifyOptions,
): Promise<Pick<Verified, 'judged' | 'instructions' | 'library' | 'rederived'>> {
  // The parsers that this needs take longer to load than a small bundle takes to hash.
  const { verifyJudgement } = await import('./judgement.ts');
  const bundle = await bundleOf(sealed);
  const judged = verifyJudgement(sealed, bundle, { judgeFactory, sizes });
  for (const _ of bundle.log());
  const assessment = bundle.readAssessment();
  verifyTags(sealed, assessment);
  return {
    judged,
    instructions: verifyInstructions(sealed, assessment.run, shipped?.version),
    ...(rederive && { rederived: (await import('./rederive.ts')).rederive(sealed, bundle) }),
    ...(shipped && { library: compareLibrary(sealed.manifest, shipped) }),
  };
}

/** What stands outside the payload has to say what the payload says. */
function verifyTags({ statement, digests, info }: SealedFolder, assessment: Assessment): void {
  if (statement !== undefined && statement !== statementOf(digests, assessment))
    throw refusal('SIGNATURE', 'expected the signed statement to say what the bundle says, got another');
  const expected = formatBagInfo(bagInfoOf(assessment.run, info.files, info.bytes, info.signedBy));
  if (formatBagInfo(info) !== expected)
    throw refusal('FORMAT', `expected ${paths.bagInfo} to say what ${paths.run} says, got another`);
}

/** What people run must be what assay wrote; only the assay that wrote it knows the words. */
function verifyInstructions(
  sealed: SealedFolder,
  run: Run,
  version: string | undefined,
): NonNullable<Verified['instructions']> {
  if (run.tool.version !== version) return 'not-compared';
  if (sealed.instructions !== instructions(run.id, sealed.info.signedBy))
    throw refusal('FORMAT', `expected ${paths.instructions} as assay ${version} writes it, got another text`);
  return 'as-written';
}
