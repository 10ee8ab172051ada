import { parsePolicy, type StsPolicy, unusable } from './mta-sts.ts';

/** What came of asking one address for the policy of a zone. */
export type FetchedPolicy =
  | { readonly kind: 'body'; readonly status: number; readonly body: string }
  /** Every sender that looks for it finds the same. */
  | { readonly kind: 'unusable'; readonly problem: string }
  | { readonly kind: 'none'; readonly why: string };

/** The policy as senders take it; undefined: it could not be found out there. */
export function policyFrom(fetched: FetchedPolicy): StsPolicy | undefined {
  switch (fetched.kind) {
    case 'none':
      return undefined;
    case 'unusable':
      return unusable(fetched.problem);
    case 'body':
      if (fetched.status >= 500) return undefined;
      return fetched.status === 200
        ? parsePolicy(fetched.body)
        : unusable(`the web server answered ${fetched.status}`);
  }
}

/** What evidence calls it. */
export const policyNote = (address: string): string => `policy at ${address}`;
