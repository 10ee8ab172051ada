import { onlyTlv, tlvTag } from './tlv.ts';

/** RFC 5280 §5.3.1. */
const reasons = {
  0: 'unspecified',
  1: 'keyCompromise',
  2: 'cACompromise',
  3: 'affiliationChanged',
  4: 'superseded',
  5: 'cessationOfOperation',
  6: 'certificateHold',
  8: 'removeFromCRL',
  9: 'privilegeWithdrawn',
  10: 'aACompromise',
} as const;

export type RevocationReason = (typeof reasons)[keyof typeof reasons] | 'unknown';

/** @param bytes the whole ENUMERATED */
export function readReason(bytes: Uint8Array): RevocationReason {
  const { content } = onlyTlv(bytes, tlvTag.enumerated);
  const code = content.length === 1 ? content[0] : undefined;
  return reasons[code as keyof typeof reasons] ?? 'unknown';
}
