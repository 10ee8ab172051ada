import type { Certificate } from '../x509/certificate.ts';
import { Links } from '../x509/links.ts';
import type { LogList } from '../x509/transparency-log.ts';
import { identified } from './chain-facts.ts';
import { chainShape, type Roots } from './chain-shape.ts';
import type { Timestamps } from './facts/timestamps.ts';
import { foundTimestamps } from './found-timestamps.ts';
import type { Sending, SentChain } from './sent-chains.ts';
import { areSufficient, judgeTimestamp, type TimestampQuestion } from './timestamp-verdict.ts';

type Item = Timestamps['certificates'][number];

export interface TimestampInput {
  readonly chains: readonly SentChain[];
  readonly roots: Roots;
  readonly logs: LogList;
  readonly atMs: number;
}

/** The fact `tls.timestamps`. */
export function deriveTimestamps(input: TimestampInput): Timestamps {
  const leaves = new Map(input.chains.map(({ leaf }) => [leaf.sha256, leaf]));
  return {
    logList: input.logs.published,
    certificates: [...leaves.values()].map((leaf) => describe(leaf, input)),
  };
}

function describe(leaf: Certificate, input: TimestampInput): Item {
  const chains = input.chains.filter((chain) => chain.leaf.sha256 === leaf.sha256);
  const { subject, serial, sha256 } = identified({ certificate: leaf, first: true });
  const issuer = issuerOf(leaf, chains, input.roots);
  const context = { ...input, leaf, issuer };
  const sendings = chains.flatMap((chain) => chain.sendings);
  const needed = lifetimeMs(leaf) <= 180 * dayMs ? 2 : 3;
  const sufficient = inEach(sendings.map((sending) => isEnough(sending, context, needed)));
  const kinds = chains.map((chain) => chainShape(chain, input.roots, []).anchorKind);
  const kind = kinds.includes('public') ? 'public' : kinds.includes(undefined) ? undefined : 'private';
  return {
    subject,
    serial,
    sha256,
    ...(kind === undefined ? {} : { anchorKind: kind }),
    needed,
    ...(sufficient === undefined ? {} : { sufficient }),
    timestamps: foundTimestamps(leaf, sendings).found.map((one) => judgeTimestamp(one, context)),
  };
}

/** Whether a client of one handshake got enough; undefined where that is not known. */
function isEnough(sending: Sending, context: TimestampQuestion, needed: number): boolean | undefined {
  const { found, malformed } = foundTimestamps(context.leaf, [sending]);
  const judged = found.map((one) => judgeTimestamp(one, context));
  if (areSufficient(judged, needed)) return true;
  const certain =
    malformed === 0 && sending.asked && judged.every(({ verdict }) => verdict !== 'not-checked');
  return certain ? false : undefined;
}

/** What one client did not get, others do not. */
function inEach(answers: readonly (boolean | undefined)[]): boolean | undefined {
  if (answers.includes(false)) return false;
  return answers.includes(undefined) ? undefined : true;
}

const dayMs = 86_400_000;

function lifetimeMs({ notBefore, notAfter }: Certificate): number {
  return Date.parse(notAfter) - Date.parse(notBefore);
}

function issuerOf(leaf: Certificate, chains: readonly SentChain[], roots: Roots): Certificate | undefined {
  const others = chains.flatMap((chain) => chain.others);
  return new Links().issuersOf(leaf, [...others, ...roots.trusted.anchors, ...roots.public.anchors])[0];
}
