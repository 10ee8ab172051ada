/** What must not stand in a log; each tells whether a text holds one, never which. */
export const detectorNames = [
  'card-number',
  'connection-uri',
  'jwt',
  'password-clause',
  'private-key',
  'aws-access-key',
  'us-social-security-number',
] as const;
export type DetectorName = (typeof detectorNames)[number];

const detectors: Readonly<Record<DetectorName, (text: string) => boolean>> = {
  'card-number': hasCardNumber,
  // RFC 3986 §3.2.1: what stands between the colon and the at sign.
  'connection-uri': (text) => /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/'"]{0,128}:[^\s@/'"]{1,256}@/i.test(text),
  // RFC 7519: a header that begins with `{"`, and two further parts.
  jwt: (text) => /\beyJ[\w-]{8,2048}\.eyJ[\w-]{4,8192}\.[\w-]{10,}/.test(text),
  'password-clause': hasPasswordClause,
  'private-key': (text) => /-----BEGIN (?:[A-Z0-9]{1,12} ){0,2}PRIVATE KEY-----/.test(text),
  'aws-access-key': (text) => /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/.test(text),
  'us-social-security-number': (text) =>
    /(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\d-])/.test(text),
};

/** The detectors that a text sets off. */
export function detected(texts: readonly string[]): readonly DetectorName[] {
  return detectorNames.filter((name) => texts.some(detectors[name]));
}

/**
 * `PASSWORD 'value'` of CREATE and ALTER ROLE, USER and USER MAPPING, `password=` of a connection string. The word
 * in quotes is a name. An empty value, a placeholder and what pgaudit redacts are none.
 */
function hasPasswordClause(text: string): boolean {
  const clauses = text.matchAll(
    /(?<!')\bpassword\s{0,20}(?:=\s{0,20})?E?'([^']{1,512})|\bpassword=([^\s'"&;]{1,512})/gi,
  );
  for (const [, quoted, bare] of clauses) if (!isHarmless(quoted ?? bare ?? '')) return true;
  return false;
}

const isHarmless = (value: string): boolean =>
  /^(?:\$\d+|\?|<redacted>|\*+|x{3,}|%|SCRAM-SHA-256\$.*|null)$/i.test(value.trim());

const digitRuns = /(?<![\d.])\d(?:[ -]?\d){12,18}(?![\d])/g;

function hasCardNumber(text: string): boolean {
  for (const [run] of text.matchAll(digitRuns)) {
    const digits = run.replace(/[ -]/g, '');
    if (isIssued(digits) && passesLuhn(digits)) return true;
  }
  return false;
}

interface Range {
  readonly lengths: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** ISO/IEC 7812 ranges of the international schemes, by their first four digits. */
const issuers: readonly Range[] = [
  { lengths: [13, 16], from: 4000, to: 4999 },
  { lengths: [16], from: 5100, to: 5599 },
  { lengths: [16], from: 2221, to: 2720 },
  { lengths: [15], from: 3400, to: 3499 },
  { lengths: [15], from: 3700, to: 3799 },
  { lengths: [14], from: 3000, to: 3059 },
  { lengths: [14], from: 3600, to: 3699 },
  { lengths: [14], from: 3800, to: 3999 },
  { lengths: [16], from: 6011, to: 6011 },
  { lengths: [16], from: 6440, to: 6599 },
  { lengths: [16], from: 3528, to: 3589 },
  { lengths: [16, 17, 18, 19], from: 6200, to: 6299 },
];

function isIssued(digits: string): boolean {
  const first = Number(digits.slice(0, 4));
  return issuers.some(
    ({ lengths, from, to }) => lengths.includes(digits.length) && first >= from && first <= to,
  );
}

/** ISO/IEC 7812-1, Annex B. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]);
    const doubled = at % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
