import { hashFile, requireDigest } from '../bundle/hashed-file.ts';
import { paths } from '../bundle/layout.ts';
import { refusal } from '../bundle/refusal.ts';
import type { SealedFolder } from '../bundle/sealed.ts';

const bufferBytes = 1_048_576;

/** Sizes of the payload's files. */
export interface PayloadSizes {
  readonly total: number;
  readonly byPath: ReadonlyMap<string, number>;
}

/**
 * Hashes every file of the payload.
 *
 * @throws AssayError ERR_VERIFY_ALTERED naming the first that differs, ERR_VERIFY_FORMAT
 */
export function verifyHashes({ root, manifest, info }: SealedFolder): PayloadSizes {
  const buffer = Buffer.allocUnsafe(bufferBytes);
  const byPath = new Map<string, number>();
  let total = 0;
  for (const [path, digest] of manifest) {
    const { sha256, bytes } = hashFile(root, path, buffer);
    requireDigest(path, digest, sha256);
    byPath.set(path, bytes);
    total += bytes;
  }
  if (info.bytes !== total || info.files !== manifest.size)
    throw refusal(
      'FORMAT',
      `expected Payload-Oxum ${total}.${manifest.size} in ${paths.bagInfo}, got ${info.bytes}.${info.files}`,
    );
  return { total, byPath };
}
