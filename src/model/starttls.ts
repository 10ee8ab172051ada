/**
 * Protocols in which TLS begins after a few words in the clear, with the port of their plain service:
 * `starttls+smtp://mail.example` is port 25.
 */
export const starttlsPorts = {
  smtp: 25,
  lmtp: 24,
  imap: 143,
  pop3: 110,
  sieve: 4190,
  nntp: 119,
  ftp: 21,
  ldap: 389,
  xmpp: 5222,
  'xmpp-server': 5269,
  irc: 6667,
  postgres: 5432,
  mysql: 3306,
  tds: 1433,
  rdp: 3389,
} as const;

export type StarttlsProtocol = keyof typeof starttlsPorts;

export const starttlsProtocols = Object.keys(starttlsPorts) as readonly StarttlsProtocol[];

/** `starttls+smtp` of `starttls+smtp://mail.example:25`. */
export function schemeOf(locator: string): string {
  return locator.slice(0, Math.max(0, locator.indexOf('://')));
}

/** The protocol in front of TLS, by a target's or subject's locator; undefined where TLS begins at once. */
export function starttlsProtocolOf(locator: string): StarttlsProtocol | undefined {
  const scheme = schemeOf(locator);
  return starttlsProtocols.find((protocol) => scheme === `starttls+${protocol}`);
}
