import { AssayError } from '../model/index.ts';

/** Why a bundle is not accepted: the second part of `ERR_VERIFY_…`. */
export type RefusalKind =
  | 'ALTERED'
  | 'EXTRA'
  | 'MISSING'
  | 'SIGNATURE'
  | 'UNKNOWN_KEY'
  | 'UNSIGNED'
  | 'VERDICT'
  | 'FACT'
  | 'FORMAT';

const remedies: Readonly<Record<RefusalKind, string>> = {
  ALTERED: 'Do not rely on this copy; ask for the bundle again from where it was made.',
  EXTRA: 'Do not rely on this copy; ask for the bundle again, or move what was added out of the folder.',
  MISSING: 'Do not rely on this copy; ask for the whole bundle again.',
  SIGNATURE: 'Do not rely on this copy; ask the signer for the bundle again.',
  UNKNOWN_KEY:
    'Ask the signer for their public key by another way than the bundle, and pass it with --trust.',
  UNSIGNED:
    'Ask for a signed bundle (assay scan --key), or leave out --trust and do without a proof of origin.',
  VERDICT: 'Do not rely on the findings; judge the observations again with assay evaluate.',
  FACT: 'Do not rely on this fact: what was sent and received does not give it. Was it made by another version of assay?',
  FORMAT: 'Check that this is the folder that assay wrote, and that this assay is new enough to read it.',
};

/** An error that says a bundle is not accepted, and what its reader can do. `message`: "expected X, got Y". */
export function refusal(kind: RefusalKind, message: string, cause?: unknown): AssayError {
  return new AssayError(`ERR_VERIFY_${kind}`, message, { remedy: remedies[kind], cause });
}

/** A name from a bundle, fit to be printed on one line: it may hold anything. */
export function printable(name: string): string {
  const shown = name.replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return shown.length > 160 ? `${shown.slice(0, 160)}…` : shown;
}
