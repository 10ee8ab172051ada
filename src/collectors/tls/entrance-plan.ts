import { type StarttlsProtocol, type Subject, starttlsProtocolOf } from '../../model/index.ts';
import { ourName } from '../../tls/upgrade/smtp.ts';
import type { SessionPlan } from '../collector.ts';
import { mysqlConnections } from './session.ts';

/** What each protocol is told before TLS; see `upgradeOf`. */
const said: Readonly<Record<StarttlsProtocol, string>> = {
  smtp: `EHLO ${ourName}, STARTTLS`,
  lmtp: `LHLO ${ourName}, STARTTLS`,
  imap: 'CAPABILITY, STARTTLS',
  pop3: 'CAPA, STLS',
  sieve: 'STARTTLS',
  nntp: 'CAPABILITIES, STARTTLS',
  ftp: 'AUTH TLS',
  ldap: 'the extended request StartTLS (1.3.6.1.4.1.1466.20037)',
  xmpp: 'a stream to the host name, <starttls/>',
  'xmpp-server': 'a stream to the host name, <starttls/>',
  irc: 'CAP LS 302, STARTTLS',
  postgres: 'SSLRequest',
  mysql: 'SSLRequest',
  tds: 'PRELOGIN with ENCRYPT_ON',
  rdp: 'an X.224 connection request for TLS',
};

/** Of every look. */
export const ordinaryRequests = ['what was refused, or cut in company, is sent again'];

/** What differs in the plan of a look where another protocol is spoken before TLS. */
export function planBeforeTls({ locator }: Subject): Partial<Omit<SessionPlan, 'at'>> {
  const protocol = starttlsProtocolOf(locator);
  if (protocol === undefined) return {};
  return {
    presentsToo: said[protocol].includes(ourName) ? [`${protocol}: ${ourName} in its greeting`] : [],
    requests: [
      ...ordinaryRequests,
      `starttls+${protocol}, on every connection before TLS: ${said[protocol]}`,
    ],
    ...(protocol === 'mysql' ? { atMost: mysqlConnections } : {}),
  };
}
