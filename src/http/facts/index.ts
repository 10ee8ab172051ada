import { headers } from './headers.ts';
import { redirects } from './redirects.ts';

/** Every fact about HTTP over TLS. */
export const httpFacts = [headers, redirects];
