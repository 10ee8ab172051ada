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

/**
 * One verdict out of those of several versions: the flaw is there where one version has it, and is not there only where
 * every accepted version was seen to be without it and no other may be accepted.
 *
 * @param open versions of which it is not known whether they are accepted
 */
export function worstOf(
  verdicts: readonly (readonly [version: string, verdict: FlawVerdict])[],
  open: readonly string[],
): FlawVerdict {
  const [found] = verdicts.filter(([, { kind }]) => kind === 'present');
  if (found !== undefined) return labelled(found);
  const [unclear] = verdicts.filter(([, { kind }]) => kind === 'unknown');
  if (unclear !== undefined) return labelled(unclear);
  if (open.length > 0) return unknown(`whether ${open.join(', ')} is accepted is not known`);
  const all = verdicts.map((each) => labelled(each));
  const how = all.map((verdict) => (verdict.kind === 'unknown' ? verdict.why : verdict.how)).join('; ');
  return { kind: all.some(({ kind }) => kind === 'absent') ? 'absent' : 'impossible', how };
}

function labelled([version, verdict]: readonly [string, FlawVerdict]): FlawVerdict {
  return verdict.kind === 'unknown'
    ? unknown(`${version}: ${verdict.why}`)
    : { kind: verdict.kind, how: `${version}: ${verdict.how}` };
}
