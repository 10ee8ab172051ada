import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Seal } from '../model/index.ts';
import { type BagInfo, bagDeclaration, parseBagInfo, requireKnownFormat } from './bag-info.ts';
import { openEnvelope } from './dsse.ts';
import { readText, requireDigest } from './hashed-file.ts';
import { parsePublicPem, type TrustedKey } from './keys.ts';
import { isPayloadPath, paths, tagFiles } from './layout.ts';
import { parseManifest, sha256 } from './manifest.ts';
import { printable, refusal } from './refusal.ts';
import { type ManifestDigests, subjectsOf } from './statement.ts';
import { requireExactly } from './tree.ts';

/** A bundle whose seal holds: what signs and what lists is right; the files listed are still to be hashed. */
export interface SealedFolder {
  readonly root: string;
  readonly info: BagInfo;
  readonly seal: Seal;
  readonly digests: ManifestDigests;
  /** sha256 of every payload file, by path. */
  readonly manifest: ReadonlyMap<string, string>;
  /** Text of `VERIFY.txt`. */
  readonly instructions: string;
  /** What the signer signed; absent where the bundle is unsigned. */
  readonly statement?: string;
}

interface Envelope {
  readonly key: TrustedKey;
  readonly statement: string;
  readonly digests: ManifestDigests;
}

const tagLimitBytes = 1_048_576;
const manifestLimitBytes = 268_435_456;

/**
 * Opens a bundle from the seal inwards: envelope, tag manifest, tag files, manifest, and then exactly the files that
 * those list. Nothing is parsed before what vouches for it has been checked, save the version of the format.
 *
 * @throws AssayError ERR_VERIFY_FORMAT, SIGNATURE, ALTERED, EXTRA, MISSING
 */
export async function openSealed(root: string): Promise<SealedFolder> {
  requireBundle(root);
  requireKnownFormat(readText(root, paths.bagInfo, undefined, tagLimitBytes));
  const tagManifest = readText(root, paths.tagManifest, undefined, tagLimitBytes);
  const fingerprint = sha256(tagManifest);
  const envelope = existsSync(join(root, paths.statement)) ? await readEnvelope(root) : undefined;
  if (envelope !== undefined) requireDigest(paths.tagManifest, envelope.digests.tagManifest, fingerprint);
  const tags = readTagFiles(root, tagManifest);
  const info = parseBagInfo(tags[paths.bagInfo]);
  const seal: Seal = { fingerprint, signature: signatureOf(info, envelope?.key) };
  const digests = { tagManifest: fingerprint, manifest: sha256(tags[paths.manifest]) };
  if (envelope !== undefined) requireDigest(paths.manifest, envelope.digests.manifest, digests.manifest);
  const manifest = parseManifest(tags[paths.manifest], paths.manifest, isPayloadPath);
  const sealFiles = envelope === undefined ? [] : [paths.statement, paths.signer];
  requireExactly(root, new Set([...manifest.keys(), ...tagFiles, paths.tagManifest, ...sealFiles]));
  return {
    ...{ root, info, seal, digests, manifest, instructions: tags[paths.instructions] },
    ...(envelope && { statement: envelope.statement }),
  };
}

function requireBundle(root: string): void {
  if (!existsSync(root)) throw refusal('FORMAT', `expected a bundle's folder, got nothing at ${root}`);
  if (!statSync(root).isDirectory())
    throw refusal('FORMAT', `expected a bundle's folder, got a file: ${root}`);
  if (!existsSync(join(root, paths.bagit)))
    throw refusal('FORMAT', `expected a bundle's folder with ${paths.bagit}, got ${root} without`);
}

async function readEnvelope(root: string): Promise<Envelope> {
  const key = await parsePublicPem(readText(root, paths.signer, undefined, tagLimitBytes));
  if (key === undefined)
    throw refusal('SIGNATURE', `expected ${paths.signer} as assay writes it, got another form of it`);
  const statement = openEnvelope(readText(root, paths.statement, undefined, tagLimitBytes), key).toString(
    'utf8',
  );
  const digests = subjectsOf(statement);
  if (digests === undefined)
    throw refusal('SIGNATURE', `expected a statement about this bundle in ${paths.statement}, got another`);
  return { key, statement, digests };
}

type TagTexts = Readonly<Record<(typeof tagFiles)[number], string>>;

function readTagFiles(root: string, tagManifest: string): TagTexts {
  const digests = parseManifest(tagManifest, paths.tagManifest, (path) =>
    tagFiles.some((file) => file === path),
  );
  const read = (path: (typeof tagFiles)[number]): string => {
    const digest = digests.get(path);
    if (digest === undefined)
      throw refusal('FORMAT', `expected ${path} in ${paths.tagManifest}, got no such line`);
    return readText(root, path, digest, path === paths.manifest ? manifestLimitBytes : tagLimitBytes);
  };
  const [instructions, bagInfo, bagit, manifest] = tagFiles;
  const texts = {
    [instructions]: read(instructions),
    [bagInfo]: read(bagInfo),
    [bagit]: read(bagit),
    [manifest]: read(manifest),
  };
  if (texts[bagit] !== bagDeclaration)
    throw refusal('FORMAT', `expected BagIt 1.0 in ${paths.bagit}, got ${printable(texts[bagit])}`);
  return texts;
}

function signatureOf({ signedBy }: BagInfo, key: TrustedKey | undefined): Seal['signature'] {
  if (signedBy === undefined && key === undefined) return { kind: 'unsigned' };
  if (signedBy === undefined)
    throw refusal(
      'EXTRA',
      `expected no signature, as ${paths.bagInfo} says UNSIGNED, got ${paths.statement}`,
    );
  if (key === undefined)
    throw refusal('SIGNATURE', `expected ${paths.statement} by key ${signedBy}, got no such file`);
  if (key.keyId !== signedBy)
    throw refusal(
      'SIGNATURE',
      `expected a signature by key ${signedBy}, as ${paths.bagInfo} says, got ${key.keyId}`,
    );
  return { kind: 'signed', keyId: key.keyId };
}
