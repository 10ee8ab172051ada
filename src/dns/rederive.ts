import type { Json } from '../model/index.ts';
import { inquireAddresses } from './addresses-inquiry.ts';
import { lookUpAuthorities } from './authorities.ts';
import { inquireCaa } from './caa-inquiry.ts';
import { type DnsTranscript, replayLookup, transferAgain, unlike } from './dns-transcript.ts';
import { type FetchedPolicy, policyFrom, policyNote } from './fetched-policy.ts';
import { inquireMail } from './mail-inquiry.ts';
import type { StsPolicy } from './mta-sts.ts';
import { inquireProtection, locateHosts, locatePolicy, type PolicyPlace } from './mtasts-inquiry.ts';
import { inquireSelectors } from './selectors-inquiry.ts';
import { inWords } from './server-address.ts';
import { type TransferAnswer, tryTransfer } from './transfer.ts';

/**
 * Makes a fact again from its transcript.
 *
 * @throws AssayError ERR_DNS_REPLAY where that leads to no fact
 */
type Derivation = (transcript: DnsTranscript) => Json;

/** The facts that follow from what stands in their evidence. */
export const derivations: Readonly<Record<string, Derivation>> = {
  'dns.addresses': (transcript) =>
    replayLookup(inquireAddresses(transcript.zone, transcript.declared.names), transcript).value,
  'dns.caa': (transcript) => {
    const { zone, declared } = transcript;
    return replayLookup(inquireCaa(zone, declared.names, declared.issuers), transcript).value;
  },
  'dns.mail': (transcript) => {
    const seen = replayLookup(inquireMail(transcript.zone, transcript.declared.mail), transcript);
    if (seen.kind === 'unseen') throw unlike('an answer about mail in the transcript', 'none');
    return seen.value;
  },
  'dns.mtasts': (transcript) => {
    const { zone, declared } = transcript;
    const found = replayLookup(locateHosts(zone, declared.mail === true), transcript);
    const place = replayLookup(locatePolicy(zone), transcript);
    const policy = place.kind === 'known' ? place.policy : policyIn(transcript, place);
    return replayLookup(inquireProtection(zone, found, policy), transcript);
  },
  'dns.selectors': (transcript) =>
    replayLookup(inquireSelectors(transcript.zone, transcript.declared.selectors), transcript).value,
  'dns.transfer': (transcript) => {
    const found = replayLookup(lookUpAuthorities(transcript.zone), transcript);
    if ('kind' in found) throw unlike('name servers in the transcript', 'none');
    const { port } = Object(transcript.note('authorities')) as { readonly port?: unknown };
    if (typeof port !== 'number') throw unlike('the port of name servers in the transcript', 'none');
    return found.flatMap(({ server, addresses = [] }) =>
      addresses.map((address) => ({
        ...{ server, address },
        ...transferFrom(inWords({ address, port }), transcript),
      })),
    );
  },
};

function transferFrom(server: string, transcript: DnsTranscript): TransferAnswer {
  const trying = tryTransfer();
  let step = trying.next();
  while (!step.done) step = trying.next(transferAgain(step.value, server, transcript));
  return step.value;
}

/** The policy that senders get, from what the web server said at each address that was asked. */
function policyIn(
  transcript: DnsTranscript,
  { addresses }: Extract<PolicyPlace, { kind: 'fetch' }>,
): StsPolicy | undefined {
  for (const address of addresses) {
    const note = transcript.note(policyNote(address));
    if (note === undefined) return undefined;
    const policy = policyFrom(fetchedOf(note));
    if (policy !== undefined) return policy;
  }
  return undefined;
}

function fetchedOf(note: unknown): FetchedPolicy {
  const { kind, status, body, problem, why } = Object(note) as Readonly<Record<string, unknown>>;
  if (kind === 'body' && typeof status === 'number' && typeof body === 'string')
    return { kind, status, body };
  if (kind === 'unusable' && typeof problem === 'string') return { kind, problem };
  if (kind === 'none' && typeof why === 'string') return { kind, why };
  throw unlike('what the web server of the policy said', 'something else');
}
