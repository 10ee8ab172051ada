export { type Group, groups } from './registries/groups.ts';
export { signatureSchemes } from './registries/signature-schemes.ts';
export { ssl2CipherKinds } from './registries/ssl2-cipher-kinds.ts';

/** Protocol versions by name, oldest first; the number is the one on the wire. */
export const protocolVersions = {
  SSLv2: 0x0002,
  SSLv3: 0x0300,
  'TLSv1.0': 0x0301,
  'TLSv1.1': 0x0302,
  'TLSv1.2': 0x0303,
  'TLSv1.3': 0x0304,
} as const;
export type ProtocolVersion = keyof typeof protocolVersions;
/** Those that speak the record layer of SSLv3 and later. */
export type RecordVersion = Exclude<ProtocolVersion, 'SSLv2'>;

/** The version of a number on the wire; undefined for drafts and numbers that are none. */
export function protocolVersionOf(code: number): ProtocolVersion | undefined {
  return versionsByCode.get(code);
}

const versionsByCode: ReadonlyMap<number, ProtocolVersion> = new Map(
  (Object.keys(protocolVersions) as ProtocolVersion[]).map((name) => [protocolVersions[name], name]),
);

/** IANA "TLS Alerts". */
export const alerts: ReadonlyMap<number, string> = new Map([
  [0, 'close_notify'],
  [10, 'unexpected_message'],
  [20, 'bad_record_mac'],
  [21, 'decryption_failed'],
  [22, 'record_overflow'],
  [30, 'decompression_failure'],
  [40, 'handshake_failure'],
  [41, 'no_certificate'],
  [42, 'bad_certificate'],
  [43, 'unsupported_certificate'],
  [44, 'certificate_revoked'],
  [45, 'certificate_expired'],
  [46, 'certificate_unknown'],
  [47, 'illegal_parameter'],
  [48, 'unknown_ca'],
  [49, 'access_denied'],
  [50, 'decode_error'],
  [51, 'decrypt_error'],
  [52, 'too_many_cids_requested'],
  [60, 'export_restriction'],
  [70, 'protocol_version'],
  [71, 'insufficient_security'],
  [80, 'internal_error'],
  [86, 'inappropriate_fallback'],
  [90, 'user_canceled'],
  [100, 'no_renegotiation'],
  [109, 'missing_extension'],
  [110, 'unsupported_extension'],
  [111, 'certificate_unobtainable'],
  [112, 'unrecognized_name'],
  [113, 'bad_certificate_status_response'],
  [114, 'bad_certificate_hash_value'],
  [115, 'unknown_psk_identity'],
  [116, 'certificate_required'],
  [117, 'general_error'],
  [120, 'no_application_protocol'],
  [121, 'ech_required'],
]);

/** IANA "TLS ContentType". */
export const contentType = {
  changeCipherSpec: 20,
  alert: 21,
  handshake: 22,
  applicationData: 23,
  heartbeat: 24,
} as const;

/** IANA "TLS HandshakeType". */
export const handshakeType = {
  clientHello: 1,
  serverHello: 2,
  newSessionTicket: 4,
  encryptedExtensions: 8,
  certificate: 11,
  serverKeyExchange: 12,
  certificateRequest: 13,
  /** Ends the first flight of a server before TLS 1.3, with or without a certificate. */
  serverHelloDone: 14,
  certificateVerify: 15,
  clientKeyExchange: 16,
  finished: 20,
  certificateStatus: 22,
  keyUpdate: 24,
  /** Stands for the first ClientHello after a HelloRetryRequest (RFC 8446 §4.4.1). */
  messageHash: 254,
} as const;

/** IANA "TLS ExtensionType Values". */
export const extensionType = {
  serverName: 0,
  statusRequest: 5,
  supportedGroups: 10,
  ecPointFormats: 11,
  signatureAlgorithms: 13,
  heartbeat: 15,
  alpn: 16,
  signedCertificateTimestamp: 18,
  padding: 21,
  encryptThenMac: 22,
  extendedMasterSecret: 23,
  sessionTicket: 35,
  preSharedKey: 41,
  earlyData: 42,
  supportedVersions: 43,
  cookie: 44,
  pskKeyExchangeModes: 45,
  certificateAuthorities: 47,
  signatureAlgorithmsCert: 50,
  keyShare: 51,
  renegotiationInfo: 0xff01,
} as const;

const version13Suites = /^TLS_(AES|CHACHA20|AEGIS|SM4|SHA)|_MGM_[LS]$/;

/** Whether a suite, by its registered name, belongs to TLS 1.3 alone (RFC 8446 §B.4, RFC 8998, 9150, 9367). */
export function isVersion13Suite(name: string): boolean {
  return version13Suites.test(name);
}
