/** What a form is looked for in. */
type In =
  /** The value, and what it decodes to where that is printable. */
  | 'anywhere'
  /** The value as a whole. */
  | 'whole'
  /** The bytes of the value, in hex: of binary columns, and of text that is hex or Base64. */
  | 'bytes'
  /** The same, where there are as many as a digest has, and they are no text. */
  | 'digest';

interface Form {
  readonly form: string;
  readonly in: In;
  /** A regular expression that JavaScript and PostgreSQL read alike. */
  readonly pattern: string;
}

const magneticStripe = [
  // Track 1, format B, and track 2 (ISO/IEC 7813): number, name, expiry, service code.
  '%?B[0-9]{12,19}\\^[^^]{2,26}\\^[0-9]{2}(0[1-9]|1[0-2])[0-9]{3}',
  '(?<![0-9A-Za-z])[0-9]{12,19}[=D][0-9]{2}(0[1-9]|1[0-2])[0-9]{3}',
];

/** How ciphertext begins that says that it is ciphertext; the OpenPGP ones are RFC 9580 §4.2, §5.1 and §5.3. */
const envelopes = [
  'c3[0-9a-b][0-9a-f]0[4-6]0[1-9a-d]',
  'c1([0-9a-b][0-9a-f]|[cd][0-9a-f]{3})0[36]',
  '84[0-9a-f]{2}0[36]',
  '85[0-9a-f]{4}0[36]',
  '8c[0-9a-f]{2}0[4-6]',
  '8d[0-9a-f]{4}0[4-6]',
  // CMS EnvelopedData and AuthEnvelopedData (RFC 5652 §6, RFC 5083), `openssl enc`.
  '30(80|[0-7][0-9a-f]|81[0-9a-f]{2}|82[0-9a-f]{4}|83[0-9a-f]{6}|84[0-9a-f]{8})06(092a864886f70d010703|0b2a864886f70d0109100117)',
  '53616c7465645f5f',
];

/** The same of text: OpenPGP and CMS in ASCII, age, Vault's transit engine, Fernet, JWE in its compact form. */
const armours = [
  '-----BEGIN (PGP MESSAGE|CMS|PKCS7|ENCRYPTED PRIVATE KEY|AGE ENCRYPTED FILE)-----',
  'age-encryption[.]org/v1',
  'vault:v[0-9]{1,9}:[A-Za-z0-9+/]{16,}',
  'gAAAAA[A-Za-z0-9_-]{60,}',
  'ey[A-Za-z0-9_-]{10,}([.][A-Za-z0-9_-]*){4}$',
];

const mask = '[*xX#.]';
/** Digits, of which one stretch at least is masked. */
const masked = `(?=[0-9*xX#. -]+$)(?=.*${mask})(?=.*[0-9])`;

/** Hex digits of MD5, SHA-1 and SHA-2. */
export const digestLengths = [32, 40, 56, 64, 96, 128];

/** What values are counted by, beside digits, Luhn and brands. */
export const forms = [
  { form: 'track', in: 'anywhere', pattern: `(${magneticStripe.join('|')})` },
  { form: 'three-or-four-digits', in: 'whole', pattern: '^[0-9]{3,4}$' },
  { form: 'pin', in: 'whole', pattern: '^[0-9]{4,12}$' },
  { form: 'pin-block', in: 'bytes', pattern: '^[0-9a-f]{16}$' },
  {
    form: 'ssn',
    in: 'anywhere',
    pattern: '(?<![0-9A-Za-z-])(?!000|666|9)[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}(?![0-9A-Za-z-])',
  },
  { form: 'nine-digits', in: 'whole', pattern: '^(?!000|666|9)[0-9]{9}$' },
  {
    form: 'email',
    in: 'anywhere',
    pattern: '[A-Za-z0-9_%+-]@([A-Za-z0-9-]+[.])+[A-Za-z]{2,}',
  },
  { form: 'phone', in: 'whole', pattern: '^[+]?[0-9(][0-9 ()./-]{5,18}[0-9]$' },
  { form: 'date', in: 'whole', pattern: '^(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])' },
  { form: 'words', in: 'anywhere', pattern: '[A-Za-z]{2,} [A-Za-z]{2,}' },
  { form: 'masked', in: 'whole', pattern: `^${masked}` },
  {
    form: 'masked-beyond',
    in: 'whole',
    // Beside the last four, of sixteen and more the first eight may stay, of fewer the first six.
    pattern: `^${masked}(([0-9][ -]?){9,}${mask}.*|.*${mask}[ -]*([0-9][ -]*){5,}|(?=([ -]*[0-9*xX#.]){1,15}[ -]*$)([0-9][ -]?){7,}${mask}.*)$`,
  },
  { form: 'last-four', in: 'whole', pattern: '^[0-9]{1,4}$' },
  { form: 'digest', in: 'digest', pattern: '^' },
  {
    form: 'password-hash',
    in: 'whole',
    pattern: '^[$](2[abxy]|argon2(id|i|d)|scrypt|pbkdf2[a-z0-9-]*|y|gy|7|5|6|1)[$]',
  },
  {
    form: 'uuid',
    in: 'whole',
    pattern: '^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$',
  },
  { form: 'private-key', in: 'anywhere', pattern: '-----BEGIN ([A-Z]+ )?PRIVATE KEY-----' },
  {
    form: 'signed-token',
    in: 'whole',
    pattern: '^ey[A-Za-z0-9_-]{10,}[.]ey[A-Za-z0-9_-]{2,}[.][A-Za-z0-9_-]*$',
  },
  { form: 'envelope-bytes', in: 'bytes', pattern: `^(${envelopes.join('|')})` },
  { form: 'envelope-text', in: 'whole', pattern: `^(${armours.join('|')})` },
  { form: 'printable', in: 'bytes', pattern: '^(0[9ad]|[2-6][0-9a-f]|7[0-9a-e])+$' },
  { form: 'bytes', in: 'bytes', pattern: '^' },
] as const satisfies readonly Form[];

/** Every count that a reading of a column gives, digits first. */
export const countNames = [
  'digits',
  'luhn',
  'card-numbers',
  // Of a brand, and none that is published for tests; all numbers of the value are; digits are left beside those.
  'other-card-numbers',
  'test-card-numbers',
  'digit-rich',
  'other-digit-rich',
  ...forms.map(({ form }) => form),
] as const;
export type CountName = (typeof countNames)[number];
