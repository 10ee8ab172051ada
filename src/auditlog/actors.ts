import { AssayError, byCodeUnit } from '../model/index.ts';
import { type AuditClass, auditClassOf } from './classes.ts';
import { type InteractiveClient, interactiveClientOf, interactiveClients } from './clients.ts';
import { isLogIn, type LogEntry } from './entry.ts';
import type { Actors } from './facts/actors.ts';
import { isRefusal } from './tracking.ts';

/** How the window was looked at. */
interface Window {
  readonly hours: number;
  /** Log-ins are logged, and with them what the client calls itself. */
  readonly told: boolean;
  /** Every log-in of the window has its entry, as far as the log can tell. */
  readonly whole: boolean;
}

/** Gathers who acted, over the entries of one form. */
export interface ActorCount {
  /** @param kind that of the entry, where it was told already */
  entry(entry: LogEntry, kind?: AuditClass): void;
  value(window: Window): Actors;
  /** Audit entries whose user the log does not tell. */
  readonly nameless: number;
}

interface Actor {
  entries: number;
  readonly clients: Set<InteractiveClient>;
  /** Of its last entry: seldom another than before. */
  application?: string | undefined;
  readonly logInsMs: number[];
  logIns: number;
}

/** Log-ins that wait for the next entry of their session: the first of more are taken for what they say. */
const mostWaiting = 20_000;
const mostActors = 20_000;
/** Of a role that logs in more often, no times are kept. */
const mostTimes = 200;

export function startActors(windowStartMs: number): ActorCount {
  const actors = new Map<string, Actor>();
  let nameless = 0;
  let isOverfull = false;
  const actorOf = (role: string): Actor | undefined => {
    const known = actors.get(role);
    if (known !== undefined) return known;
    if (actors.size >= mostActors) {
      isOverfull = true;
      return undefined;
    }
    const fresh: Actor = { entries: 0, clients: new Set(), logInsMs: [], logIns: 0 };
    actors.set(role, fresh);
    return fresh;
  };
  const take = (entry: LogEntry): void => {
    const { user } = entry;
    const actor = user === undefined ? undefined : actorOf(user);
    if (actor !== undefined) note(actor, entry);
  };
  const waiting = startWaiting(take);
  return {
    entry: (entry, kind = auditClassOf(entry)) => {
      waiting.next(entry);
      if (!isOfActor(entry, kind) || (entry.atMs ?? windowStartMs) < windowStartMs) return;
      if (entry.user === undefined) nameless++;
      else if (isLogIn(entry)) waiting.add(entry);
      else take(entry);
    },
    get nameless() {
      return nameless;
    },
    value: ({ hours, told, whole }) => {
      waiting.end();
      if (isOverfull) throw tooManyActors();
      return {
        windowHours: hours,
        logInsWhole: told && whole,
        actors: [...actors]
          .sort(([a], [b]) => byCodeUnit(a, b))
          .map(([role, actor]) => ({ role, entries: actor.entries, ...(told ? logInsOf(actor) : {}) })),
      };
    },
  };
}

/**
 * A session that was let in may be refused next, and then its user is a name that somebody typed, a password by mistake
 * perhaps. Where sessions have no ids it is not told, and the log-in is none of anybody's.
 */
function startWaiting(take: (entry: LogEntry) => void) {
  const logIns = new Map<string, LogEntry>();
  const settle = (session: string, entry: LogEntry): void => {
    logIns.delete(session);
    take(entry);
  };
  return {
    next: (entry: LogEntry): void => {
      const before = logIns.get(entry.session ?? '');
      if (entry.session === undefined || before === undefined) return;
      if (isRefusal(entry)) logIns.delete(entry.session);
      else settle(entry.session, before);
    },
    add: (entry: LogEntry): void => {
      if (entry.session === undefined) return;
      logIns.set(entry.session, entry);
      const [first] = logIns.size > mostWaiting ? logIns : [];
      if (first !== undefined) settle(...first);
    },
    end: (): void => {
      for (const one of [...logIns]) settle(...one);
    },
  };
}

function note(actor: Actor, entry: LogEntry): void {
  const { atMs } = entry;
  actor.entries++;
  const application = applicationOf(entry);
  if (application !== actor.application) noteClient(actor, application);
  if (!isLogIn(entry)) return;
  actor.logIns++;
  if (atMs !== undefined && actor.logInsMs.length < mostTimes) actor.logInsMs.push(atMs);
}

function noteClient(actor: Actor, application: string | undefined): void {
  actor.application = application;
  const client = interactiveClientOf(application ?? '');
  if (client !== undefined) actor.clients.add(client);
}

/** A refused log-in names whom somebody claimed to be. */
const isOfActor = (entry: LogEntry, kind: AuditClass | undefined): boolean =>
  kind === undefined ? isLogIn(entry) : kind !== 'log-in-failure';

/** What the client called itself as it came, or calls itself since. */
function applicationOf(entry: LogEntry): string | undefined {
  const { user, database, message, application } = entry;
  if (!isLogIn(entry)) return application;
  const head = `user=${user}${database === undefined ? '' : ` database=${database}`} application_name=`;
  const at = message.indexOf(head);
  return at < 0 ? application : message.slice(at + head.length);
}

function logInsOf({ logIns, logInsMs, clients }: Actor) {
  return {
    logIns,
    clients: Object.fromEntries(interactiveClients.map((client) => [client, clients.has(client)])),
    ...(logInsMs.length < logIns ? {} : { logInTimes: logInsMs.map((ms) => new Date(ms).toISOString()) }),
  };
}

function tooManyActors(): AssayError {
  return new AssayError('ERR_TOO_LARGE', `expected entries of at most ${mostActors} roles, got more`, {
    remedy: 'make log: window-hours of the target shorter',
  });
}
