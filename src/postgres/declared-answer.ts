import { isWithin, singleAddress } from './address-range.ts';
import type { Answer } from './challenge.ts';
import type { Outcome, Verdicts } from './hba-decisions.ts';
import type { Channel, HbaRule } from './hba-rule.ts';

/** From where the server sees us; `own`: the address is the server host's too. */
export interface Origin {
  readonly channel: Channel;
  /** Absent: the socket. */
  readonly address?: string;
  readonly own: boolean;
}

/**
 * What a rule has the server say first to somebody who shows no credential (`ClientAuthentication` of PostgreSQL's
 * source). Several: peer and ident ask others, and md5 asks by what is stored, so that a role stored for SCRAM is asked
 * for that. A role without a password, and one that there is not, are asked as all others are.
 */
const byMethod: Readonly<Record<string, readonly Answer[]>> = {
  trust: ['let-in'],
  reject: ['refused'],
  'scram-sha-256': ['scram'],
  md5: ['md5', 'scram'],
  password: ['password'],
  ldap: ['password'],
  radius: ['password'],
  bsd: ['password'],
  // A module may decide without asking.
  pam: ['password', 'refused', 'let-in'],
  peer: ['let-in', 'refused'],
  ident: ['let-in', 'refused'],
  gss: ['gss'],
  sspi: ['sspi'],
  oauth: ['oauth'],
  cert: ['refused'],
};

const wantsCertificate = ({ options }: HbaRule): boolean =>
  options.some((option) => /^clientcert=(?!no-verify$|0$)/.test(option));

/** What a rule has the server say; undefined: a method that we do not know. */
function answersOf(rule: HbaRule): readonly Answer[] | undefined {
  return wantsCertificate(rule) ? ['refused'] : byMethod[rule.method];
}

/** What is said to those of a verdict who come from there; undefined where a rule's method is not known. */
export function declaredAnswers(
  { outcomes }: Verdicts,
  rules: readonly HbaRule[],
  origin: Origin,
): { readonly rules: readonly number[]; readonly answers: readonly Answer[] | undefined } {
  const about = outcomesFor(outcomes, origin);
  const possible = [...new Set(about.flatMap((outcome) => outcome.rules))].sort((a, b) => a - b);
  const each = possible.map((index) => answersOf(rules[index] as HbaRule));
  const known = each.every((one) => one !== undefined);
  const unmatched: readonly Answer[] = about.some((outcome) => outcome.unmatched) ? ['refused'] : [];
  return { rules: possible, answers: known ? [...new Set([...each.flat(), ...unmatched])] : undefined };
}

/** An address that is not known to be the server host's own may still be: what holds for either is looked up. */
function outcomesFor(
  outcomes: readonly Outcome[],
  { channel, address = '', own }: Origin,
): readonly Outcome[] {
  const ours = singleAddress(address);
  const about = outcomes.filter(
    (one) =>
      one.channel === channel &&
      (one.range === undefined || (ours !== undefined && isWithin(ours, one.range))),
  );
  const asOwn = about.filter(({ place }) => place === 'own');
  return own && asOwn.length > 0 ? asOwn : about;
}
