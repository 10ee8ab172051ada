import type { FactDefinition, FactOf } from '../../model/index.ts';

/** The flaws that probes look for. */
export const flawNames = ['heartbleed', 'ccs-injection', 'robot', 'ticketbleed'] as const;

/** Known flaws of TLS software, each looked for by a probe of its own. */
export const flaws = {
  name: 'tls.flaws',
  subject: 'tls-endpoint',
  schema: {
    type: 'map',
    description:
      'Known flaws, each tried by a probe that sends what no honest client sends; one without a definite answer is absent. heartbleed: CVE-2014-0160. ccs-injection: CVE-2014-0224. robot: an oracle for the padding of RSA key transport (CVE-2017-13099 and its kin). ticketbleed: CVE-2016-9244',
    keys: flawNames,
    values: {
      type: 'string',
      enum: ['present', 'absent', 'impossible'],
      description:
        'present: the server answered as only one with the flaw does. absent: it answered as one without it does. impossible: it refuses every version or cipher suite that the flaw is in, or gives no ticket',
    },
  },
} as const satisfies FactDefinition;

export type Flaws = FactOf<typeof flaws.schema>;
export type FlawName = (typeof flawNames)[number];
