import { Conversation } from '../../../dist/tls/upgrade/conversation.js';
import { framingOf } from '../../../dist/tls/upgrade/framing.js';
import { connectByHttp } from '../../../dist/tls/upgrade/http-connect.js';
import { connectBySocks5 } from '../../../dist/tls/upgrade/socks5.js';
import { upgradeOf } from '../../../dist/tls/upgrade/upgrade.js';
import { joined } from '../bytes.js';
import { foundInputs } from '../corpus.js';
import { holds, same } from '../executor.js';
import { cut } from './records.js';

const latin1 = (text) => Uint8Array.from(Buffer.from(text, 'latin1'));
const hex = (text) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const destination = { address: '192.0.2.1', port: 443 };
const login = { user: 'user', password: 'secret' };

/** Protocols, and what a server of each says from beginning to end. */
const spoken = [
  [
    'smtp',
    latin1(
      '220-a\r\n220 b ESMTP\r\n250-a\r\n250-AUTH PLAIN LOGIN\r\n250-STARTTLS\r\n250 8BITMIME\r\n220 go\r\n',
    ),
  ],
  ['lmtp', latin1('220 a LMTP\r\n250-a\r\n250 STARTTLS\r\n454 not now\r\n')],
  [
    'imap',
    latin1(
      '* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] a\r\n* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN\r\na OK done\r\na OK go\r\n',
    ),
  ],
  ['pop3', latin1('+OK a <1.2@b>\r\n+OK\r\nUSER\r\nSASL PLAIN\r\nSTLS\r\n.\r\n+OK go\r\n')],
  ['sieve', latin1('"IMPLEMENTATION" "a"\r\n"SASL" "PLAIN"\r\n"STARTTLS"\r\nOK {3}\r\nyes\r\nOK "go"\r\n')],
  ['nntp', latin1('200 a\r\n101 list\r\nVERSION 2\r\nSTARTTLS\r\nAUTHINFO USER\r\n.\r\n382 go\r\n')],
  ['ftp', latin1('220-a\r\n b\r\n220 c\r\n211-Features\r\n AUTH TLS\r\n PBSZ\r\n211 End\r\n234 go\r\n')],
  ['ldap', hex('300c 02 01 01 78 07 0a 01 00 04 00 04 00')],
  [
    'xmpp',
    latin1(
      "<?xml version='1.0'?><stream:stream id='1' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'><stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></stream:features><proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
    ),
  ],
  [
    'xmpp-server',
    latin1(
      "<stream:stream xmlns:stream='http://etherx.jabber.org/streams'><stream:features/><failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
    ),
  ],
  ['irc', latin1(':a CAP * LS * :multi-prefix sasl=PLAIN\r\n:a CAP * LS :tls\r\n:a 670 * :go\r\n')],
  ['postgres', latin1('S')],
  [
    'mysql',
    hex(
      '4a000000 0a 352e352e3500 2a000000 6162636465666768 00 fff7 2d 0200 ff81 15 00000000000000000000 696a6b6c6d6e6f7071727374 00 6d7973716c5f6e61746976655f70617373776f726400',
    ),
  ],
  ['tds', hex('0401 001a 0000 0100 00 000b 0006 01 0011 0001 ff 0f000fa00000 01')],
  ['rdp', hex('0300 0013 0e d0 0000 1234 00 02 01 0800 01000000')],
];

const proxies = [
  [() => connectByHttp(destination, login), latin1('HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n')],
  [() => connectBySocks5(destination, login), hex('0502 0100 05000001 c0000201 01bb')],
  [() => connectBySocks5(destination, undefined), hex('0500 05000003 0161 01bb')],
];
const ways = [
  ...spoken.map(([protocol, bytes]) => [() => upgradeOf(protocol, 'host.test'), bytes]),
  ...proxies,
];

/** All that a server says before TLS; the first octet chooses the protocol. */
export const upgrade = {
  name: 'starttls',
  about: 'what a server, or a proxy, says before TLS, in every protocol',
  form: 'text',
  share: 12,
  limitBytes: 20 * 1024,
  errors: /^$/,
  files: [
    'conversation',
    'dotted-lines',
    'ftp',
    'http-connect',
    'imap',
    'irc',
    'ldap',
    'line',
    'mysql',
    'nntp',
    'numeric-reply',
    'outcome',
    'pop3',
    'postgres',
    'rdp',
    'sieve',
    'smtp',
    'socks5',
    'tds',
    'xmpp',
  ].map((file) => `tls/upgrade/${file}`),
  seeds: () => [...ways.map(([, bytes], index) => joined([index], bytes)), ...foundInputs('starttls')],
  run(bytes) {
    const [begin] = ways[(bytes[0] ?? 0) % ways.length];
    const said = bytes.subarray(1);
    const whole = told(begin, [said]);
    same(told(begin, cut(said)), whole, 'packets change nothing');
    holds(whole.exchanged <= 257, 'messages are bounded');
    return whole.standing.kind === 'done' ? whole.standing.result.kind : whole.standing.kind;
  },
};

function told(begin, chunks) {
  const conversation = new Conversation(begin());
  let sent = Buffer.from(conversation.takeSaid());
  for (const chunk of chunks) {
    conversation.push(chunk);
    sent = Buffer.concat([sent, conversation.takeSaid()]);
  }
  const { standing, exchanged } = conversation;
  // Of two limits that are both passed, packets decide which is noticed.
  const how = standing.kind === 'foreign' ? { kind: 'foreign' } : standing;
  const rest = standing.kind === 'done' ? Buffer.from(conversation.rest).toString('hex') : '';
  return {
    standing: how,
    exchanged: how.kind === 'foreign' ? 0 : exchanged.length,
    sent: sent.toString('latin1'),
    rest,
  };
}

/** TLS in the packets of TDS. */
export const tdsFraming = {
  name: 'tds-framing',
  about: 'TLS that travels in packets of TDS',
  form: 'bytes',
  share: 3,
  limitBytes: 16 * 1024,
  errors: /^ERR_/,
  files: ['tls/upgrade/tds-framing'],
  seeds: () => [
    hex('1201 000d 0000 0100 1603030000'),
    hex('1200 000a 0000 0100 1603 1201 000b 0000 0200 030000'),
    hex('15030300020228'),
    ...foundInputs('tds-framing'),
  ],
  run(bytes) {
    const unwrapped = (chunks) => {
      const framing = framingOf('tds');
      return Buffer.concat(chunks.map((chunk) => Buffer.from(framing.unwrap(chunk)))).toString('hex');
    };
    const whole = unwrapped([bytes]);
    same(unwrapped(cut(bytes)), whole, 'packets change nothing');
    holds(whole.length / 2 <= bytes.length, 'no more comes out than went in');
  },
};
