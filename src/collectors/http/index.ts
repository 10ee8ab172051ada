import type { SubjectCollector } from '../collector.ts';
import { headersCollector } from './headers.ts';
import { redirectsCollector } from './redirects.ts';
import { type HttpSession, openHttpSession } from './session.ts';

/** Everything that can be looked at in the HTTP side of an https target. */
export const httpCollector: SubjectCollector<HttpSession> = {
  kind: 'http-api',
  plan: {
    presents: 'User-Agent assay/<run id>',
    requests: [
      'each request on a connection of its own, of whose answer the head is read; no cookie, no log-in',
    ],
    connections: 0,
  },
  open: openHttpSession,
  facts: [headersCollector, redirectsCollector],
};
