import { describe, expect, test } from 'vitest';
import { type StarttlsProtocol, starttlsProtocols } from '../../../src/model/index.ts';
import type { Upgrade } from '../../../src/tls/upgrade/outcome.ts';
import { at, ending, everyByte, greeting, playUpgrade } from './play.ts';
import { mysqlHandshake, type Script, scripts, tdsAnswer, xmppStream } from './scripts.ts';

const tlsBytes = '\x16\x03\x03';

function resultOf(protocol: StarttlsProtocol, script: Script): Upgrade | string {
  const { standing } = playUpgrade(protocol, script);
  return standing.kind === 'done' ? standing.result : standing.kind;
}

describe.each(starttlsProtocols)('%s', (protocol) => {
  const script = scripts[protocol];

  test('upgrades, having said exactly what the script expects', () => {
    const { standing, astray } = playUpgrade(protocol, script);
    expect(astray).toEqual([]);
    expect(standing).toMatchObject({ kind: 'done', result: { kind: 'upgraded' } });
  });

  test('however its bytes are cut', () => {
    const { standing } = playUpgrade(protocol, script);
    expect(playUpgrade(protocol, script, everyByte)).toMatchObject({ standing, astray: [] });
    const longest = Math.max(script.greeting.length, ...script.answers.map(([, answer]) => answer.length));
    for (let place = 1; place < longest; place++)
      expect(playUpgrade(protocol, script, at(place))).toMatchObject({ standing, astray: [] });
  });

  test('leaves what comes after for TLS', () => {
    const last = script.answers.at(-1)?.[1] ?? '';
    const { standing, conversation } = playUpgrade(protocol, ending(script, `${last}${tlsBytes}`));
    expect(standing).toMatchObject({ kind: 'done', result: { kind: 'upgraded' } });
    expect(Buffer.from(conversation.rest).toString('latin1')).toBe(tlsBytes);
  });

  test('is not mistaken for a server that speaks TLS, HTTP or zeros', () => {
    const foreign = [
      '\x15\x03\x01\x00\x02\x02\x0a',
      '\0\0\0\0\0\0\0\0\0\0\0\0',
      'HTTP/1.1 400 Bad Request\r\n\r\n',
    ];
    for (const text of foreign) {
      const asGreeting = playUpgrade(protocol, greeting(text));
      expect(asGreeting.standing, JSON.stringify(text)).toMatchObject({ kind: 'foreign' });
      const { standing } = playUpgrade(protocol, {
        ...script,
        answers: script.answers.map(([heard]) => [heard, text]),
      });
      const hasAnswers = script.answers.some(([, answer]) => answer !== '');
      if (hasAnswers) expect(standing, JSON.stringify(text)).toMatchObject({ kind: 'foreign' });
    }
  });

  test('does not wait through 10 MB of anything', () => {
    for (const filler of [
      'a',
      '<',
      '\r\n',
      '220-x\r\n',
      '* x\r\n',
      '"x"\r\n',
      ':x NOTICE x\r\n',
      '+OK\r\n',
      '\x30',
    ]) {
      const { standing, conversation } = playUpgrade(
        protocol,
        greeting(filler.repeat(10_000_000 / filler.length)),
      );
      expect(standing.kind, JSON.stringify(filler)).not.toBe('talking');
      expect(conversation.exchanged.length).toBeLessThan(300);
    }
  });
});

