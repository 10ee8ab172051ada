import { Buffer } from 'node:buffer';
import type { Extension } from './client-hello.ts';
import { extensionType } from './registry.ts';

/** Of IANA "TLS ALPN Protocol IDs": those that a service behind TLS may insist on. */
const protocols = [
  ...[
    'h2',
    'http/1.1',
    'http/1.0',
    'postgresql',
    'imap',
    'pop3',
    'smtp',
    'managesieve',
    'ftp',
    'irc',
    'nntp',
  ],
  ...['xmpp-client', 'xmpp-server', 'mqtt', 'dot', 'coap', 'sip/2', 'tds/8.0', 'radius/1.1'],
];

/** The extension of RFC 7301 with all of them. */
export const alpn: Extension = { type: extensionType.alpn, body: encode() };

function encode(): Buffer {
  const names = Buffer.concat(protocols.map((name) => Buffer.from([name.length, ...Buffer.from(name)])));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(names.length);
  return Buffer.concat([length, names]);
}
