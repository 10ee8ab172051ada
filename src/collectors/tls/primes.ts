import { primes } from '../../tls/facts/primes.ts';
import { missingPrimes, type PrimesSeen, primesValue, probePrimes } from '../../tls/primes-inquiry.ts';
import { dhPrimesSource } from '../../tls/registries/dh-primes.ts';
import { inquiryCollector } from './inquiry-fact.ts';

const { source, date } = dhPrimesSource;

/** Collects `tls.primes`. */
export const primesCollector = inquiryCollector<PrimesSeen>({
  fact: primes,
  what: 'the Diffie-Hellman parameters',
  probe: probePrimes,
  value: primesValue,
  lists: [
    {
      list: '/primes',
      basis: `Every accepted DHE suite of every version, with the groups of RFC 7919 on offer and without; names by ${source} (${date})`,
      returned: (seen) => primesValue(seen).primes.length,
      missing: missingPrimes,
    },
  ],
});