/** What each server says that does not upgrade, in its own code. */
const refusals: readonly (readonly [StarttlsProtocol, string, string])[] = [
  ['smtp', '454 4.7.0 TLS not available\r\n', '454'],
  ['smtp', '502 5.5.1 not implemented\r\n', '502'],
  ['lmtp', '500 what\r\n', '500'],
  ['imap', 'a2 BAD no such command\r\n', 'BAD'],
  ['imap', 'a2 NO not now\r\n', 'NO'],
  ['pop3', '-ERR unknown\r\n', '-ERR'],
  ['sieve', 'NO "no"\r\n', 'NO'],
  ['nntp', '580 cannot\r\n', '580'],
  ['ftp', '530 log in first\r\n', '530'],
  ['ftp', '431 no certificate\r\n', '431'],
  ['ldap', '\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x02\x04\x00\x04\x00', '2'],
  ['xmpp', "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>", 'failure'],
  ['irc', ':irc.host.test 691 * :STARTTLS failed\r\n', '691'],
  ['irc', ':irc.host.test 421 * STARTTLS :Unknown command\r\n', '421'],
  ['postgres', 'N', 'N'],
  ['tds', tdsAnswer(2), 'ENCRYPT_NOT_SUP'],
  ['rdp', '\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x03\0\x08\0\x02\0\0\0', 'failure 2'],
  ['rdp', '\x03\0\0\x0b\x06\xd0\0\0\x12\x34\0', 'no negotiation'],
];

test.each(refusals)('%s refuses with %j: %s', (protocol, answer, code) => {
  expect(resultOf(protocol, ending(scripts[protocol], answer))).toMatchObject({ kind: 'refused', code });
});

/** A server that serves nobody says nothing of TLS. */
const closures: readonly (readonly [StarttlsProtocol, Script, string])[] = [
  ['smtp', greeting('421 too many connections\r\n'), '421'],
  ['smtp', greeting('554 no service\r\n'), '554'],
  ['smtp', ending(scripts.smtp, '421 going down\r\n'), '421'],
  ['imap', greeting('* BYE too many connections\r\n'), 'BYE'],
  ['imap', ending(scripts.imap, '* BYE going down\r\n'), 'BYE'],
  ['pop3', greeting('-ERR too many connections\r\n'), '-ERR'],
  ['sieve', greeting('BYE "no"\r\n'), 'BYE'],
  ['nntp', greeting('502 no permission\r\n'), '502'],
  ['ftp', greeting('421 too many users\r\n'), '421'],
  ['ldap', ending(scripts.ldap, '\x30\x0c\x02\x01\x00\x78\x07\x0a\x01\x34\x04\x00\x04\x00'), '52'],
  ['irc', greeting('ERROR :Closing Link: throttled\r\n'), 'ERROR'],
  ['postgres', ending(scripts.postgres, 'EFATAL'), 'E'],
  ['mysql', greeting('\x17\0\0\0\xff\x6a\x04Host is not allowed.'), '1130'],
  [
    'xmpp',
    {
      ...scripts.xmpp,
      answers: [
        [
          scripts.xmpp.answers[0]?.[0] ?? /x/,
          "<stream:stream><stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>",
        ],
      ],
    },
    'host-unknown',
  ],
];

test.each(closures)('%s is unavailable: %j', (protocol, script, code) => {
  expect(resultOf(protocol, script)).toMatchObject({ kind: 'unavailable', code });
});

test('MySQL without CLIENT_SSL is not asked', () => {
  const { standing, astray } = playUpgrade('mysql', greeting(mysqlHandshake(0xf7fe & ~0x800)));
  expect(standing).toMatchObject({ kind: 'done', result: { kind: 'refused', code: 'no CLIENT_SSL' } });
  expect(astray).toEqual([]);
});

