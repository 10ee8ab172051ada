import type { StarttlsProtocol } from '../../../src/model/index.ts';

/** What a server sends unasked, then what it sends for each thing that it hears. Written from the RFCs, by hand. */
export interface Script {
  readonly greeting: string;
  /** Latin-1: what must be heard, whole, and what is answered. */
  readonly answers: readonly (readonly [heard: RegExp, answer: string])[];
}

const hex = (text: string): string => Buffer.from(text.replaceAll(' ', ''), 'hex').toString('latin1');

/** `5.5.5-10.11.6-MariaDB`, thread 42, a challenge, and the flags given (lower half). */
export function mysqlHandshake(flags: number): string {
  const body = Buffer.concat([
    Buffer.from('0a', 'hex'),
    Buffer.from('5.5.5-10.11.6-MariaDB\0'),
    Buffer.from('2a000000', 'hex'),
    Buffer.from('abcdefgh\0'),
    Buffer.from([flags & 255, flags >> 8]),
    Buffer.from('2d0200ff8115', 'hex'),
    Buffer.alloc(10),
    Buffer.from('ijklmnopqrst\0mysql_native_password\0'),
  ]);
  return Buffer.concat([Buffer.from([body.length, 0, 0, 0]), body]).toString('latin1');
}

export const tdsAnswer = (encryption: number): string =>
  hex(
    `04 01 001a 0000 01 00  00 000b 0006 01 0011 0001 ff  0f000fa00000 ${encryption.toString(16).padStart(2, '0')}`,
  );

const xmppOpen = (side: string): RegExp =>
  new RegExp(
    `^<\\?xml version='1.0'\\?><stream:stream to='host\\.test' xmlns='jabber:${side}' xmlns:stream='http://etherx\\.jabber\\.org/streams' version='1.0'>$`,
  );
const xmppStart = /^<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'\/>$/;
export const xmppStream = (side: string, features: string): string =>
  `<?xml version='1.0'?><stream:stream from='host.test' id='x' version='1.0' xmlns='jabber:${side}' xmlns:stream='http://etherx.jabber.org/streams'><stream:features>${features}</stream:features>`;
const xmppRequired = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>";
const proceed = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";

const ldapRequest = hex(
  `30 1d 02 01 01 77 18 80 16 ${Buffer.from('1.3.6.1.4.1.1466.20037').toString('hex')}`,
);
/** Hears these bytes (Latin-1) and no other. */
export const exactly = (bytes: string): RegExp =>
  new RegExp(
    `^${[...bytes].map((char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')}$`,
    's',
  );

/** Servers that upgrade, and announce no log-in before it. */
export const scripts: Readonly<Record<StarttlsProtocol, Script>> = {
  smtp: {
    greeting: '220-mail.host.test ESMTP\r\n220 ready\r\n',
    answers: [
      [
        /^EHLO assay\.invalid\r\n$/,
        '250-mail.host.test\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 8BITMIME\r\n',
      ],
      [/^STARTTLS\r\n$/, '220 2.0.0 go ahead\r\n'],
    ],
  },
  lmtp: {
    greeting: '220 mail.host.test LMTP\r\n',
    answers: [
      [/^LHLO assay\.invalid\r\n$/, '250-mail.host.test\r\n250 STARTTLS\r\n'],
      [/^STARTTLS\r\n$/, '220 2.0.0 go ahead\r\n'],
    ],
  },
  imap: {
    greeting: '* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready\r\n',
    answers: [
      [/^a1 CAPABILITY\r\n$/, '* CAPABILITY IMAP4rev1 SASL-IR STARTTLS LOGINDISABLED\r\na1 OK done\r\n'],
      [/^a2 STARTTLS\r\n$/, 'a2 OK begin\r\n'],
    ],
  },
  pop3: {
    greeting: '+OK ready\r\n',
    answers: [
      [/^CAPA\r\n$/, '+OK\r\nTOP\r\nUIDL\r\nSTLS\r\nSASL\r\n.\r\n'],
      [/^STLS\r\n$/, '+OK begin\r\n'],
    ],
  },
  sieve: {
    greeting:
      '"IMPLEMENTATION" "x"\r\n"SIEVE" "fileinto"\r\n"SASL" ""\r\n"STARTTLS"\r\n"VERSION" "1.0"\r\nOK "ready"\r\n',
    answers: [[/^STARTTLS\r\n$/, 'OK "begin"\r\n']],
  },
  nntp: {
    greeting: '200 ready\r\n',
    answers: [
      [/^CAPABILITIES\r\n$/, '101 list\r\nVERSION 2\r\nREADER\r\nAUTHINFO\r\nSTARTTLS\r\n.\r\n'],
      [/^STARTTLS\r\n$/, '382 go on\r\n'],
    ],
  },
  ftp: {
    greeting: '220-Welcome\r\n 220 of nobody\r\nto all\r\n220 ready\r\n',
    answers: [[/^AUTH TLS\r\n$/, '234 go on\r\n']],
  },
  ldap: {
    greeting: '',
    answers: [[exactly(ldapRequest), hex('30 84 00 00 00 0c 02 01 01 78 84 00 00 00 03 0a 01 00')]],
  },
  xmpp: {
    greeting: '',
    answers: [
      [xmppOpen('client'), xmppStream('client', xmppRequired)],
      [xmppStart, proceed],
    ],
  },
  'xmpp-server': {
    greeting: '',
    answers: [
      [xmppOpen('server'), xmppStream('server', xmppRequired)],
      [xmppStart, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'></proceed>"],
    ],
  },
  irc: {
    greeting: ':irc.host.test NOTICE * :*** Looking up your hostname\r\n',
    answers: [
      [
        /^CAP LS 302\r\n$/,
        ':irc.host.test CAP * LS * :multi-prefix\r\n:irc.host.test CAP * LS :tls account-tag\r\n',
      ],
      [/^STARTTLS\r\n$/, ':irc.host.test 670 * :STARTTLS successful, proceed with TLS handshake\r\n'],
    ],
  },
  postgres: { greeting: '', answers: [[exactly(hex('00000008 04d2162f')), 'S']] },
  mysql: {
    greeting: mysqlHandshake(0xf7fe | 0x800),
    answers: [[exactly(hex(`20000001 008a0000 00000001 21 ${'00'.repeat(23)}`)), '']],
  },
  tds: {
    greeting: '',
    answers: [
      [exactly(hex('12 01 001a 0000 01 00 00 000b 0006 01 0011 0001 ff 000000000000 01')), tdsAnswer(1)],
    ],
  },
  rdp: {
    greeting: '',
    answers: [
      [
        exactly(hex('0300 0013 0e e0 0000 0000 00 01 00 0800 03000000')),
        hex('0300 0013 0e d0 0000 1234 00 02 1f 0800 01000000'),
      ],
    ],
  },
};
