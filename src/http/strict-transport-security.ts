/** What a browser makes of a Strict-Transport-Security header field (RFC 6797 §6.1). */
export type StrictTransportSecurity =
  | {
      readonly kind: 'policy';
      /** Seconds; at most 2^53 - 1. Zero takes an earlier policy back. */
      readonly maxAgeSeconds: number;
      readonly includeSubDomains: boolean;
      /** Wish to be in browsers' preload lists: no part of the RFC, and heeded by nobody without an entry there. */
      readonly preload: boolean;
    }
  | { readonly kind: 'ignored'; readonly why: string };

interface Directive {
  /** Lower case. */
  readonly name: string;
  readonly value: string | undefined;
}

const limitLength = 4096;

/** Token or quoted-string (RFC 2616 §2.2), with linear white space around; `y`: where the one before ended. */
const directive =
  /[ \t]*(?:([!#$%&'*+.^_`|~\w-]+)(?:[ \t]*=[ \t]*(?:([!#$%&'*+.^_`|~\w-]+)|"((?:[^"\\]|\\.)*)"))?)?[ \t]*(;|$)/y;

/**
 * Reads one field value. RFC 6797 §6.1: max-age is required, no directive may stand twice, unknown ones are skipped,
 * and a value that does not conform is ignored as a whole (§8.1).
 */
export function parseStrictTransportSecurity(text: string): StrictTransportSecurity {
  if (text.length > limitLength) return ignored('the value is too long to be read');
  const directives = directivesOf(text);
  if (directives === undefined) return ignored('the value is no list of directives');
  const names = directives.map(({ name }) => name);
  if (new Set(names).size < names.length) return ignored('a directive stands twice');
  const given = (name: string): string | undefined => directives.find((one) => one.name === name)?.value;
  if (!names.includes('max-age')) return ignored('it has no max-age');
  const maxAge = given('max-age') ?? '';
  if (!/^\d+$/.test(maxAge)) return ignored('max-age is no number of seconds');
  if (given('includesubdomains') !== undefined) return ignored('includeSubDomains has a value');
  return {
    kind: 'policy',
    maxAgeSeconds: Math.min(Number(maxAge), Number.MAX_SAFE_INTEGER),
    includeSubDomains: names.includes('includesubdomains'),
    preload: names.includes('preload'),
  };
}

function directivesOf(text: string): readonly Directive[] | undefined {
  const found: Directive[] = [];
  directive.lastIndex = 0;
  for (;;) {
    const match = directive.exec(text);
    if (match === null) return undefined;
    const [, name, token, quoted, separator] = match;
    if (name !== undefined)
      found.push({ name: name.toLowerCase(), value: token ?? quoted?.replace(/\\(.)/g, '$1') });
    if (separator === '') return found;
  }
}

function ignored(why: string): StrictTransportSecurity {
  return { kind: 'ignored', why };
}
