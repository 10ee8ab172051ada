import type { EvidenceItem } from './observation.ts';

export interface AssayErrorOptions {
  readonly cause?: unknown;
  /** What the person reading it can do about it, one sentence. */
  readonly remedy?: string;
  /** Raw bytes seen before it went wrong; kept as evidence of a subject that could not be looked at. */
  readonly evidence?: readonly EvidenceItem[];
}

/** Every failure assay expects: a stable `code` (`ERR_…`) and a message of the form "expected X, got Y". */
export class AssayError extends Error {
  override readonly name = 'AssayError';
  readonly code: string;
  readonly remedy: string | undefined;
  readonly evidence: readonly EvidenceItem[];

  constructor(code: string, message: string, options: AssayErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.remedy = options.remedy;
    this.evidence = options.evidence ?? [];
  }
}