describe('what is announced before the upgrade', () => {
  const first = (protocol: StarttlsProtocol, answer: string): Script => ({
    ...scripts[protocol],
    answers: scripts[protocol].answers.map((each, index) => (index === 0 ? [each[0], answer] : each)),
  });
  const announced: readonly (readonly [string, StarttlsProtocol, Script, Upgrade['announced']])[] = [
    ['nothing but the upgrade', 'smtp', scripts.smtp, { upgrade: true, logins: [] }],
    [
      'both ways of writing AUTH',
      'smtp',
      first('smtp', '250-x\r\n250-auth plain Login\r\n250-AUTH=LOGIN XOAUTH2\r\n250 starttls\r\n'),
      { upgrade: true, logins: ['LOGIN', 'PLAIN', 'XOAUTH2'] },
    ],
    [
      'no upgrade',
      'smtp',
      first('smtp', '250-STARTTLS\r\n250 AUTHENTIC\r\n'),
      { upgrade: false, logins: [] },
    ],
    [
      'a name that is none',
      'lmtp',
      first('lmtp', '250-x\r\n250 AUTH \xff\xfe\r\n'),
      { upgrade: false, logins: ['OTHER'] },
    ],
    ['EHLO that is not known', 'smtp', first('smtp', '502 what\r\n'), {}],
    [
      'LOGIN, unless it is disabled',
      'imap',
      first('imap', '* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN\r\na1 OK done\r\n'),
      { upgrade: true, logins: ['LOGIN', 'PLAIN'] },
    ],
    [
      'mechanisms beside LOGINDISABLED',
      'imap',
      first('imap', '* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=CRAM-MD5\r\na1 OK done\r\n'),
      { upgrade: false, logins: ['CRAM-MD5'] },
    ],
    ['capabilities refused', 'imap', first('imap', 'a1 BAD what\r\n'), {}],
    [
      'USER, SASL and APOP',
      'pop3',
      { ...first('pop3', '+OK\r\nUSER\r\nSASL PLAIN\r\n.\r\n'), greeting: '+OK <17.42@host.test>\r\n' },
      { upgrade: false, logins: ['APOP', 'PLAIN', 'USER'] },
    ],
    ['no CAPA', 'pop3', first('pop3', '-ERR what\r\n'), {}],
    [
      'SASL of sieve',
      'sieve',
      { ...scripts.sieve, greeting: '"SASL" "PLAIN LOGIN"\r\n"STARTTLS"\r\nOK\r\n' },
      { upgrade: true, logins: ['LOGIN', 'PLAIN'] },
    ],
    [
      'AUTHINFO',
      'nntp',
      first('nntp', '101 list\r\nAUTHINFO USER SASL\r\nSASL PLAIN\r\n.\r\n'),
      { upgrade: false, logins: ['PLAIN', 'USER'] },
    ],
    [
      'mechanisms of XMPP',
      'xmpp',
      first('xmpp', xmppStream('client', '<starttls/><mechanisms><mechanism>PLAIN</mechanism></mechanisms>')),
      { upgrade: true, logins: ['PLAIN'] },
    ],
    [
      'sasl of IRC',
      'irc',
      first('irc', ':h CAP * LS :tls sasl=PLAIN,EXTERNAL\r\n'),
      { upgrade: true, logins: ['EXTERNAL', 'PLAIN'] },
    ],
    ['LDAP announces nothing', 'ldap', scripts.ldap, {}],
  ];

  test.each(announced)('%s (%s)', (_, protocol, script, expected) => {
    const result = resultOf(protocol, script);
    expect(typeof result === 'string' ? result : result.announced).toEqual(expected);
  });

  test('who is logged in from the start can upgrade no more', () => {
    expect(resultOf('imap', greeting('* PREAUTH welcome\r\n'))).toEqual({
      kind: 'refused',
      code: 'PREAUTH',
      announced: { upgrade: false, logins: ['PREAUTH'] },
    });
  });

  test('XMPP without the feature is not asked', () => {
    const [open] = scripts.xmpp.answers;
    const script: Script = {
      greeting: '',
      answers: [[open?.[0] ?? /x/, xmppStream('client', '<mechanisms/>')]],
    };
    const { standing, astray } = playUpgrade('xmpp', script);
    expect(standing).toMatchObject({ kind: 'done', result: { kind: 'refused', code: 'not announced' } });
    expect(astray).toEqual([]);
  });
});

test('of free text only the beginning is kept, of what is announced all', () => {
  const script: Script = {
    greeting: `220 ${'secret '.repeat(500)}\r\n`,
    answers: [
      [/^EHLO/, `250-x\r\n250-${'X'.repeat(500)}\r\n250 STARTTLS\r\n`],
      [/^STARTTLS/, `454 ${'secret '.repeat(500)}\r\n`],
    ],
  };
  const { exchanged } = playUpgrade('smtp', script).conversation;
  expect(exchanged.map(({ received }) => received.length)).toEqual([160, 7, 506, 14, 160]);
});
