import { AssayError, starttlsProtocolOf } from '../../model/index.ts';
import { upgrades } from '../../tls/facts/upgrades.ts';
import type { Collected, FactCollector } from '../collector.ts';
import { noAnswer } from '../entrance-error.ts';
import { transcriptEvidence } from './evidence.ts';
import type { TlsSession } from './session.ts';

/** Whether TLS begins where another protocol is spoken first, and what that protocol offers before it. */
export const upgradesCollector: FactCollector<TlsSession> = {
  fact: upgrades.name,
  concerns: ({ locator }) => starttlsProtocolOf(locator) !== undefined,
  needs: [],
  plan: {
    requests: ['starttls: what the protocol says before TLS, and the request to begin it'],
    connections: 1,
  },
  collect: collectUpgrades,
};

async function collectUpgrades(session: TlsSession): Promise<Collected> {
  const { starttls, where } = session;
  const asked = await session.askForUpgrade();
  if (starttls === undefined || asked === undefined) throw beginsAtOnce(where);
  const { recordedUpgrade, upgradesValue } = await import('../../tls/upgrade/ask.ts');
  const dialogue = recordedUpgrade(starttls, asked.exchanged);
  const { standing } = asked;
  const value = standing.kind === 'done' ? upgradesValue(starttls, standing.result) : undefined;
  if (value === undefined) throw noAnswer(standing, starttls, where);
  const conclusion = { [starttls]: `${value.answer}: ${value.code}` };
  return {
    value,
    method: 'TEST',
    completeness: [],
    requests: [`${starttls}: what is announced before TLS, and the request to begin it`],
    evidence: [transcriptEvidence('the upgrade to TLS', session, [dialogue], conclusion)],
  };
}

function beginsAtOnce(where: string): AssayError {
  return new AssayError(
    'ERR_NO_UPGRADE',
    `expected something to be spoken before TLS at ${where}, got a target whose TLS begins at once`,
    { remedy: 'Name the target as starttls+<protocol>://host:port where another protocol is spoken first.' },
  );
}
