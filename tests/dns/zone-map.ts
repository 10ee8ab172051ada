import type { Lookup, Question, Reply } from '../../src/dns/lookup.ts';
import type { DnsRecord } from '../../src/dns/records.ts';

/** Record data by `<name> <type>`; `down` for a name whose server fails, `gone` for one that does not exist. */
export type ZoneMap = Readonly<Record<string, readonly object[] | 'down' | 'gone'>>;

/** TXT records. */
export const txt = (...texts: readonly string[]): readonly object[] => texts.map((text) => ({ text }));

function replyFrom(zone: ZoneMap, { name, type }: Question): Reply {
  const found = { owner: name, aliases: [], authentic: false };
  const here = zone[`${name} ${type}`] ?? zone[name];
  if (here === 'down')
    return { kind: 'none', code: 'ERR_DNS_SERVFAIL', why: 'the resolver answered SERVFAIL' };
  if (Array.isArray(here) && here.length > 0) {
    const records = here.map((data) => ({ type, name, ...data }) as DnsRecord);
    return { kind: 'records', records, ...found };
  }
  const exists = here !== 'gone' && Object.keys(zone).some((key) => key.split(' ')[0]?.endsWith(name));
  return { kind: exists ? 'nodata' : 'nxdomain', ...found };
}

/** Runs an inquiry against a map, and says what was asked. */
export function lookUpIn<T>(
  zone: ZoneMap,
  lookup: Lookup<T>,
): { readonly value: T; readonly asked: readonly string[] } {
  const asked: string[] = [];
  let step = lookup.next();
  while (!step.done) {
    asked.push(...step.value.map(({ name, type }) => `${name} ${type}`));
    step = lookup.next(step.value.map((question) => replyFrom(zone, question)));
  }
  return { value: step.value, asked };
}
