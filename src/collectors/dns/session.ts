import { getServers } from 'node:dns';
import { setMaxListeners } from 'node:events';
import { isIP } from 'node:net';
import type { Lookup, Question } from '../../dns/lookup.ts';
import type { ServerAddress } from '../../dns/server-address.ts';
import type { DnsZone, Subject, Target } from '../../model/index.ts';
import type { CollectContext, Session } from '../collector.ts';
import { connectionLimit } from '../connection-limit.ts';
import { networkFailure } from '../network-error.ts';
import { type Budget, type Resolved, resolve } from './resolver.ts';

/** Where servers listen that the zone itself names. */
export interface ServicePorts {
  /** Authoritative servers. */
  readonly authority: number;
  /** The web server of the MTA-STS policy. */
  readonly policy: number;
}

/** A look at one zone: every message of it is counted, bounded in time, number and size. */
export interface DnsSession extends Session {
  readonly zone: string;
  readonly declared: DnsZone;
  readonly caFile: string | undefined;
  readonly resolvers: readonly ServerAddress[];
  readonly ports: ServicePorts;
  readonly budget: Budget;
  /** Lets a few messages at a time be under way. */
  readonly limit: <T>(run: () => Promise<T>) => Promise<T>;
  /** Asked once in a session; the same question gets the same reply. */
  ask(question: Question): Promise<Resolved>;
}

/** Questions, transfers and requests of one look, at most. */
export const maxMessages = 1500;
const maxReceivedBytes = 1024 * 1024;
const maxResolvers = 3;
/** So many questions in a row without a sign of life: the rest would only wait as long. */
const maxSilent = 4;
const atOnce = 8;

/** Opens a session; nothing is sent yet. */
export async function openDnsSession(
  target: Target,
  subject: Subject,
  context: CollectContext,
  ports: ServicePorts,
): Promise<DnsSession> {
  const declared = target.dns ?? { selectors: [], names: [] };
  const resolvers = declared.resolver === undefined ? systemResolvers() : [declared.resolver];
  const closing = new AbortController();
  const signal = AbortSignal.any([context.signal, closing.signal]);
  setMaxListeners(0, signal);
  const inLine = connectionLimit(atOnce);
  const limit: DnsSession['limit'] = (run) =>
    inLine(async () => {
      await context.pace?.turn(subject.host, signal);
      return run();
    });
  let messages = 0;
  let bytes = 0;
  const budget: Budget = {
    timeoutMs: context.timeoutMs,
    signal,
    spend: () => messages < maxMessages && bytes < maxReceivedBytes && ++messages > 0,
    received: (count) => {
      bytes += count;
    },
  };
  return {
    zone: subject.host,
    declared,
    caFile: target.caFile,
    resolvers,
    ports,
    budget,
    identity: {},
    get connections() {
      return messages;
    },
    limit,
    ask: askOnce(resolvers, budget, limit, subject.host),
    close: async () => closing.abort(),
  };
}

function askOnce(
  resolvers: readonly ServerAddress[],
  budget: Budget,
  limit: DnsSession['limit'],
  zone: string,
): (question: Question) => Promise<Resolved> {
  const asked = new Map<string, Promise<Resolved>>();
  let silent = 0;
  const askNow = async (question: Question): Promise<Resolved> => {
    if (budget.signal.aborted) throw networkFailure('interrupted', zone);
    if (silent >= maxSilent)
      return {
        reply: { kind: 'none', code: 'ERR_TIMEOUT', why: 'not asked: the resolver was silent before' },
        exchanges: [],
      };
    const resolved = await resolve(question, resolvers, budget);
    const heard = resolved.exchanges.some(({ ended }) => ended === 'answered');
    silent = heard || resolved.exchanges.length === 0 ? 0 : silent + 1;
    return resolved;
  };
  return (question) => {
    const key = `${question.type} ${question.name}`;
    const before = asked.get(key);
    if (before !== undefined) return before;
    const now = limit(() => askNow(question));
    asked.set(key, now);
    return now;
  };
}

/** What the system says, as the configuration of this machine or its name service has it. */
function systemResolvers(): readonly ServerAddress[] {
  return getServers()
    .map((text) => {
      const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(text) ?? [];
      return { address: bracketed ?? plain ?? text, port: Number(port ?? 53) };
    })
    .filter(({ address }) => isIP(address) !== 0)
    .slice(0, maxResolvers);
}

/** Runs an inquiry: its questions of one round go out at the same time. */
export async function runLookup<T>(
  lookup: Lookup<T>,
  ask: (question: Question) => Promise<Resolved>,
): Promise<T> {
  let step = lookup.next();
  while (!step.done) {
    const questions = step.value;
    const replies = await Promise.all(questions.map(ask));
    step = lookup.next(replies.map(({ reply }) => reply));
  }
  return step.value;
}
