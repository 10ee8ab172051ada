import { type Enumeration, probeEnumeration } from '../../tls/enumeration.ts';
import { suites } from '../../tls/facts/suites.ts';
import { cipherSuitesSource } from '../../tls/registries/cipher-suites.ts';
import { ssl2CipherKindsSource } from '../../tls/registries/ssl2-cipher-kinds.ts';
import { missingSuites, suitesValue } from '../../tls/suites-value.ts';
import { inquiryCollector } from './inquiry-fact.ts';

const { source, date } = cipherSuitesSource;
const basis = `Every suite of ${source} (${date}; of SSLv2: ${ssl2CipherKindsSource.source}) offered in every accepted version, then again without those picked, until the server refused`;

/** Collects `tls.suites`. */
export const suitesCollector = inquiryCollector<Enumeration>({
  fact: suites,
  what: 'the cipher suites',
  probe: probeEnumeration,
  value: suitesValue,
  lists: [
    {
      list: '/accepted',
      basis,
      returned: (seen) => suitesValue(seen).accepted.length,
      missing: missingSuites,
    },
    { list: '/orders', basis, returned: (seen) => suitesValue(seen).orders.length, missing: missingSuites },
  ],
});
