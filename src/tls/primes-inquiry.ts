import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Completeness } from '../model/index.ts';
import { suiteName } from './cipher-suites.ts';
import { askOne, isAccepted, isPlainRefusal, whyOpen } from './elimination.ts';
import { type Enumeration, probeEnumeration } from './enumeration.ts';
import { type Dialogue, inParallel, type Probing, together } from './exchange.ts';
import type { Primes } from './facts/primes.ts';
import type { Versions } from './facts/versions.ts';
import { helloDialogue, type Look } from './look.ts';
import { type Draft, draftHello, type HelloOptions } from './offers.ts';
import { dhPrimes } from './registries/dh-primes.ts';
import { groups } from './registry.ts';
import { isSafePrime } from './safe-prime.ts';
import type { ClearVersion } from './suite-probing.ts';
import { suiteProperties } from './suite-properties.ts';

interface Sent {
  readonly where: string;
  /** Whether the refusal is an answer: the suite may need a group that was not on offer. */
  readonly mayRefuse?: boolean;
  readonly look: Look;
}

interface Asked {
  readonly where: string;
  readonly dialogue: Dialogue<Look>;
  /** Asks once more, and then with every group on offer, which shows that the server still answers. */
  readonly confirm?: readonly [again: Dialogue<Look>, control: Dialogue<Look>];
}

export interface PrimesSeen {
  readonly enumeration: Enumeration;
  readonly sent: readonly Sent[];
}

/**
 * The parameters of every DHE suite that is accepted, as its own hello showed them; and once more by kind of suite without
 * the groups of RFC 7919, as a server that takes one of those where it is offered has its own for others.
 */
export function* probePrimes(versions: Versions, options: HelloOptions): Probing<PrimesSeen> {
  const enumeration = yield* probeEnumeration(versions, options);
  const sent: Sent[] = [];
  const asked: Asked[] = [];
  for (const { version, found } of enumeration.clear) {
    const dhe = found.filter(({ item }) => kindOf(item) !== undefined);
    for (const { item, look } of dhe) {
      const where = `${version} ${suiteName(item)}`;
      if (look.exchange?.dh !== undefined) sent.push({ where, look });
      else asked.push({ where, dialogue: askAlone(version, item, options) });
    }
    asked.push(
      ...withoutNamed(
        version,
        dhe.map(({ item }) => item),
        options,
      ),
    );
  }
  const looks = yield* inParallel(asked.map(({ dialogue }) => dialogue));
  const answered = yield* together(
    asked.flatMap((each, index) => {
      const look = looks[index];
      return look === undefined ? [] : [confirmed(each, look)];
    }),
  );
  return { enumeration, sent: [...sent, ...answered] };
}

/** A refusal counts where it comes again and a hello is accepted after it. */
function* confirmed({ where, confirm }: Asked, look: Look): Probing<Sent> {
  if (confirm === undefined || !isPlainRefusal(look)) return { where, look };
  const again = yield* askOne(confirm[0]);
  if (!isPlainRefusal(again)) return { where, look: again };
  return { where, look, mayRefuse: isAccepted(yield* askOne(confirm[1])) };
}

/** Servers keep apart parameters by these. */
function kindOf(suite: number): string | undefined {
  const { keyExchange, authentication, export: weakened } = suiteProperties(suiteName(suite));
  if (keyExchange !== 'DHE' && keyExchange !== 'DHE-PSK') return undefined;
  return `${weakened ? 'export ' : ''}${authentication === 'none' ? 'anonymous' : keyExchange}`;
}

function askAlone(version: ClearVersion, suite: number, options: HelloOptions): Dialogue<Look> {
  const label = `${version} prime of ${suiteName(suite)}`;
  return helloDialogue(version, label, draftHello(version, options, { label }, { suites: [suite] }));
}

const unnamed: readonly number[] = Object.entries(groups)
  .filter(([name]) => !name.startsWith('ffdhe'))
  .map(([, code]) => code);

function withoutNamed(version: ClearVersion, suites: readonly number[], options: HelloOptions): Asked[] {
  const kinds = [...new Set(suites.map((suite) => kindOf(suite) ?? ''))];
  return kinds.map((kind) => {
    const where = `${version} ${kind} suites without a group of RFC 7919 on offer`;
    const own = suites.filter((suite) => kindOf(suite) === kind);
    const ask = (label: string, draft: Draft): Dialogue<Look> =>
      helloDialogue(version, label, draftHello(version, options, { label }, draft));
    const draft = { suites: own, groups: unnamed };
    const again = ask(`${where} again`, draft);
    const control = ask(`${version} ${kind} suites control`, { suites: own });
    return { where, dialogue: ask(where, draft), confirm: [again, control] };
  });
}

/** The fact `tls.primes`. */
export function primesValue({ sent }: PrimesSeen): Primes {
  const bySha = new Map<string, Sent[]>();
  for (const each of sent) {
    const prime = each.look.exchange?.dh?.prime;
    if (prime === undefined) continue;
    const sha256 = createHash('sha256').update(prime).digest('hex');
    bySha.set(sha256, [...(bySha.get(sha256) ?? []), each]);
  }
  return { primes: [...bySha].map(([sha256, all]) => described(sha256, all)) };
}

/** Registered primes that are no safe primes: their subgroups are of a known prime order. */
const notSafe = /^RFC 5114|^Java|origin \(1\)$/;

function described(sha256: string, sent: readonly Sent[]): Primes['primes'][number] {
  const { prime, generator } = sent[0]?.look.exchange?.dh ?? {
    prime: Buffer.alloc(0),
    generator: Buffer.alloc(0),
  };
  const known = dhPrimes.get(sha256);
  const safe = known === undefined ? isSafePrime(prime) : !notSafe.test(known);
  return {
    bits: bitsOf(prime),
    name: known ?? '(own)',
    named: known !== undefined,
    ...(safe === undefined ? {} : { safe }),
    generator: Buffer.from(generator).toString('hex'),
    degenerate: sent.some(({ look }) => isDegenerate(look)),
    sha256,
    suites: sent.map(({ where }) => where),
  };
}

/** Whether the secret that is agreed on is one of two that anybody can tell: SP 800-56A Rev. 3 §5.6.2.3.1 refuses such keys. */
function isDegenerate({ exchange }: Look): boolean {
  if (exchange?.dh === undefined) return false;
  const { prime, generator, key } = exchange.dh;
  const [p, g, y] = [prime, generator, key].map((bytes) =>
    BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`),
  );
  return p === undefined || [g, y].some((value) => value === undefined || value < 2n || value >= p - 1n);
}

function bitsOf(prime: Uint8Array): number {
  return prime.length === 0 ? 0 : 8 * prime.length - Math.clz32(prime[0] ?? 0) + 24;
}

/** Which parameters may not have been seen, and why. */
export function missingPrimes({ enumeration, sent }: PrimesSeen): Completeness['missing'] {
  const unread = sent.filter(
    ({ look, mayRefuse = false }) => look.exchange?.dh === undefined && !(mayRefuse && isPlainRefusal(look)),
  );
  return [
    ...enumeration.unknown
      .filter(({ version }) => version !== 'SSLv2' && version !== 'TLSv1.3')
      .map(({ version, why }) => ({ what: `primes of ${version}`, why })),
    ...enumeration.clear.flatMap(({ version, missing }) =>
      missing === undefined ? [] : [{ what: `primes of ${version}`, why: missing }],
    ),
    ...unread.map(({ where, look }) => ({
      what: `the prime for ${where}`,
      why: isAccepted(look) ? 'the server sent none that could be read' : whyOpen(look),
    })),
  ];
}
