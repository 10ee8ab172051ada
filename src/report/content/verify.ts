import type { Block } from '../block.ts';
import { legend } from '../legend.ts';
import type { ReportInput } from '../report-input.ts';
import { shellWord } from '../shell-word.ts';

/** How anyone checks the bundle, in three steps; the first two need nothing of ours. */
export function* verifySection({ seal, bundleName }: ReportInput): Iterable<Block> {
  const folder = shellWord(bundleName);
  const signed = seal.signature.kind === 'signed';
  yield {
    kind: 'steps',
    steps: [
      {
        text: 'Nothing was changed: every line must end in OK.',
        code: `cd ${folder}\nsha256sum -c tagmanifest-sha256.txt manifest-sha256.txt`,
      },
      {
        text: signed
          ? 'It is the bundle of this report, from who signed it: the sum must be the fingerprint below, and the key one you received by another way.'
          : 'It is the bundle of this report: the sum must be the fingerprint below. UNSIGNED: ask who gave you the bundle for the fingerprint, by another way than the one it came by.',
        code: `sha256sum tagmanifest-sha256.txt\n# ${seal.fingerprint}${signed ? `\nassay verify ../${folder} --trust signer.pub.pem` : ''}`,
      },
      {
        text: 'The evidence gives these findings: judges everything again from the bundle alone, offline, and compares.',
        code: `assay verify ../${folder}`,
      },
    ],
  };
  yield {
    kind: 'paragraph',
    text: 'VERIFY.txt in the bundle says the same with openssl alone.',
    tone: 'quiet',
  };
}

export function* legendSection(): Iterable<Block> {
  yield {
    kind: 'facts',
    facts: legend.map(({ word, meaning }) => ({ label: word, values: [meaning] })),
  };
}
