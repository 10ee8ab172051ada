import { resolve } from 'node:path';
import { readTrustedKey } from '../bundle/keys.ts';
import { createJudge } from '../engine/judge.ts';
import { AssayError } from '../model/index.ts';
import { counted } from '../report/words.ts';
import { type Verified, verifyBundle } from '../verify/verify.ts';
import { exitCodes, explain } from './exit-code.ts';
import type { Io } from './io.ts';

export interface VerifyOptions {
  readonly trust?: readonly string[];
  readonly integrityOnly?: boolean;
  readonly json?: boolean;
}

/** `assay verify`: exit 0, or 5 with one line and a stable code. */
export async function runVerify(folder: string, options: VerifyOptions, io: Io): Promise<number> {
  const trust = await Promise.all((options.trust ?? []).map((file) => readTrustedKey(resolve(io.cwd, file))));
  try {
    const verified = await verifyBundle(resolve(io.cwd, folder), {
      trust,
      integrityOnly: options.integrityOnly === true,
      judgeFactory: createJudge,
    });
    io.stdout.write(options.json ? `${JSON.stringify(verified)}\n` : words(verified));
    return exitCodes.clean;
  } catch (error) {
    if (!(error instanceof AssayError) || !error.code.startsWith('ERR_VERIFY')) throw error;
    if (options.json) {
      const { code, message } = error;
      io.stdout.write(`${JSON.stringify({ kind: 'refused', code, message })}\n`);
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
