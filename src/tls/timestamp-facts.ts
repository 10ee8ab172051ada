import type { Certificate } from '../x509/certificate.ts';
import { Links } from '../x509/links.ts';
import type { LogList } from '../x509/transparency-log.ts';
import { identified } from './chain-facts.ts';
import { chainShape, type Roots } from './chain-shape.ts';
import type { Timestamps } from './facts/timestamps.ts';
import { foundTimestamps } from './found-timestamps.ts';
import type { SentChain } from './sent-chains.ts';
import { areSufficient, judgeTimestamp } from './timestamp-verdict.ts';

type Item = Timestamps['certificates'][number];

export interface TimestampInput {
  readonly chains: readonly SentChain[];
  readonly roots: Roots;
  readonly logs: LogList;
  readonly atMs: number;
  /** The handshakes that asked for timestamps and for a staple, as `SentChain.handshakes` names them. */
  readonly asked: ReadonlySet<string>;
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
  const { found, malformed } = foundTimestamps(leaf, chains);
  const issuer = issuerOf(leaf, chains, input.roots);
  const judged = found.map((one) => judgeTimestamp(one, { ...input, leaf, issuer }));
  const needed = lifetimeMs(leaf) <= 180 * dayMs ? 2 : 3;
  const certain =
    malformed === 0 &&
    chains.every(({ handshakes }) => handshakes.every((handshake) => input.asked.has(handshake))) &&
    judged.every(({ verdict }) => verdict !== 'not-checked');
  const kinds = chains.map((chain) => chainShape(chain, input.roots, []).anchorKind);
  const kind = kinds.includes('public') ? 'public' : kinds.includes(undefined) ? undefined : 'private';
  const enough = areSufficient(judged, needed);
  return {
    subject,
    serial,
    sha256,
    ...(kind === undefined ? {} : { anchorKind: kind }),
    needed,
    ...(enough || certain ? { sufficient: enough } : {}),
    timestamps: judged,
  };
}

const dayMs = 86_400_000;

function lifetimeMs({ notBefore, notAfter }: Certificate): number {
  return Date.parse(notAfter) - Date.parse(notBefore);
}

function issuerOf(leaf: Certificate, chains: readonly SentChain[], roots: Roots): Certificate | undefined {
  const others = chains.flatMap((chain) => chain.others);
  return new Links().issuersOf(leaf, [...others, ...roots.trusted.anchors, ...roots.public.anchors])[0];
}
