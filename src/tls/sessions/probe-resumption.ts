import type { Completeness } from '../../model/index.ts';
import { type Dialogue, inParallel, type Probing } from '../exchange.ts';
import type { Resumption } from '../facts/resumption.ts';
import type { Versions } from '../facts/versions.ts';
import type { CompleteHandshake, Version12 } from '../handshake/complete-handshake.ts';
import {
  dialogue12,
  type HandshakeOptions,
  usualDialogue13,
  wideDialogue13,
} from '../handshake/dialogues.ts';
import type { Handshake12 } from '../handshake/outcome12.ts';
import type { Handshake13 } from '../handshake/outcome13.ts';
import { howItEnded } from '../sent-certificates.ts';
import { probeSessions } from './probe-sessions.ts';
import { notCompleted, sawThrough } from './tickets-value.ts';

type Attempt = Resumption['attempts'][number];

/** One way of taking a session up, and what came of it. */
type Tried =
  | { readonly kind: 'known'; readonly attempt: Attempt }
  | { readonly kind: 'unknown'; readonly what: string; readonly why: string };

export interface ResumptionSeen {
  readonly value: Resumption;
  readonly missing: Completeness['missing'];
  readonly wantsEncapsulation: boolean;
}

/** Completes a handshake a version, then comes back with what it brought, in each way once. */
export function* probeResumption(versions: Versions, options: HandshakeOptions): Probing<ResumptionSeen> {
  const { handshakes, missing, wantsEncapsulation } = yield* probeSessions(versions, options);
  const ways = handshakes.flatMap((one) => waysOf(one, options));
  const asked = yield* inParallel(ways.flatMap((way) => ('talk' in way ? [way] : [])));
  const tried: Tried[] = [...ways.flatMap((way) => ('talk' in way ? [] : [way])), ...asked];
  return {
    value: { attempts: tried.flatMap((one) => (one.kind === 'known' ? [one.attempt] : [])) },
    missing: [
      ...missing,
      ...tried.flatMap((one) => (one.kind === 'unknown' ? [{ what: one.what, why: one.why }] : [])),
    ],
    wantsEncapsulation,
  };
}

type Way = Dialogue<Tried> | Tried;

function waysOf(handshake: CompleteHandshake, options: HandshakeOptions): Way[] {
  const { version, seen } = handshake;
  const through = version === 'TLSv1.3' ? sawThrough(seen) : seen.finished;
  if (!through) return [{ kind: 'unknown', ...notCompleted(handshake) }];
  return version === 'TLSv1.3'
    ? [ticket13(seen, options)]
    : (['id', 'ticket'] as const).map((by) => way12(version, seen, by, options));
}

function notOffered(version: string, by: Attempt['by']): Tried {
  return { kind: 'known', attempt: { version, by, offered: false, resumed: false } };
}

function ticket13({ sessions, group }: Handshake13, options: HandshakeOptions): Way {
  const [session] = sessions;
  if (session === undefined) return notOffered('TLSv1.3', 'ticket');
  const wanted = { label: 'TLSv1.3 session again, by ticket', extent: 'flight', session } as const;
  const { kems } = options;
  const wide = kems !== undefined && group !== undefined && group >> 8 !== 0 && group >> 8 !== 1;
  const { label, talk } = wide
    ? wideDialogue13({ ...options, kems }, wanted)
    : usualDialogue13(options, wanted);
  return { label, talk: () => triedBy('TLSv1.3', 'ticket', talk()) };
}

function way12(
  version: Version12,
  { session }: Handshake12,
  by: Attempt['by'],
  options: HandshakeOptions,
): Way {
  if (session === undefined || session[by].length === 0) return notOffered(version, by);
  const { label, talk } = dialogue12(version, options, {
    label: `${version} session again, by ${by}`,
    extent: 'flight',
    resume: { by, session },
  });
  return { label, talk: () => triedBy(version, by, talk()) };
}

function* triedBy(
  version: string,
  by: Attempt['by'],
  talk: ReturnType<Dialogue<Handshake12 | Handshake13>['talk']>,
): ReturnType<Dialogue<Tried>['talk']> {
  const seen = yield* talk;
  const { resumed } = seen;
  if (resumed === undefined || (resumed && !seen.finished)) {
    return { kind: 'unknown', what: `${version}, by ${by}`, why: howItEnded(seen, version) };
  }
  return { kind: 'known', attempt: { version, by, offered: true, resumed } };
}
