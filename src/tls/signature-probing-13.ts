import { Buffer } from 'node:buffer';
import { judgeReply } from './answer.ts';
import { suitesFor } from './cipher-suites.ts';
import { isPlainRefusal, whyOpen } from './elimination.ts';
import { type Dialogue, inParallel, type Probing, type Reply, say, type Until } from './exchange.ts';
import type { Joint } from './joint-probing.ts';
import { wellKnownKeyShare } from './key-shares.ts';
import { lookAt } from './look.ts';
import { draftHello, type HelloOptions, type Offer } from './offers.ts';
import { contentType, signatureSchemes } from './registry.ts';
import { anyCertificate, type SchemesSeen } from './signature-probing.ts';

const version = 'TLSv1.3';
/** TLS 1.3 forbids the others in the handshake (RFC 8446 §4.2.3). */
const schemes13: readonly number[] = Object.entries(signatureSchemes)
  .filter(([name]) => !/^dsa_|_md5$|_sha1$|_sha224$|^rsa_pkcs1_sha\d+$/.test(name))
  .map(([, code]) => code);

/** An alert is some 24 bytes; a flight with a certificate, a signature and Finished is far longer. */
const flightBytes = 256;
const keptBytes = 2048;

/** `accepted`: the server went on with a whole encrypted flight. */
type Outcome = { readonly kind: 'accepted' | 'refused' } | { readonly kind: 'open'; readonly why: string };

/**
 * Finds the schemes of TLS 1.3 without reading its encrypted signature: a server that has no use for any scheme offered
 * must say so before it goes on (RFC 8446 §4.4.2.2). Parts of the list are halved until single schemes are left.
 */
export function* probeSchemes13(joint: Joint, options: HelloOptions): Probing<SchemesSeen> {
  const share = joint.groups.map(({ item }) => wellKnownKeyShare(item)).find((each) => each !== undefined);
  if (share === undefined)
    return { schemes: [], missing: 'no group is accepted for which a key can be made' };
  const ask: Ask = (schemes, label) => {
    const draft = { suites: suitesFor(version), signatureSchemes: schemes, further: [anyCertificate] };
    return outcomeDialogue(label, draftHello(version, options, { label, keyShares: [share] }, draft));
  };
  const [all] = yield* inParallel([ask(schemes13, `${version} signatures`)]);
  if (all?.kind !== 'accepted')
    return { schemes: [], missing: all?.kind === 'open' ? all.why : 'refused all of them' };
  const seen = yield* confirmRest(ask, yield* halve(ask));
  const [after] = yield* inParallel([ask(schemes13, `${version} signatures control after`)]);
  return after?.kind === 'accepted'
    ? seen
    : { ...seen, missing: seen.missing ?? 'the server stopped answering' };
}

type Ask = (schemes: readonly number[], label: string) => Dialogue<Outcome>;

/** What was refused in parts, each once, is refused together as well, or one of those refusals was meant for else. */
function* confirmRest(ask: Ask, seen: SchemesSeen): Probing<SchemesSeen> {
  const rest = schemes13.filter((scheme) => !seen.schemes.includes(scheme));
  if (rest.length === 0 || seen.missing !== undefined) return seen;
  const [again] = yield* inParallel([ask(rest, `${version} signatures that were refused`)]);
  if (again?.kind === 'refused') return seen;
  const why = again?.kind === 'open' ? again.why : 'accepted a scheme that it had refused';
  return { ...seen, missing: why };
}

function* halve(ask: Ask): Probing<SchemesSeen> {
  const found: number[] = [];
  let open: string | undefined;
  let parts = split(schemes13);
  while (parts.length > 0) {
    const asked = parts.map((part) => ask(part, `${version} signatures ${part.length} from ${part[0]}`));
    const outcomes = yield* inParallel(asked);
    const accepted = parts.filter((_, index) => outcomes[index]?.kind === 'accepted');
    open ??= outcomes.map((outcome) => (outcome.kind === 'open' ? outcome.why : undefined)).find(Boolean);
    found.push(...accepted.filter(({ length }) => length === 1).flat());
    parts = accepted.filter(({ length }) => length > 1).flatMap(split);
  }
  const schemes = schemes13.filter((scheme) => found.includes(scheme));
  return open === undefined ? { schemes } : { schemes, missing: open };
}

function split(part: readonly number[]): (readonly number[])[] {
  const half = Math.ceil(part.length / 2);
  return [part.slice(0, half), part.slice(half)];
}

function outcomeDialogue(label: string, offer: Offer): Dialogue<Outcome> {
  return {
    label,
    brief: true,
    *talk() {
      const keep = (received: Uint8Array): Uint8Array => received.subarray(0, keptBytes);
      return outcomeOf(offer, yield* say({ send: offer.bytes, until: untilFlight(), keep }));
    },
  };
}

function untilFlight(): Until {
  let received = Buffer.alloc(0);
  return (chunk) => {
    received = Buffer.concat([received, chunk]).subarray(0, keptBytes);
    return (
      received.length >= keptBytes ||
      received[0] !== contentType.handshake ||
      encryptedBytes(received) >= flightBytes
    );
  };
}

function outcomeOf(offer: Offer, reply: Reply): Outcome {
  const look = lookAt(version, offer, reply);
  if (isPlainRefusal(look)) return { kind: 'refused' };
  const answer = judgeReply(version, offer, reply);
  if (answer.kind !== 'accepted') return { kind: 'open', why: whyOpen(look) };
  if (answer.retryGroup !== undefined)
    return { kind: 'open', why: 'asked for another group than it had accepted' };
  if (encryptedBytes(reply.received) >= flightBytes) return { kind: 'accepted' };
  return { kind: 'open', why: 'broke off after its ServerHello' };
}

/** Of the records after the ServerHello, as far as they came. */
function encryptedBytes(received: Uint8Array): number {
  const bytes = Buffer.from(received);
  let encrypted = 0;
  for (let at = 0; at + 5 <= bytes.length; at += 5 + bytes.readUInt16BE(at + 3)) {
    if (bytes[at] !== contentType.applicationData) continue;
    encrypted += Math.min(bytes.readUInt16BE(at + 3), bytes.length - at - 5);
  }
  return encrypted;
}
