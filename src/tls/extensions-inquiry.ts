import { Buffer } from 'node:buffer';
import type { Completeness } from '../model/index.ts';
import { suiteName } from './cipher-suites.ts';
import type { Extension } from './client-hello.ts';
import { askOne, isAccepted } from './elimination.ts';
import { type Enumeration, probeEnumeration } from './enumeration.ts';
import type { Probing } from './exchange.ts';
import type { Extensions } from './facts/extensions.ts';
import type { Versions } from './facts/versions.ts';
import { helloDialogue, type Look } from './look.ts';
import { draftHello, type HelloOptions } from './offers.ts';
import { extensionType } from './registry.ts';
import type { VersionSuites } from './suite-probing.ts';
import { suiteProperties } from './suite-properties.ts';

export interface ExtensionsSeen {
  readonly enumeration: Enumeration;
  readonly alpn: Look | undefined;
}

/** Protocols of "TLS ALPN Protocol IDs" that a service behind TLS may insist on. */
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
  ...['xmpp-client', 'xmpp-server', 'mqtt', 'dot', 'coap', 'sip/2', 'tds/8.0', 'radius/1.1', 'acme-tls/1'],
];

/** Takes what the enumeration showed, and asks with one more hello which protocol the server chooses. */
export function* probeExtensions(versions: Versions, options: HelloOptions): Probing<ExtensionsSeen> {
  const enumeration = yield* probeEnumeration(versions, options);
  const highest = enumeration.clear.find(({ version, found }) => version !== 'SSLv3' && found.length > 0);
  if (highest === undefined) return { enumeration, alpn: undefined };
  const { version, found } = highest;
  const label = `${version} with ALPN`;
  const suites = found.map(({ item }) => item);
  const offer = draftHello(version, options, { label }, { suites, further: [alpn()] });
  return { enumeration, alpn: yield* askOne(helloDialogue(version, label, offer)) };
}

/** RFC 7301 §3.1. */
function alpn(): Extension {
  const names = Buffer.concat(protocols.map((name) => Buffer.from([name.length, ...Buffer.from(name)])));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(names.length);
  return { type: extensionType.alpn, body: Buffer.concat([length, names]) };
}

/** The fact `tls.extensions`. */
export function extensionsValue({ enumeration, alpn: look }: ExtensionsSeen): Extensions {
  const chosen = look === undefined ? undefined : protocolOf(look);
  return {
    versions: enumeration.clear.flatMap(seenIn),
    ...(chosen === undefined ? {} : { alpn: chosen }),
  };
}

function protocolOf(look: Look): string | undefined {
  if (look.answer.kind === 'none' && look.answer.why.includes('no_application_protocol')) return '(none)';
  if (!isAccepted(look)) return undefined;
  const body = look.hello?.extensions.get(extensionType.alpn);
  return body === undefined ? '(none)' : Buffer.from(body.subarray(3, 3 + 255)).toString('latin1');
}

type VersionExtensions = Extensions['versions'][number];

function seenIn({ version, found }: VersionSuites): VersionExtensions[] {
  const looks = found.map(({ look }) => look);
  if (looks.length === 0) return [];
  const cbc = found
    .filter(({ item }) => suiteProperties(suiteName(item)).mode === 'CBC')
    .map(({ look }) => look);
  return [
    {
      version,
      secureRenegotiation: all(looks, extensionType.renegotiationInfo),
      extendedMasterSecret: all(looks, extensionType.extendedMasterSecret),
      ...(cbc.length === 0 ? {} : { encryptThenMac: all(cbc, extensionType.encryptThenMac) }),
      ...(version === 'SSLv3' ? {} : offeredInFull(looks)),
    },
  ];
}

type OfferedInFull = Pick<
  VersionExtensions,
  'heartbeat' | 'sessionTicket' | 'ocspStapling' | 'certificateTimestamps'
>;

/** These are not in the hellos of 255 bytes. */
function offeredInFull(looks: readonly Look[]): OfferedInFull {
  const full = looks.filter(({ offer }) => offer.bytes.length > 255);
  if (full.length === 0) return {};
  return {
    heartbeat: some(full, extensionType.heartbeat),
    sessionTicket: some(full, extensionType.sessionTicket),
    ocspStapling: some(full, extensionType.statusRequest),
    certificateTimestamps: some(full, extensionType.signedCertificateTimestamp),
  };
}

function all(looks: readonly Look[], type: number): boolean {
  return looks.every(({ hello }) => hello?.extensions.has(type));
}

function some(looks: readonly Look[], type: number): boolean {
  return looks.some(({ hello }) => hello?.extensions.has(type));
}

/** Versions that may be accepted, of which nothing is known. */
export function missingVersions({ clear, unknown }: Enumeration): Completeness['missing'] {
  return [
    ...unknown.filter(({ version }) => version !== 'TLSv1.3' && version !== 'SSLv2'),
    ...clear
      .filter(({ found }) => found.length === 0)
      .map(({ version, missing = '' }) => ({ version, why: missing })),
  ].map(({ version, why }) => ({ what: version, why }));
}
