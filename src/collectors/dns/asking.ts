import { Buffer } from 'node:buffer';
import { type Lookup, type NoAnswer, type Question, requestOf } from '../../dns/lookup.ts';
import { inWords } from '../../dns/server-address.ts';
import { AssayError, type EvidenceItem } from '../../model/index.ts';
import type { Exchange } from './exchange.ts';
import type { Resolved } from './resolver.ts';
import { type DnsSession, runLookup } from './session.ts';

/** The questions that one fact rests on: asked through the session, and kept with every answer. */
export interface Asking {
  ask(question: Question): Promise<Resolved>;
  run<T>(lookup: Lookup<T>): Promise<T>;
  /** Keeps an exchange with a server that is no resolver. */
  keep(request: string, exchanges: readonly Exchange[]): void;
  /** Keeps what came of something else, as JSON. */
  note(key: string, value: object): void;
  readonly requests: readonly string[];
  /** One file: every message sent and received, as bytes. */
  evidence(title: string): EvidenceItem;
  /** Nothing could be seen: why. */
  failure(what: string, reply: NoAnswer): AssayError;
}

interface Kept {
  readonly request: string;
  readonly exchanges: readonly Exchange[];
}

export function startAsking(session: DnsSession): Asking {
  const kept = new Map<string, Kept>();
  const notes: Record<string, object> = {};
  const unanswered: Record<string, object> = {};
  const keep = (request: string, exchanges: readonly Exchange[]): void => {
    kept.set(request, { request, exchanges });
  };
  const ask = async (question: Question): Promise<Resolved> => {
    const resolved = await session.ask(question);
    const request = requestOf(question);
    keep(request, resolved.exchanges);
    if (resolved.reply.kind === 'none') {
      const { code, why } = resolved.reply;
      unanswered[request] = { code, why };
    }
    return resolved;
  };
  const inOrder = (): readonly Kept[] => [...kept.values()].sort((a, b) => (a.request < b.request ? -1 : 1));
  const evidence = (title: string): EvidenceItem => {
    const messages = inOrder().flatMap(({ request, exchanges }) =>
      exchanges.map((one) => transcribed(request, one)),
    );
    const { zone, resolvers, declared } = session;
    const { resolver: _, ...asDeclared } = declared;
    const all = {
      ...{ zone, declared: asDeclared, resolvers: resolvers.map(inWords) },
      ...notes,
      ...{ messages, unanswered },
    };
    const bytes = Buffer.from(`${JSON.stringify(all, undefined, 2)}\n`);
    return { title, mediaType: 'application/json', extension: 'json', bytes };
  };
  return {
    ask,
    run: (lookup) => runLookup(lookup, ask),
    keep,
    note: (key, value) => {
      notes[key] = value;
    },
    get requests() {
      const whom = session.resolvers.map(inWords).join(', ');
      return [`through ${whom || 'no resolver'}:`, ...inOrder().map(({ request }) => request)];
    },
    evidence,
    failure: (what, { code, why }) =>
      new AssayError(code, `expected ${what}, got ${why}`, {
        remedy: remedyFor(code),
        evidence: [evidence('every message sent and received before it went wrong')],
      }),
  };
}

function transcribed(request: string, { server, transport, sent, received, ended }: Exchange): object {
  return {
    request,
    server: inWords(server),
    transport,
    sent: Buffer.from(sent).toString('hex'),
    received: received.toString('hex'),
    ended,
  };
}

function remedyFor(code: string): string {
  switch (code) {
    case 'ERR_TIMEOUT':
    case 'ERR_UNREACHABLE':
      return 'Check that this machine may ask the resolver, name another (resolver:), or give more time with --timeout.';
    case 'ERR_DNS_SERVFAIL':
      return "Check the zone's name servers and its DNSSEC signatures, or ask another resolver (resolver:).";
    case 'ERR_DNS_REFUSED':
      return 'Name a resolver that answers this machine (resolver:).';
    case 'ERR_NOT_A_ZONE':
      return 'Check the spelling, or ask a resolver that knows the zone (resolver:, dns://resolver/zone).';
    default:
      return 'Ask another resolver (resolver:), and look at the evidence for what came.';
  }
}
