import {
  byCodeUnit,
  type CryptographicParameter,
  type Json,
  type Observation,
  type Registers,
  type Subject,
  type SubjectKind,
  type SubjectRecord,
  type Target,
} from '../model/index.ts';
import { type AccessSight, accessSight } from './access-sight.ts';
import { type DiscoverySight, discoverySight } from './discovery-sight.ts';
import { keySightings, type MetKey } from './key-sightings.ts';
import { logInSightings, logInsSource, type MetLogIns } from './log-in-sightings.ts';
import { type MetRoles, roleSightings } from './role-sightings.ts';
import { type TicketSight, ticketSight, ticketsSource } from './ticket-sight.ts';

interface Sighting {
  readonly name: string;
  readonly endpoints: readonly string[];
}

/** What the looks met, gathered over all subjects. */
export interface Meetings {
  add(record: SubjectRecord<unknown>): void;
  /** A target of which at least one fact was seen. */
  reached(targetId: string): boolean;
  /** Whether a look at a target was recorded, whatever it saw. */
  looked(targetId: string): boolean;
  /** Whether a fact was seen whole of everything that the target resolved to. */
  whole(targetId: string, fact: string): boolean;
  certificates(): readonly {
    readonly sha256: string;
    readonly subject: string;
    readonly endpoints: readonly string[];
  }[];
  names(): readonly Sighting[];
  accounts(): readonly { readonly system: string; readonly account: string; readonly privileged: boolean }[];
  parameters(): readonly CryptographicParameter[];
  /** Roles and memberships of the servers of a target. */
  roles(targetId: string): MetRoles;
  keys(): readonly MetKey[];
  /** Log-ins of a role at the servers of a target, as their logs tell. */
  logIns(targetId: string, role: string): MetLogIns;
  /** What roles tell of the database servers, where they were seen whole. */
  access(): readonly AccessSight[];
  /** Ids of the data stores of a target that were looked at, whatever was seen. */
  dataStores(targetId: string): readonly string[];
  /** Runs of data discovery. */
  discoveries(): readonly DiscoverySight[];
  /** Undefined where those of the subject were not seen. */
  tickets(subjectId: string): TicketSight | undefined;
  /** Subjects of which a fact could not be seen whole, and why. */
  missing(fact: string): readonly { readonly what: string; readonly why: string }[];
}

type Row = Readonly<Record<string, Json>>;

interface Leaf {
  readonly certificates: readonly Row[];
}

/** Kinds of system that say something of the organisation as a whole. */
type SourceKind = Exclude<Target['kind'], 'dns-zone'>;

/** The fact of each such kind that the facts about the organisation are made from. */
export const sources: Readonly<Record<SourceKind, string>> = {
  'postgres-server': 'postgres.roles',
  'tls-endpoint': 'tls.leaf',
};
/** The fact of a TLS endpoint that says which of a kind of parameter it accepts. */
export const parameterSources = {
  version: 'tls.versions',
  suite: 'tls.suites',
  group: 'tls.groups',
} as const satisfies Record<CryptographicParameter['kind'], string>;
/** The fact of a TLS endpoint that has its keys. */
export const keysSource = 'tls.keys';
/** The fact of a database server that says what was granted to accounts themselves. */
export const grantsSource = 'postgres.directGrants';
/** The facts of a database server that say who can take up which role. */
export const roleSources = ['postgres.roles', 'postgres.memberships'] as const;
const sourceFacts: readonly string[] = [
  ...Object.values(sources),
  ...Object.values(parameterSources),
  keysSource,
  ticketsSource,
  'postgres.memberships',
  grantsSource,
  logInsSource,
];

/** The facts of a kind that the facts about the organisation are made from, by what is declared. */
export function sourcesOf(
  kind: SubjectKind,
  { cryptography, roles, duties, approvals, windows }: Registers,
): readonly string[] {
  switch (kind) {
    case 'tls-endpoint':
      return [
        ...[sources[kind], keysSource, ticketsSource],
        ...(cryptography === undefined ? [] : Object.values(parameterSources)),
      ];
    case 'postgres-server':
      return [
        ...([roles, duties, approvals].every((each) => each === undefined) ? [sources[kind]] : roleSources),
        ...(roles === undefined ? [] : [grantsSource]),
      ];
    case 'log-store':
      return windows === undefined ? [] : [logInsSource];
    default:
      return [];
  }
}

