import {
  byCodeUnit,
  type CollectedObservation,
  type Completeness,
  type EvidenceItem,
  type Json,
  type PreviousBundle,
  type Registers,
  type SubjectRecord,
  type Target,
} from '../model/index.ts';
import type { Accounts } from './facts/accounts.ts';
import type { Bundles } from './facts/bundles.ts';
import type { Certificates } from './facts/certificates.ts';
import type { Names } from './facts/names.ts';
import type { Systems } from './facts/systems.ts';
import { keyOf, type Meetings, meetings } from './meetings.ts';

/** What the scan was told of the organisation's systems. */
export interface Declared {
  /** All that are declared, also those that this scan leaves out. */
  readonly targets: readonly Target[];
  readonly outOfScope: readonly { readonly what: string }[];
  readonly registers: Registers;
  /** Earlier bundles that the scan was given. */
  readonly previous: readonly PreviousBundle[];
  /** The registers' own bytes, by kind. */
  readonly files: { readonly [K in keyof Registers]?: EvidenceItem };
}

/** Facts over several subjects: a fold, so that no fleet is held in memory. Order of arrival does not matter. */
export interface Reconciliation {
  add(record: SubjectRecord<unknown>): void;
  /** Observations of the organisation itself. `at`: RFC 3339, the end of the looks. */
  finish(at: string): readonly CollectedObservation[];
}

export function startReconciliation(declared: Declared): Reconciliation {
  const met = meetings();
  return {
    add: (record) => met.add(record),
    finish: (at) => [
      accountsObservation(declared, met, at),
      bundlesObservation(declared, at),
      certificatesObservation(declared, met, at),
      namesObservation(declared, met, at),
      systemsObservation(declared, met, at),
    ],
  };
}

interface Compared {
  readonly value: Json;
  readonly completeness: readonly Completeness[];
  readonly request: string;
  readonly evidence: readonly EvidenceItem[];
}

function seen(
  fact: string,
  at: string,
  { value, completeness, request, evidence }: Compared,
): CollectedObservation {
  return {
    kind: 'seen',
    fact,
    method: 'EXAMINE',
    startedAt: at,
    endedAt: at,
    attempts: 1,
    requests: [request],
    evidence,
    value,
    completeness,
    withheld: [],
  };
}

function undeclaredRegister(fact: string, register: string, at: string): CollectedObservation {
  return undeclared(fact, at, {
    message: `expected a register of ${register}, got none`,
    remedy: `Name the file under registers: ${register}: in assay.yaml.`,
  });
}

function undeclared(
  fact: string,
  at: string,
  why: { readonly message: string; readonly remedy: string },
): CollectedObservation {
  return {
    kind: 'unseen',
    fact,
    method: 'EXAMINE',
    startedAt: at,
    endedAt: at,
    attempts: 1,
    requests: [],
    evidence: [],
    reason: { code: 'ERR_NOT_DECLARED', ...why },
  };
}

function accountsObservation(
  { registers, files, targets }: Declared,
  met: Meetings,
  at: string,
): CollectedObservation {
  const register = registers.accounts;
  if (!register) return undeclaredRegister('scope.accounts', 'accounts', at);
  const keys = new Map<string, Accounts['accounts'][number]>();
  for (const { system, account, privileged } of register.accounts) {
    const row = { system, account, declared: true, declaredPrivileged: privileged };
    const gone = met.whole(system, 'postgres.roles') ? { present: false, privileged: false } : {};
    keys.set(keyOf(system, account), { ...row, ...gone });
  }
  for (const { system, account, privileged } of met.accounts()) {
    const before = keys.get(keyOf(system, account)) ?? {
      system,
      account,
      declared: false,
      declaredPrivileged: false,
    };
    keys.set(keyOf(system, account), { ...before, present: true, privileged });
  }
  return seen('scope.accounts', at, {
    value: { registerAgeDays: ageDays(register.date, at), accounts: ordered(keys) } satisfies Accounts,
    completeness: [
      {
        list: '/accounts',
        basis: `the roster ${register.name} of ${register.date}, and the log-in roles of every database server`,
        returned: keys.size,
        missing: missingOf(met, targets, 'postgres-server', 'postgres.roles'),
      },
    ],
    request: `compare ${register.name} (sha256 ${register.sha256}) with postgres.roles of every server`,
    evidence: files.accounts ? [files.accounts] : [],
  });
}

function bundlesObservation({ previous }: Declared, at: string): CollectedObservation {
  if (previous.length === 0) {
    return undeclared('scope.bundles', at, {
      message: 'expected an earlier bundle, got none',
      remedy: 'Give the bundles of earlier scans with --previous.',
    });
  }
  const rows = previous.map(({ fingerprint, endedAt, signature }) => ({
    fingerprint,
    endedAt,
    ageDays: ageDays(endedAt, at),
    signature: signature.kind,
  }));
  return seen('scope.bundles', at, {
    value: rows satisfies Bundles,
    completeness: [{ list: '', basis: 'the bundles given to this scan', returned: rows.length, missing: [] }],
    request: 'check the files of each earlier bundle against its own list of them',
    evidence: [],
  });
}

