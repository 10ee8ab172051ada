import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { AssayFile } from '../config/assay-file.ts';
import type { DeclaredDocument } from '../config/responsibilities.ts';
import type { YamlPath } from '../config/yaml.ts';
import { AssayError, type Document, type Scope } from '../model/index.ts';

/** Third parties and alternatives with the digests of their documents; members that would be empty are absent. */
export type Responsibilities = Pick<Scope, 'thirdParties' | 'alternatives'>;

/**
 * Reads the documents that a configuration names, for their digests alone: what is in them stays where it is.
 *
 * @param resolve a path as written in the configuration, from where the configuration is
 * @throws AssayError ERR_CONFIG `file:line:column` of a document that cannot be read
 */
export async function readDocuments(
  { config, at }: AssayFile,
  resolve: (path: string) => string,
): Promise<Responsibilities> {
  const digested = (declared: DeclaredDocument, path: YamlPath): Promise<Document> =>
    digest(declared, at([...path, 'document', 'file']), resolve);
  const thirdParties = await Promise.all(
    config.thirdParties.map(async (each, index) => ({
      ...each,
      document: await digested(each.document, ['third-party', index]),
    })),
  );
  const alternatives = await Promise.all(
    config.alternatives.map(async (each, index) => ({
      ...each,
      document: await digested(each.document, ['alternatives', index]),
    })),
  );
  return {
    ...(thirdParties.length === 0 ? {} : { thirdParties }),
    ...(alternatives.length === 0 ? {} : { alternatives }),
  };
}

async function digest(
  { file, ...said }: DeclaredDocument,
  place: string,
  resolve: (path: string) => string,
): Promise<Document> {
  try {
    return { ...said, sha256: await sha256Of(resolve(file)) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'something else';
    throw new AssayError('ERR_CONFIG', `${place} expected a regular file that can be read, got ${code}`, {
      cause: error,
      remedy: 'Check the path, relative to the configuration file: the document is read for its digest.',
    });
  }
}

/** In pieces, because a report may be large; only of a regular file, because a pipe would never end. */
async function sha256Of(path: string): Promise<string> {
  if (!(await stat(path)).isFile()) throw new Error('not a regular file');
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
