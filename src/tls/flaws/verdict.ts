/**
 * What a probe came to. `absent`: the server answered as one without the flaw does. `impossible`: it does not speak
 * what the flaw is in. `unknown`: nothing definite.
 */
export type FlawVerdict =
  | { readonly kind: 'present' | 'absent' | 'impossible'; readonly how: string }
  | { readonly kind: 'unknown'; readonly why: string };

export function present(how: string): FlawVerdict {
  return { kind: 'present', how };
}

export function absent(how: string): FlawVerdict {
  return { kind: 'absent', how };
}

export function unknown(why: string): FlawVerdict {
  return { kind: 'unknown', why };
}
