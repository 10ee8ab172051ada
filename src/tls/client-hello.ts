import { Buffer } from 'node:buffer';
import {
  contentType,
  extensionType,
  handshakeType,
  protocolVersions,
  type RecordVersion,
} from './registry.ts';
import { handshakeMessage, plainRecord, uint, uint16List, vector } from './writer.ts';

/** A public key for one group, as `key_share` carries it (RFC 8446 §4.2.8). */
export interface KeyShare {
  readonly group: number;
  readonly key: Uint8Array;
}

/** What a ClientHello offers. One version only: the hello asks one question. */
export interface ClientHello {
  readonly version: RecordVersion;
  /** 32 bytes. */
  readonly random: Uint8Array;
  /** At most 32 bytes; TLS 1.3 wants 32 for middleboxes (RFC 8446 §D.4). */
  readonly sessionId: Uint8Array;
  readonly suites: readonly number[];
  readonly groups: readonly number[];
  readonly signatureSchemes: readonly number[];
  /** For server_name; undefined for an address literal. Not carried by SSLv3. */
  readonly serverName: string | undefined;
  /** TLS 1.3 only. None makes a server that speaks TLS 1.3 answer HelloRetryRequest. */
  readonly keyShares: readonly KeyShare[];
  /** Other extensions; not carried by SSLv3. */
  readonly further?: readonly Extension[];
  /** The body of pre_shared_key, which must come last (RFC 8446 §4.2.11). */
  readonly preSharedKey?: Uint8Array;
  /** Signals in a suite's place (RFC 7507), after the suites. */
  readonly signals?: readonly number[];
  /** Compression methods; absent: none but null. */
  readonly compressions?: readonly number[];
  /** Another number in the place of the version, which before TLS 1.3 says what the client can do at most. */
  readonly clientVersion?: number;
  /** Other numbers in supported_versions, before the version; TLS 1.3 only. */
  readonly furtherVersions?: readonly number[];
}

export interface Extension {
  readonly type: number;
  readonly body: Uint8Array;
}

/** RFC 5746 §3.3: says in a suite's place that secure renegotiation is known; works in SSLv3 too. */
const renegotiationSignal = 0x00ff;

/** Encodes the hello as one handshake message in one record. */
export function encodeClientHello(hello: ClientHello): Buffer {
  const legacyVersion = Math.min(protocolVersions[hello.version], protocolVersions['TLSv1.2']);
  const signals = [...(hello.version === 'TLSv1.3' ? [] : [renegotiationSignal]), ...(hello.signals ?? [])];
  const body = Buffer.concat([
    uint(2, hello.clientVersion ?? legacyVersion),
    hello.random,
    vector(1, hello.sessionId),
    vector(2, uint16List([...hello.suites, ...signals])),
    vector(1, Buffer.from(hello.compressions ?? [0])),
    hello.version === 'SSLv3' ? Buffer.alloc(0) : vector(2, encodeExtensions(hello)),
  ]);
  const message = handshakeMessage(handshakeType.clientHello, body);
  // Intolerant servers want the record to say 1.0 whatever the hello says (RFC 8446 §5.1).
  const recordVersion = Math.min(legacyVersion, protocolVersions['TLSv1.0']);
  return plainRecord(contentType.handshake, recordVersion, message);
}

function encodeExtensions(hello: ClientHello): Buffer {
  const name = hello.serverName === undefined ? [] : [encodeServerName(hello.serverName)];
  return Buffer.concat([
    ...name,
    encodeExtension(extensionType.extendedMasterSecret, Buffer.alloc(0)),
    encodeExtension(extensionType.encryptThenMac, Buffer.alloc(0)),
    encodeExtension(extensionType.ecPointFormats, vector(1, Buffer.from([0, 1, 2]))),
    ...versionExtensions(hello),
    ...(hello.further ?? []).map(({ type, body }) => encodeExtension(type, body)),
    // Last, as some servers fail on a hello whose last extension is empty.
    encodeExtension(extensionType.supportedGroups, vector(2, uint16List(hello.groups))),
    ...(hello.preSharedKey === undefined
      ? []
      : [encodeExtension(extensionType.preSharedKey, hello.preSharedKey)]),
  ]);
}

function versionExtensions(hello: ClientHello): Buffer[] {
  const schemes = vector(2, uint16List(hello.signatureSchemes));
  const signatures = encodeExtension(extensionType.signatureAlgorithms, schemes);
  if (hello.version === 'TLSv1.2') return [signatures];
  if (hello.version !== 'TLSv1.3') return [];
  const versions = [...(hello.furtherVersions ?? []), protocolVersions['TLSv1.3']];
  const shares = hello.keyShares.map(({ group, key }) => Buffer.concat([uint(2, group), vector(2, key)]));
  return [
    signatures,
    encodeExtension(extensionType.supportedVersions, vector(1, uint16List(versions))),
    encodeExtension(extensionType.pskKeyExchangeModes, vector(1, Buffer.from([1]))),
    encodeExtension(extensionType.keyShare, vector(2, Buffer.concat(shares))),
  ];
}

/** RFC 6066 §3: a list of one host name. */
function encodeServerName(name: string): Buffer {
  const hostName = Buffer.concat([uint(1, 0), vector(2, Buffer.from(name, 'latin1'))]);
  return encodeExtension(extensionType.serverName, vector(2, hostName));
}

function encodeExtension(type: number, body: Uint8Array): Buffer {
  return Buffer.concat([uint(2, type), vector(2, body)]);
}
