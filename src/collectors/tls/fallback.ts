import { fallback } from '../../tls/facts/fallback.ts';
import {
  type FallbackSeen,
  fallbackValue,
  missingFallback,
  probeFallback,
} from '../../tls/fallback-inquiry.ts';
import { inquiryCollector } from './inquiry-fact.ts';

/** Collects `tls.fallback`. */
export const fallbackCollector = inquiryCollector<FallbackSeen>({
  fact: fallback,
  what: 'the protections against a downgrade',
  probe: probeFallback,
  value: fallbackValue,
  lists: [
    {
      list: '/protections',
      basis:
        'The fallback signal sent to every accepted version before TLS 1.3 but the highest; the random of every ServerHello',
      returned: (seen) => fallbackValue(seen).protections.length,
      missing: missingFallback,
    },
  ],
});
