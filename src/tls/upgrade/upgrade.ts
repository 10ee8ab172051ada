import type { StarttlsProtocol } from '../../model/index.ts';
import { upgradeFtp } from './ftp.ts';
import { upgradeImap } from './imap.ts';
import { upgradeIrc } from './irc.ts';
import { upgradeLdap } from './ldap.ts';
import { upgradeMysql } from './mysql.ts';
import { upgradeNntp } from './nntp.ts';
import type { Upgrade } from './outcome.ts';
import { upgradePop3 } from './pop3.ts';
import { upgradePostgres } from './postgres.ts';
import type { Preamble } from './preamble.ts';
import { upgradeRdp } from './rdp.ts';
import { upgradeSieve } from './sieve.ts';
import { upgradeSmtp } from './smtp.ts';
import { upgradeTds } from './tds.ts';
import { upgradeXmpp } from './xmpp.ts';

/**
 * What is said before TLS in each protocol.
 *
 * @param name whom the server is asked as: XMPP names it before TLS
 */
export function upgradeOf(protocol: StarttlsProtocol, name: string): Preamble<Upgrade> {
  switch (protocol) {
    case 'smtp':
      return upgradeSmtp('EHLO');
    case 'lmtp':
      return upgradeSmtp('LHLO');
    case 'imap':
      return upgradeImap();
    case 'pop3':
      return upgradePop3();
    case 'sieve':
      return upgradeSieve();
    case 'nntp':
      return upgradeNntp();
    case 'ftp':
      return upgradeFtp();
    case 'ldap':
      return upgradeLdap();
    case 'xmpp':
      return upgradeXmpp('client', name);
    case 'xmpp-server':
      return upgradeXmpp('server', name);
    case 'irc':
      return upgradeIrc();
    case 'postgres':
      return upgradePostgres();
    case 'mysql':
      return upgradeMysql();
    case 'tds':
      return upgradeTds();
    case 'rdp':
      return upgradeRdp();
  }
}
