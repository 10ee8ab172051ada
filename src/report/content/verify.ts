import type { Block } from '../block.ts';
import { legend } from '../legend.ts';
import type { ReportInput } from '../report-input.ts';
import { shellWord } from '../shell-word.ts';

/** How anyone checks the bundle, in three steps; the first two need nothing of ours. */
export function* verifyBlocks({ seal, bundleName }: ReportInput): Iterable<Block> {
  const folder = shellWord(bundleName);
  const signed = seal.signature.kind === 'signed';
  yield {
    kind: 'steps',
    steps: [
      {
        text: 'Nothing was changed: every line must end in OK. VERIFY.txt in the bundle has all steps with openssl alone.',
        code: `cd ${folder} && sha256sum -c tagmanifest-sha256.txt manifest-sha256.txt`,
      },
      {
        text: signed
          ? 'It is the bundle of this report, from who signed it: the sum is the fingerprint below, the key came by another way.'
          : 'It is the bundle of this report: the sum is the fingerprint below. UNSIGNED: ask for the fingerprint by another way.',
        code: `sha256sum tagmanifest-sha256.txt\n# ${seal.fingerprint}${signed ? `\nassay verify ../${folder} --trust signer.pub.pem` : ''}`,
      },
      {
        text: 'The evidence gives these findings: judges all of it again, from the bundle alone, and compares.',
        code: `assay verify ../${folder}`,
      },
    ],
  };
}

export function* legendSection(): Iterable<Block> {
  yield {
    kind: 'facts',
    facts: legend.map(({ word, meaning }) => ({ label: word, values: [meaning] })),
  };
}
