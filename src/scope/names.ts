import type { CollectedObservation } from '../model/index.ts';
import type { Declared } from './declared.ts';
import type { Names } from './facts/names.ts';
import type { Meetings } from './meetings.ts';
import { missingOf, seen } from './observed.ts';

export function namesObservation(declared: Declared, met: Meetings, at: string): CollectedObservation {
  const known = knownNames(declared);
  const rows = met.names().map(({ name, endpoints }) => ({ name, declared: known(name), endpoints }));
  return seen('scope.names', at, {
    value: rows satisfies Names,
    completeness: [
      {
        list: '',
        basis: 'the names in the certificates that every TLS endpoint presented as its own',
        returned: rows.length,
        missing: missingOf(met, declared.targets, 'tls-endpoint'),
      },
    ],
    request: 'compare the names in tls.leaf of every endpoint with the targets and what is out of scope',
    evidence: [],
  });
}

/** A name is known when a target, a register or what is out of scope names it; a wildcard when it covers a target. */
function knownNames({ targets, outOfScope, registers }: Declared): (name: string) => boolean {
  // A zone that is asked about is not thereby a system that anybody looked at.
  const hosts = new Set(targets.filter(({ kind }) => kind !== 'dns-zone').map(({ host }) => host));
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
