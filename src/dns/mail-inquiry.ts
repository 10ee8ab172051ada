import { lookUpDmarc } from './dmarc.ts';
import type { Mail } from './facts/mail.ts';
import { ask, type Lookup, type NoAnswer, type Reply } from './lookup.ts';
import type { DnsName } from './name.ts';
import { lookUpSpf, type Spf } from './spf.ts';

/** What a domain publishes about mail in its name; without any answer: why. */
export type MailSeen =
  | { readonly kind: 'seen'; readonly value: Mail }
  | { readonly kind: 'unseen'; readonly reply: NoAnswer };

/**
 * Asks for SPF, DMARC and mail servers.
 *
 * @param declared whether it is a mail domain; absent: where it has mail servers
 */
export function* inquireMail(zone: DnsName, declared: boolean | undefined): Lookup<MailSeen> {
  const mx = yield* ask(zone, 'MX');
  const spf = yield* lookUpSpf(zone);
  const dmarc = yield* lookUpDmarc(zone);
  if (mx.kind === 'none' && spf.records === 0 && spf.missing.length > 0 && 'why' in dmarc)
    return { kind: 'unseen', reply: mx };
  const isMailDomain = declared ?? hasMailServers(mx);
  const value: Mail = {
    domain: zone,
    ...(isMailDomain === undefined ? {} : { isMailDomain }),
    notFollowed: spf.missing.map(({ what, why }) => `${what}: ${why}`),
    spf: spfFact(spf),
    dmarc: 'why' in dmarc ? {} : dmarc,
  };
  return { kind: 'seen', value };
}

/** Undefined: not known. The null MX (RFC 7505) says that there is no mail. */
function hasMailServers(mx: Reply): boolean | undefined {
  if (mx.kind === 'none') return undefined;
  return mx.kind === 'records' && mx.records.some((record) => record.type === 'MX' && record.target !== '');
}

function spfFact({ missing, records, ...spf }: Spf): Mail['spf'] {
  // Without an answer there is no saying how many records there are.
  const unanswered = spf.status === undefined && missing.length > 0 && records === 0;
  return unanswered ? { noSender: false } : { records, ...spf };
}
