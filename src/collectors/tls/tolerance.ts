import { tolerance } from '../../tls/facts/tolerance.ts';
import {
  missingTolerance,
  probeTolerance,
  type ToleranceSeen,
  toleranceValue,
} from '../../tls/tolerance-inquiry.ts';
import { inquiryCollector } from './inquiry-fact.ts';

/** Collects `tls.tolerance`. */
export const toleranceCollector = inquiryCollector<ToleranceSeen>({
  fact: tolerance,
  what: 'what it tolerates in a hello',
  probe: probeTolerance,
  value: toleranceValue,
  lists: [
    {
      list: '',
      basis:
        'Hellos of the highest accepted version, changed in several things, and where one was not accepted in one thing at a time: versions, extensions, cipher suites, groups and signature schemes that do not exist; 500, 1500 and 5000 bytes; two records',
      returned: (seen) => Object.keys(toleranceValue(seen)).length,
      missing: missingTolerance,
    },
  ],
});
