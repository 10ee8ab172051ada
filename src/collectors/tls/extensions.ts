import { type Enumeration, probeEnumeration } from '../../tls/enumeration.ts';
import { extensionsValue, missingVersions } from '../../tls/extensions-inquiry.ts';
import { extensions } from '../../tls/facts/extensions.ts';
import { inquiryCollector } from './inquiry-fact.ts';

/** Collects `tls.extensions`. */
export const extensionsCollector = inquiryCollector<Enumeration>({
  fact: extensions,
  what: 'the extensions',
  probe: probeEnumeration,
  value: extensionsValue,
  lists: [
    {
      list: '/versions',
      basis:
        'Every ServerHello that the enumeration of suites brought, in every accepted version before TLS 1.3',
      returned: (seen) => extensionsValue(seen).versions.length,
      missing: missingVersions,
    },
  ],
});
