import {
  type CompressionSeen,
  compressionValue,
  missingCompression,
  probeCompression,
} from '../../tls/compression-inquiry.ts';
import { compression } from '../../tls/facts/compression.ts';
import { inquiryCollector } from './inquiry-fact.ts';

/** Collects `tls.compression`. */
export const compressionCollector = inquiryCollector<CompressionSeen>({
  fact: compression,
  what: 'whether it compresses',
  probe: probeCompression,
  value: compressionValue,
  lists: [
    {
      list: '/versions',
      basis: 'DEFLATE and LZS offered before null in every accepted version before TLS 1.3',
      returned: ({ looks }) => looks.length,
      missing: missingCompression,
    },
  ],
});
