import { resolve } from 'node:path';
import { readTrustedKey } from '../bundle/keys.ts';
import { createJudge } from '../engine/judge.ts';
import { AssayError } from '../model/index.ts';
import { sortedJson } from '../report/json.ts';
import { visible } from '../report/visible.ts';
import { counted, grouped } from '../report/words.ts';
import type { Comparison } from '../verify/shipped.ts';
import { type Verified, verifyBundle } from '../verify/verify.ts';
import { exitCodes, explain } from './exit-code.ts';
import type { Io } from './io.ts';

const shownIds = 6;

export interface VerifyOptions {
  readonly trust?: readonly string[];
  readonly integrityOnly?: boolean;
  readonly rederive?: boolean;
  readonly json?: boolean;
}

/** `assay verify`: exit 0, or 5 with one line and a stable code. */
export async function runVerify(folder: string, options: VerifyOptions, io: Io): Promise<number> {
  const trust = await Promise.all((options.trust ?? []).map((file) => readTrustedKey(resolve(io.cwd, file))));
  try {
    const integrityOnly = options.integrityOnly === true;
    const verified = await verifyBundle(resolve(io.cwd, folder), {
      trust,
      integrityOnly,
      rederive: options.rederive === true,
      judgeFactory: createJudge,
      ...(!integrityOnly && { shipped: await (await import('./library.ts')).readShipped() }),
    });
    io.stdout.write(options.json ? `${sortedJson(verified)}\n` : words(verified));
    return exitCodes.clean;
  } catch (error) {
    if (!(error instanceof AssayError) || !error.code.startsWith('ERR_VERIFY')) throw error;
    if (options.json) {
      const { code, message } = error;
      io.stdout.write(`${sortedJson({ kind: 'refused', code, message })}\n`);
    } else io.stderr.write(explain(error));
    return exitCodes.verification;
  }
}

function words(verified: Verified): string {
  const { files, judged, fingerprint } = verified;
  const again = judged
    ? `${counted(judged.findings, 'finding')} on ${counted(judged.subjects, 'subject')} judged again with the same result`
    : 'not judged again (--integrity-only)';
  return [
    `verified: ${counted(files, 'file')} unchanged, nothing missing, nothing extra`,
    `          ${again}`,
    `origin:   ${originWords(verified)}`,
    `digest:   ${fingerprint} (sha256 of tagmanifest-sha256.txt)`,
    ...libraryLines(verified),
    ...rederivedLines(verified),
    ...(verified.instructions === 'not-compared' ? [instructionsUnknown] : []),
    'exit code 0: the bundle is what was sealed\n',
  ].join('\n');
}

function originWords({ origin, keyId }: Verified): string {
  switch (origin) {
    case 'unsigned':
      return 'origin not checked (UNSIGNED)';
    case 'signed-untrusted':
      return `origin not checked (signed by ${keyId}; give its public key with --trust)`;
    case 'trusted':
      return `signed by ${keyId}, which you trust`;
  }
}

function rederivedLines({ rederived }: Verified): readonly string[] {
  if (rederived === undefined) return [];
  const { facts, asRecorded } = rederived;
  const others = asRecorded.length === 0 ? '' : `; taken as recorded: ${namesOf(asRecorded)}`;
  return [
    `facts:    ${grouped(facts)} made again from what was sent and received, with the same result${others}`,
  ];
}

const instructionsUnknown =
  'VERIFY.txt was written by another version of assay and not compared: read its commands before you run them';

/** Whose rules it was judged by: of controls always, of the rest where it is not all as shipped. */
function libraryLines({ library }: Verified): readonly string[] {
  if (library === undefined) return [];
  const { controls, schemas, frameworks } = library;
  const odd = ({ different, unknown }: Comparison): boolean => different.length + unknown.length > 0;
  return [
    `controls: ${comparisonWords(controls)}`,
    ...(odd(schemas) ? [`schemas:  ${comparisonWords(schemas)}`] : []),
    ...(odd(frameworks) ? [`trees:    ${comparisonWords(frameworks)}`] : []),
  ];
}

function comparisonWords({ same, different, unknown }: Comparison): string {
  return [
    `${grouped(same)} as shipped with this assay`,
    ...(different.length === 0
      ? []
      : [`${counted(different.length, 'differs', 'differ')}: ${namesOf(different)}`]),
    ...(unknown.length === 0 ? [] : [`${grouped(unknown.length)} not part of it: ${namesOf(unknown)}`]),
  ].join('; ');
}

function namesOf(ids: readonly string[]): string {
  const more = ids.length > shownIds ? `, and ${grouped(ids.length - shownIds)} more (--json)` : '';
  return `${visible(ids.slice(0, shownIds).join(', '))}${more}`;
}
