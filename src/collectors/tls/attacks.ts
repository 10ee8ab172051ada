import { type AttackVerdict, attacksValue, attackVerdicts } from '../../tls/attacks/attacks-value.ts';
import { probeAttacks } from '../../tls/attacks/probe-attacks.ts';
import { attackNames, attacks } from '../../tls/facts/attacks.ts';
import { type Versions, versions } from '../../tls/facts/versions.ts';
import type { FactCollector } from '../collector.ts';
import { converse } from './converse.ts';
import { transcriptEvidence } from './evidence.ts';
import type { TlsSession } from './session.ts';

/** Collects `tls.attacks`. */
export const attacksCollector: FactCollector<TlsSession> = {
  fact: attacks.name,
  needs: [versions.name],
  plan: {
    requests: [
      'what tls.suites, tls.primes and tls.compression ask',
      'in each version with a DHE suite: two hellos for its key',
      'one hello for the name assay.invalid and the protocol assay',
    ],
    presentsToo: ['tls.attacks: the name assay.invalid and the protocol assay, in one hello'],
  },
  async collect(session, read) {
    const accepted = (await read(versions.name)) as Versions;
    const { value: seen, dialogues } = await converse(session, probeAttacks(accepted, session));
    const verdicts = attackVerdicts(seen);
    const conclusions = Object.fromEntries(attackNames.map((name) => [name, inWords(verdicts[name])]));
    const missing = attackNames.flatMap((what) => {
      const verdict = verdicts[what];
      return verdict.kind === 'unknown' ? [{ what, why: verdict.why }] : [];
    });
    const total = attackNames.length;
    return {
      value: attacksValue(seen),
      method: 'TEST',
      completeness: [
        {
          list: '',
          basis: 'each attack decided by what the endpoint accepts',
          returned: total - missing.length,
          total,
          missing,
        },
      ],
      requests: [`${dialogues.length} ClientHellos, those for suites, primes and compression among them`],
      evidence: [transcriptEvidence('what named attacks need', session, dialogues, conclusions)],
    };
  },
};

function inWords(verdict: AttackVerdict): string {
  return verdict.kind === 'unknown'
    ? `not known: ${verdict.why}`
    : `${verdict.kind} (decided by configuration): ${verdict.how}`;
}
