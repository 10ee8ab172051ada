import type { DataStore } from './data-store.ts';
import { type SideKind, type SubjectKind, sideSuffixes, type TargetKind } from './fact-schema.ts';

/**
 * How a password may leave this machine: under TLS whose certificate chains to a root and names the host
 * (libpq `verify-full`), whose certificate chains only (`verify-ca`), under any TLS (`require`), or in the clear
 * (`disable`).
 */
export type TlsPolicy = 'verified' | 'verified-ca' | 'unverified' | 'plaintext';

/** A secret named, never held: resolved by the collectors at the moment of use. */
export type SecretReference =
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }
  /** The program, found in PATH unless it has a slash, and its arguments. */
  | { readonly kind: 'exec'; readonly command: readonly [string, ...string[]] };

/** What the user names, as `assay.yaml` or the command line gives it. */
export interface Target {
  /** `[a-z0-9][a-z0-9._-]{0,62}`: the file's `id:`, else `<kind>-<16 hex of sha256(locator)>`. */
  readonly id: string;
  /** True where the id was given in the file; waivers and recorded series require it. */
  readonly named: boolean;
  readonly kind: TargetKind;
  /** Scheme, lower-case A-label host, explicit port; for PostgreSQL without user and database. */
  readonly locator: string;
  /** Lower-case A-label host name or zone, address literal (no brackets), or absolute path of a socket folder. */
  readonly host: string;
  readonly port: number;
  /** Addresses to use for `host` in place of name resolution; empty: resolve. */
  readonly addresses: readonly string[];
  /** Present: of the addresses that the name resolves to, only the first is looked at. */
  readonly addressChoice?: 'first';
  /** TLS endpoints: the name that the server is asked as (SNI) and must prove, where it is not `host`. */
  readonly serverName?: string;
  /** TLS endpoints: through what connections are made. */
  readonly proxy?: ProxyServer;
  readonly tags: readonly string[];
  readonly owner?: string;
  /** True: not reaching it does not make the scan unproven. */
  readonly optional: boolean;
  /** Path of a PEM file with the roots that this target's certificates must chain to; absent: the system's. */
  readonly caFile?: string;
  readonly postgres?: PostgresConnection;
  readonly dns?: DnsZone;
  /** Present where the scheme is https. */
  readonly http?: HttpSide;
  /** What a database is declared to hold. */
  readonly data?: DataStore;
}

/** What is said of a DNS zone, and whom to ask about it. */
export interface DnsZone {
  /** The recursive server to ask; absent: those of this machine. */
  readonly resolver?: { readonly address: string; readonly port: number };
  /** Whether it is a mail domain; absent: where it has mail servers (MX). */
  readonly mail?: boolean;
  /** Domain names of the certification authorities that may issue; absent: not declared. */
  readonly issuers?: readonly string[];
  /** DKIM selectors in use: they cannot be listed. */
  readonly selectors: readonly string[];
  /** Names in the zone, in full: a zone cannot be listed either. */
  readonly names: readonly string[];
}

/** What is asked of the HTTP server behind an https target. */
export interface HttpSide {
  /** Absolute paths without query, at least one. */
  readonly paths: readonly string[];
  /** Where plain HTTP is asked: as declared, else 80 beside port 443, else unknown. */
  readonly clearPort?: number;
}

/** A proxy that connects to addresses on our behalf: HTTP CONNECT, or SOCKS5. */
export interface ProxyServer {
  readonly scheme: 'http' | 'socks5';
  readonly host: string;
  readonly port: number;
  readonly user?: string;
  readonly password?: SecretReference;
}

export interface PostgresConnection {
  readonly user?: string;
  readonly database?: string;
  readonly tls: TlsPolicy;
  /** True where the target itself asked for less than `verified`. */
  readonly tlsGiven: boolean;
  readonly password?: SecretReference;
  /** What log-ins are tried with where a scan asks for them. */
  readonly defaultPasswords?: readonly DefaultPasswords[];
  /** Present where the target declares the server's log. */
  readonly log?: LogSource;
}

/** A role, and passwords that it must not have, as from a manual. */
export interface DefaultPasswords {
  readonly role: string;
  readonly passwords: readonly DefaultPassword[];
}

/** The name of the role itself, or where the password is. */
export type DefaultPassword =
  | { readonly kind: 'role-name' }
  | Exclude<SecretReference, { readonly kind: 'exec' }>;

/** What is read of a server's log, and where. */
export interface LogSource {
  /** The look is at the files that reach into so many hours before it. */
  readonly windowHours: number;
  /** Log-ins are looked for in the files of so many days; absent: they are not. */
  readonly logInDays?: number;
  /** Of this machine, where it or a copy of it lies; absent: it is read through the server itself. */
  readonly folder?: string;
  /** A table of sensitive data, with its schema, that the canary asks for no row of. */
  readonly canaryTable?: string;
}

/**
 * One system found at a target, the target itself or one of several addresses of its name; or a side of such a
 * system (`~http`: its HTTP side, `~log`: the log that it writes, `~data`: the data in it), which is the same system
 * and not one more.
 */
export interface Subject {
  /** The target's id; `<id>~<address>` where the name has several addresses; with a suffix after it, a side. */
  readonly id: string;
  readonly targetId: string;
  readonly kind: SubjectKind;
  readonly locator: string;
  readonly host: string;
  readonly port: number;
  /** The IP address looked at; absent for a socket folder, or where the name did not resolve. */
  readonly address?: string;
  /** Where only the first address of the name is looked at: the others. */
  readonly otherAddresses?: readonly string[];
  readonly tags: readonly string[];
  readonly owner?: string;
  readonly optional: boolean;
}

/** The sides that what is said of a target gives each of its systems. */
export function sidesOf({ http, postgres, data }: Target): readonly SideKind[] {
  return [
    ...(http === undefined ? [] : ['http-api' as const]),
    ...(postgres?.log === undefined ? [] : ['log-store' as const]),
    ...(data === undefined ? [] : ['data-store' as const]),
  ];
}

/** A side of a system. Ids of targets have no tilde, and no address is a suffix. */
export function sideOf(subject: Subject, kind: SideKind): Subject {
  return { ...subject, id: `${subject.id}${sideSuffixes[kind]}`, kind };
}

/** The system that a subject is, or is a side of: its id. */
export function systemOf({ id, kind }: Subject): string {
  return isSide(kind) && id.endsWith(sideSuffixes[kind]) ? id.slice(0, -sideSuffixes[kind].length) : id;
}

const isSide = (kind: SubjectKind): kind is SideKind => kind in sideSuffixes;
