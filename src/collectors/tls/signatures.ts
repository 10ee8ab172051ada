import { signatures } from '../../tls/facts/signatures.ts';
import {
  missingSignatures,
  probeSignatures,
  type SignaturesSeen,
  signaturesValue,
} from '../../tls/signatures-inquiry.ts';
import { inquiryCollector } from './inquiry-fact.ts';

/** Collects `tls.signatures`. */
export const signaturesCollector = inquiryCollector<SignaturesSeen>({
  fact: signatures,
  what: 'the signature schemes',
  probe: probeSignatures,
  value: signaturesValue,
  lists: [
    {
      list: '/accepted',
      basis:
        'Every registered scheme offered in TLS 1.2, then again without those picked; in TLS 1.3 in halves',
      returned: (seen) => signaturesValue(seen).accepted.length,
      missing: missingSignatures,
    },
  ],
});
