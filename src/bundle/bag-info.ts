import type { Run } from '../model/index.ts';
import { bundleFormat, paths } from './layout.ts';
import { printable, refusal } from './refusal.ts';

/** `bagit.txt` (RFC 8493, 2.1.1): always the same. */
export const bagDeclaration = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';

/** What `bag-info.txt` (RFC 8493, 2.2.2) says. */
export interface BagInfo {
  readonly tool: string;
  readonly date: string;
  readonly runId: string;
  readonly bytes: number;
  readonly files: number;
  /** RFC 7638 thumbprint of the signer's key; undefined where the bundle says it is unsigned. */
  readonly signedBy: string | undefined;
}

export function bagInfoOf(run: Run, files: number, bytes: number, signedBy: string | undefined): BagInfo {
  return { tool: run.tool.version, date: run.endedAt.slice(0, 10), runId: run.id, bytes, files, signedBy };
}

export function formatBagInfo(info: BagInfo): string {
  return [
    `Bag-Software-Agent: assay ${info.tool}`,
    `Bagging-Date: ${info.date}`,
    `External-Identifier: urn:uuid:${info.runId}`,
    `Payload-Oxum: ${info.bytes}.${info.files}`,
    `Assay-Format: ${bundleFormat}`,
    'Assay-Record: DRAFT',
    `Assay-Signed-By: ${info.signedBy ?? 'UNSIGNED'}`,
    '',
  ].join('\n');
}

const shape = new RegExp(
  [
    '^Bag-Software-Agent: assay (?<tool>[0-9A-Za-z.+-]{1,64})',
    'Bagging-Date: (?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})',
    'External-Identifier: urn:uuid:(?<runId>[0-9a-f-]{36})',
    'Payload-Oxum: (?<bytes>[0-9]{1,15})\\.(?<files>[0-9]{1,9})',
    'Assay-Format: 0',
    'Assay-Record: DRAFT',
    'Assay-Signed-By: (?<signedBy>UNSIGNED|[A-Za-z0-9_-]{43})\n$',
  ].join('\n'),
);

/** @throws AssayError ERR_VERIFY_FORMAT */
export function parseBagInfo(text: string): BagInfo {
  const groups = shape.exec(text)?.groups;
  if (groups === undefined)
    throw refusal('FORMAT', `expected ${paths.bagInfo} as assay writes it, got ${printable(text)}`);
  const { tool = '', date = '', runId = '', bytes, files, signedBy } = groups;
  return {
    tool,
    date,
    runId,
    bytes: Number(bytes),
    files: Number(files),
    signedBy: signedBy === 'UNSIGNED' ? undefined : signedBy,
  };
}

/**
 * Refuses a bundle of another format before anything else of it is judged by the rules of this one.
 *
 * @throws AssayError ERR_VERIFY_FORMAT
 */
export function requireKnownFormat(text: string): void {
  const format = /^Assay-Format: ([0-9]{1,9})$/m.exec(text)?.[1];
  if (format !== undefined && Number(format) !== bundleFormat)
    throw refusal('FORMAT', `expected bundle format ${bundleFormat}, got ${format}: a newer assay wrote it`);
}
