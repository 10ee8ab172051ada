import type { DnsName } from './name.ts';

const macro = /%(?:[%_-]|\{([slodiphcrtv])(\d{0,3})(r?)([-.+,/_=]*)\})/gi;

/** RFC 7208 §7.1: visible characters, `%` only in macros, and an end that a domain can have. */
export function isDomainSpec(text: string): boolean {
  if (!/^[\x21-\x7e]{1,1000}$/.test(text) || /%/.test(text.replace(macro, ''))) return false;
  return /%\{[^{}]*\}$/.test(text) || /\.(?!\d+\.?$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.?$/i.test(text);
}

/**
 * The name that a domain-spec stands for, where it follows from the domain alone (`%{d}`, and `%{o}` for mail from the
 * domain itself). Undefined: it depends on the message.
 */
export function expand(spec: string, domain: DnsName, sender: DnsName): DnsName | undefined {
  let known = true;
  const text = spec.replace(
    macro,
    (whole, letter: string | undefined, digits = '', reverse = '', delimiters = '') => {
      if (letter === undefined) return { '%%': '%', '%_': ' ', '%-': '%20' }[whole as string] ?? '';
      const value = { d: domain, o: sender }[letter.toLowerCase()];
      known &&= value !== undefined;
      return transform(value ?? '', Number(digits || 128), reverse !== '', delimiters || '.');
    },
  );
  return known ? shortened(text.toLowerCase().replace(/\.$/, '')) : undefined;
}

/** RFC 7208 §7.3: split, reversed where asked, and only the rightmost parts. */
function transform(value: string, count: number, reversed: boolean, delimiters: string): string {
  const parts = [''];
  for (const character of value) {
    if (delimiters.includes(character)) parts.push('');
    else parts.push(`${parts.pop() ?? ''}${character}`);
  }
  if (reversed) parts.reverse();
  return parts.slice(-count).join('.');
}

/** RFC 7208 §7.3: over 253 characters, labels go from the left. */
function shortened(name: string): string {
  let rest = name;
  while (rest.length > 253 && rest.includes('.')) rest = rest.slice(rest.indexOf('.') + 1);
  return rest;
}
