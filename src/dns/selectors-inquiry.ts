import { dkimKeyOf } from './dkim-key.ts';
import type { Selectors } from './facts/selectors.ts';
import { askAll, type Lookup, type NoAnswer, textsOf } from './lookup.ts';
import type { DnsName } from './name.ts';

/** The keys of selectors; where no question was answered: why. */
export interface SelectorsSeen {
  readonly value: Selectors;
  readonly silent: NoAnswer | undefined;
}

/** Asks for the keys of the declared selectors. */
export function* inquireSelectors(zone: DnsName, declared: readonly string[]): Lookup<SelectorsSeen> {
  const names = declared.map((selector) => `${selector}._domainkey.${zone}`);
  const replies = yield* askAll(names.map((name) => ({ name, type: 'TXT' as const })));
  const silent = replies.filter((reply) => reply.kind === 'none');
  const value = declared.map((selector, index) => {
    const reply = replies[index];
    const key = reply === undefined || reply.kind === 'none' ? {} : dkimKeyOf(textsOf(reply));
    return { selector, name: names[index] ?? '', ...key };
  });
  return { value, silent: silent.length === replies.length ? silent[0] : undefined };
}
