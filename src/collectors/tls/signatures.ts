import { signatures } from '../../tls/facts/signatures.ts';
import { signatureSchemesSource } from '../../tls/registries/signature-schemes.ts';
import {
  missingSignatures,
  probeSignatures,
  type SignaturesSeen,
  signaturesValue,
} from '../../tls/signatures-inquiry.ts';
import { inquiryCollector } from './inquiry-fact.ts';

const { source, date } = signatureSchemesSource;

/** Collects `tls.signatures`. */
export const signaturesCollector = inquiryCollector<SignaturesSeen>({
  fact: signatures,
  what: 'the signature schemes',
  probe: probeSignatures,
  value: signaturesValue,
  lists: [
    {
      list: '/accepted',
      basis: `Every scheme of ${source} (${date}) offered in TLS 1.2, then again without those picked; in TLS 1.3 in halves`,
      returned: (seen) => signaturesValue(seen).accepted.length,
      missing: missingSignatures,
    },
  ],
});