export function meetings(): Meetings {
  const reached = new Set<string>();
  const looked = new Set<string>();
  const whole = new Set<string>();
  const partial = new Set<string>();
  const certificates = new Map<string, { subject: string; endpoints: Set<string> }>();
  const names = new Map<string, Set<string>>();
  const accounts = new Map<string, { system: string; account: string; privileged: boolean }>();
  const parameters = new Map<string, CryptographicParameter>();
  const keys = keySightings();
  const roles = roleSightings();
  const logIns = logInSightings();
  const tickets = new Map<string, TicketSight>();
  const discoveries: DiscoverySight[] = [];
  const dataStores: Subject[] = [];
  const access: AccessSight[] = [];
  const missing = new Map<string, { what: string; why: string }[]>(sourceFacts.map((fact) => [fact, []]));
  const noteLeaves = (endpoint: string, leaves: readonly Row[]): void => {
    for (const { sha256, subject, dnsNames } of leaves) {
      const one = certificates.get(String(sha256)) ?? { subject: String(subject), endpoints: new Set() };
      certificates.set(String(sha256), one);
      one.endpoints.add(endpoint);
      for (const name of dnsNames as readonly string[]) {
        names.set(name.toLowerCase(), (names.get(name.toLowerCase()) ?? new Set()).add(endpoint));
      }
    }
  };
  const noteRoles = (system: string, roles: readonly Row[]): void => {
    for (const { name, login, superuser, createrole, replication, bypassrls } of roles) {
      if (login !== true) continue;
      const privileged = [superuser, createrole, replication, bypassrls].includes(true);
      const key = keyOf(system, String(name));
      const elsewhere = accounts.get(key)?.privileged === true;
      accounts.set(key, { system, account: String(name), privileged: privileged || elsewhere });
    }
  };
  const noteSeen = (id: string, targetId: string, fact: string, value: Json): void => {
    if (fact === 'tls.leaf') noteLeaves(id, (value as unknown as Leaf).certificates);
    else if (fact === keysSource) keys.note(id, value);
    else if (fact === 'postgres.roles') {
      noteRoles(targetId, value as readonly Row[]);
      roles.noteRoles(targetId, value);
    } else if (fact === 'postgres.memberships') roles.noteMemberships(targetId, value);
    else if (fact === grantsSource) roles.noteGrants(targetId, value);
    else if (fact !== ticketsSource)
      for (const one of parametersIn(targetId, fact, value))
        parameters.set(keyOf(one.system, one.kind, one.name), one);
  };
  const note = ({ id, targetId }: Subject, observation: Observation<unknown>): void => {
    const { fact } = observation;
    const gaps = missingOf(id, observation);
    missing.get(fact)?.push(...gaps);
    (gaps.length === 0 ? whole : partial).add(keyOf(targetId, fact));
    if (observation.kind !== 'seen') return;
    noteSeen(id, targetId, fact, observation.value);
  };
  return {
    add: (record) => {
      const { subject, observations } = record;
      looked.add(subject.targetId);
      if (subject.kind === 'data-store') dataStores.push(subject);
      if (observations.some(({ kind }) => kind === 'seen')) reached.add(subject.targetId);
      for (const observation of observations) {
        if (sourceFacts.includes(observation.fact)) note(subject, observation);
      }
      logIns.add(record);
      const sight = ticketSight(record);
      if (sight !== undefined) tickets.set(subject.id, sight);
      const run = discoverySight(record);
      if (run !== undefined) discoveries.push(run);
      const rights = accessSight(record);
      if (rights !== undefined) access.push(rights);
    },
    reached: (targetId) => reached.has(targetId),
    looked: (targetId) => looked.has(targetId),
    whole: (...key) => whole.has(keyOf(...key)) && !partial.has(keyOf(...key)),
    certificates: () =>
      byKey(certificates).map(([sha256, { subject, endpoints }]) => ({
        sha256,
        subject,
        endpoints: [...endpoints].sort(),
      })),
    names: () => byKey(names).map(([name, endpoints]) => ({ name, endpoints: [...endpoints].sort() })),
    accounts: () => byKey(accounts).map(([, account]) => account),
    parameters: () => byKey(parameters).map(([, parameter]) => parameter),
    keys: () => keys.list(),
    roles: (targetId) => roles.of(targetId),
    logIns: (...key) => logIns.of(...key),
    access: () => access,
    dataStores: (targetId) => dataStores.filter((one) => one.targetId === targetId).map(({ id }) => id),
    discoveries: () => discoveries,
    tickets: (subjectId) => tickets.get(subjectId),
    missing: (fact) => [...(missing.get(fact) ?? [])].sort((a, b) => byCodeUnit(a.what, b.what)),
  };
}

/** What an endpoint accepts, in whichever version. */
function parametersIn(system: string, fact: string, value: Json): readonly CryptographicParameter[] {
  const accepted = (value as { readonly accepted?: readonly Row[] }).accepted ?? [];
  switch (fact) {
    case parameterSources.version:
      return Object.entries(value as Readonly<Record<string, Json>>)
        .filter(([, answer]) => answer === 'accepted')
        .map(([name]) => ({ system, kind: 'version', name }));
    case parameterSources.suite:
      return accepted.map(({ suite }) => ({ system, kind: 'suite', name: String(suite) }));
    default:
      return accepted.map(({ group }) => ({ system, kind: 'group', name: String(group) }));
  }
}

function missingOf(
  subjectId: string,
  observation: Observation<unknown>,
): readonly { readonly what: string; readonly why: string }[] {
  if (observation.kind === 'unseen')
    return [{ what: subjectId, why: `not seen (${observation.reason.code})` }];
  const [first] = observation.completeness.flatMap(({ missing }) => missing);
  return first ? [{ what: subjectId, why: `${first.what}: ${first.why}` }] : [];
}

/** Names are free text: no separator of ours may join two into a third. */
export function keyOf(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

function byKey<V>(map: ReadonlyMap<string, V>): readonly (readonly [string, V])[] {
  return [...map].sort(([a], [b]) => byCodeUnit(a, b));
}