function certificatesObservation(
  { registers, files, targets }: Declared,
  met: Meetings,
  at: string,
): CollectedObservation {
  const register = registers.certificates;
  if (!register) return undeclaredRegister('scope.certificates', 'certificates', at);
  const keys = new Map<string, Certificates['certificates'][number]>();
  for (const { sha256, subject } of register.certificates) {
    keys.set(sha256, {
      sha256,
      ...(subject === undefined ? {} : { subject }),
      declared: true,
      endpoints: [],
    });
  }
  for (const { sha256, subject, endpoints } of met.certificates()) {
    keys.set(sha256, { sha256, subject, declared: keys.has(sha256), endpoints });
  }
  return seen('scope.certificates', at, {
    value: {
      registerAgeDays: ageDays(register.date, at),
      certificates: ordered(keys),
    } satisfies Certificates,
    completeness: [
      {
        list: '/certificates',
        basis: `the register ${register.name} of ${register.date}, and the certificates that every TLS endpoint presented as its own`,
        returned: keys.size,
        missing: missingOf(met, targets, 'tls-endpoint', 'tls.leaf'),
      },
    ],
    request: `compare ${register.name} (sha256 ${register.sha256}) with tls.leaf of every endpoint`,
    evidence: files.certificates ? [files.certificates] : [],
  });
}

function namesObservation(declared: Declared, met: Meetings, at: string): CollectedObservation {
  const known = knownNames(declared);
  const rows = met.names().map(({ name, endpoints }) => ({ name, declared: known(name), endpoints }));
  return seen('scope.names', at, {
    value: rows satisfies Names,
    completeness: [
      {
        list: '',
        basis: 'the names in the certificates that every TLS endpoint presented as its own',
        returned: rows.length,
        missing: missingOf(met, declared.targets, 'tls-endpoint', 'tls.leaf'),
      },
    ],
    request: 'compare the names in tls.leaf of every endpoint with the targets and what is out of scope',
    evidence: [],
  });
}

function systemsObservation(
  { targets, registers, files }: Declared,
  met: Meetings,
  at: string,
): CollectedObservation {
  const register = registers.systems;
  if (!register) return undeclaredRegister('scope.systems', 'systems', at);
  const keys = new Map<string, Systems['systems'][number]>();
  for (const { name } of register.systems) {
    keys.set(name, { name, declared: true, target: false });
  }
  for (const target of targets) {
    const name = [target.id, target.locator].find((one) => keys.has(one)) ?? target.locator;
    const reached = met.reached(target.id) ? { reached: true } : {};
    keys.set(name, { name, declared: keys.has(name), target: true, ...reached });
  }
  return seen('scope.systems', at, {
    value: { registerAgeDays: ageDays(register.date, at), systems: ordered(keys) } satisfies Systems,
    completeness: [
      {
        list: '/systems',
        basis: `the register ${register.name} of ${register.date}, and the targets of the scan`,
        returned: keys.size,
        missing: [],
      },
    ],
    request: `compare ${register.name} (sha256 ${register.sha256}) with the targets of the scan`,
    evidence: files.systems ? [files.systems] : [],
  });
}

/** What was not seen whole of the targets of a kind, and those that this scan left out. */
function missingOf(
  met: Meetings,
  targets: readonly Target[],
  kind: Target['kind'],
  fact: string,
): Completeness['missing'] {
  const leftOut = targets.filter((target) => target.kind === kind && !met.looked(target.id));
  return [...met.missing(fact), ...leftOut.map(({ id }) => ({ what: id, why: 'left out of this scan' }))];
}

/** A name is known when a target, a register or what is out of scope names it; a wildcard when it covers a target. */
function knownNames({ targets, outOfScope, registers }: Declared): (name: string) => boolean {
  const hosts = new Set(targets.map(({ host }) => host));
  const registered = new Set((registers.systems?.systems ?? []).map(({ name }) => hostOf(name)));
  const excluded = outOfScope.flatMap(({ what }) => namesIn(what));
  return (name) =>
    hosts.has(name) ||
    registered.has(name) ||
    excluded.includes(name) ||
    (name.startsWith('*.') && [...hosts].some((host) => host.slice(host.indexOf('.')) === name.slice(1)));
}

/** An entry that consists of names, or none: what prose mentions is not thereby declared. */
function namesIn(what: string): readonly string[] {
  const words = what.toLowerCase().split(/[\s,;]+/);
  return words.every((word) => /^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)+$/.test(word)) ? words : [];
}

function hostOf(name: string): string {
  return /^[a-z]+:\/\/(\[[^\]]*\]|[^:/]*)/.exec(name)?.[1] ?? name;
}

function ordered<R>(rows: ReadonlyMap<string, R>): readonly R[] {
  return [...rows].sort(([a], [b]) => byCodeUnit(a, b)).map(([, row]) => row);
}

const dayMs = 86_400_000;

/** Whole days. A date alone begins at midnight UTC, which may still be to come where the organisation is. */
function ageDays(since: string, at: string): number {
  return Math.max(0, Math.floor((Date.parse(at) - Date.parse(since)) / dayMs));
}
