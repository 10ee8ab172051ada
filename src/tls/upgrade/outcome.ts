/** What a server announced in the clear, before the upgrade. Absent: the protocol announces nothing of it, or did not. */
export interface Announced {
  /** Whether the upgrade itself was among it. */
  readonly upgrade?: boolean;
  /** Ways to log in, upper-case, sorted: SASL mechanisms, and commands such as `USER` and `LOGIN`. */
  readonly logins?: readonly string[];
}

/**
 * How the upgrade went: `upgraded`, TLS begins with the next byte; `refused`, the server answered that it does not;
 * `unavailable`, the server answered that it serves nobody now, which says nothing of TLS.
 */
export interface Upgrade {
  readonly kind: 'upgraded' | 'refused' | 'unavailable';
  /** The answer that decided, as the protocol codes it: `220`, `NO`, `PROTOCOL_SSL`. */
  readonly code: string;
  readonly announced: Announced;
}

const most = 64;

/** Names as they are compared; what is no name of the registries counts as `OTHER`: something was announced. */
export function loginNames(names: Iterable<string>): readonly string[] {
  const known = [...names].filter((name) => name !== '').map((name) => name.toUpperCase());
  return [...new Set(known.map((name) => (/^[A-Z0-9_-]{1,40}$/.test(name) ? name : 'OTHER')))]
    .sort()
    .slice(0, most);
}

/** Words between blanks. */
export function wordsOf(text: string | undefined): readonly string[] {
  return (text ?? '').split(/[ \t]+/).filter((word) => word !== '');
}
