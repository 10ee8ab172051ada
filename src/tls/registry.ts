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
  return (Object.keys(protocolVersions) as ProtocolVersion[]).find((name) => protocolVersions[name] === code);
}

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
  signedCertificateTimestamp: 18,
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
} as const;

/** IANA "TLS Supported Groups", strongest first; DH groups (RFC 7919) and explicit curves last. */
export const groups = {
  X25519MLKEM768: 0x11ec,
  SecP256r1MLKEM768: 0x11eb,
  SecP384r1MLKEM1024: 0x11ed,
  MLKEM768: 0x0201,
  MLKEM1024: 0x0202,
  MLKEM512: 0x0200,
  x25519: 0x001d,
  secp256r1: 0x0017,
  x448: 0x001e,
  secp521r1: 0x0019,
  secp384r1: 0x0018,
  brainpoolP256r1tls13: 0x001f,
  brainpoolP384r1tls13: 0x0020,
  brainpoolP512r1tls13: 0x0021,
  brainpoolP256r1: 0x001a,
  brainpoolP384r1: 0x001b,
  brainpoolP512r1: 0x001c,
  GC256A: 0x0022,
  GC256B: 0x0023,
  GC256C: 0x0024,
  GC256D: 0x0025,
  GC512A: 0x0026,
  GC512B: 0x0027,
  GC512C: 0x0028,
  curveSM2: 0x0029,
  sect571r1: 0x000e,
  sect571k1: 0x000d,
  sect409r1: 0x000c,
  sect409k1: 0x000b,
  sect283r1: 0x000a,
  sect283k1: 0x0009,
  secp256k1: 0x0016,
  sect239k1: 0x0008,
  sect233r1: 0x0007,
  sect233k1: 0x0006,
  secp224r1: 0x0015,
  secp224k1: 0x0014,
  sect193r2: 0x0005,
  sect193r1: 0x0004,
  secp192r1: 0x0013,
  secp192k1: 0x0012,
  sect163r2: 0x0003,
  sect163r1: 0x0002,
  sect163k1: 0x0001,
  secp160r2: 0x0011,
  secp160r1: 0x0010,
  secp160k1: 0x000f,
  X25519Kyber768Draft00: 0x6399,
  SecP256r1Kyber768Draft00: 0x639a,
  ffdhe2048: 0x0100,
  ffdhe3072: 0x0101,
  ffdhe4096: 0x0102,
  ffdhe6144: 0x0103,
  ffdhe8192: 0x0104,
  arbitrary_explicit_prime_curves: 0xff01,
  arbitrary_explicit_char2_curves: 0xff02,
} as const;
export type Group = keyof typeof groups;

/** IANA "TLS SignatureScheme", and the pairs of TLS 1.2 (RFC 5246 §7.4.1.4.1) that have no name there. */
export const signatureSchemes = {
  ecdsa_secp256r1_sha256: 0x0403,
  ecdsa_secp384r1_sha384: 0x0503,
  ecdsa_secp521r1_sha512: 0x0603,
  ed25519: 0x0807,
  ed448: 0x0808,
  rsa_pss_rsae_sha256: 0x0804,
  rsa_pss_rsae_sha384: 0x0805,
  rsa_pss_rsae_sha512: 0x0806,
  rsa_pss_pss_sha256: 0x0809,
  rsa_pss_pss_sha384: 0x080a,
  rsa_pss_pss_sha512: 0x080b,
  rsa_pkcs1_sha256: 0x0401,
  rsa_pkcs1_sha384: 0x0501,
  rsa_pkcs1_sha512: 0x0601,
  mldsa44: 0x0904,
  mldsa65: 0x0905,
  mldsa87: 0x0906,
  ecdsa_brainpoolP256r1tls13_sha256: 0x081a,
  ecdsa_brainpoolP384r1tls13_sha384: 0x081b,
  ecdsa_brainpoolP512r1tls13_sha512: 0x081c,
  rsa_pkcs1_sha256_legacy: 0x0420,
  rsa_pkcs1_sha384_legacy: 0x0520,
  rsa_pkcs1_sha512_legacy: 0x0620,
  eccsi_sha256: 0x0704,
  iso_ibs1: 0x0705,
  iso_ibs2: 0x0706,
  iso_chinese_ibs: 0x0707,
  sm2sig_sm3: 0x0708,
  gostr34102012_256a: 0x0709,
  gostr34102012_256b: 0x070a,
  gostr34102012_256c: 0x070b,
  gostr34102012_256d: 0x070c,
  gostr34102012_512a: 0x070d,
  gostr34102012_512b: 0x070e,
  gostr34102012_512c: 0x070f,
  gostr34102012_256: 0x0840,
  gostr34102012_512: 0x0841,
  dsa_sha256: 0x0402,
  dsa_sha384: 0x0502,
  dsa_sha512: 0x0602,
  ecdsa_sha224: 0x0303,
  dsa_sha224: 0x0302,
  rsa_pkcs1_sha224: 0x0301,
  ecdsa_sha1: 0x0203,
  dsa_sha1: 0x0202,
  rsa_pkcs1_sha1: 0x0201,
  ecdsa_md5: 0x0103,
  dsa_md5: 0x0102,
  rsa_pkcs1_md5: 0x0101,
} as const;

/** Cipher kinds of SSLv2 (three bytes), with those that later implementations added. */
export const ssl2CipherKinds: ReadonlyMap<number, string> = new Map([
  [0x010080, 'SSL_CK_RC4_128_WITH_MD5'],
  [0x020080, 'SSL_CK_RC4_128_EXPORT40_WITH_MD5'],
  [0x030080, 'SSL_CK_RC2_128_CBC_WITH_MD5'],
  [0x040080, 'SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5'],
  [0x050080, 'SSL_CK_IDEA_128_CBC_WITH_MD5'],
  [0x060040, 'SSL_CK_DES_64_CBC_WITH_MD5'],
  [0x060140, 'SSL_CK_DES_64_CBC_WITH_SHA'],
  [0x0700c0, 'SSL_CK_DES_192_EDE3_CBC_WITH_MD5'],
  [0x0701c0, 'SSL_CK_DES_192_EDE3_CBC_WITH_SHA'],
  [0x080080, 'SSL_CK_RC4_64_WITH_MD5'],
  [0x000000, 'SSL_CK_NULL_WITH_MD5'],
  [0xff0800, 'SSL_CK_DES_64_CFB64_WITH_MD5_1'],
  [0xff0810, 'SSL_CK_NULL'],
]);

const version13Suites = /^TLS_(AES|CHACHA20|AEGIS|SM4|SHA)|_MGM_[LS]$/;

/** Whether a suite, by its registered name, belongs to TLS 1.3 alone (RFC 8446 §B.4, RFC 8998, 9150, 9367). */
export function isVersion13Suite(name: string): boolean {
  return version13Suites.test(name);
}
