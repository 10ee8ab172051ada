import { attacks } from './attacks.ts';
import { chain } from './chain.ts';
import { clients } from './clients.ts';
import { compression } from './compression.ts';
import { extensions } from './extensions.ts';
import { fallback } from './fallback.ts';
import { flaws } from './flaws.ts';
import { groups } from './groups.ts';
import { keys } from './keys.ts';
import { leaf } from './leaf.ts';
import { primes } from './primes.ts';
import { resumption } from './resumption.ts';
import { revocation } from './revocation.ts';
import { signatures } from './signatures.ts';
import { status } from './status.ts';
import { suites } from './suites.ts';
import { tickets } from './tickets.ts';
import { timestamps } from './timestamps.ts';
import { tolerance } from './tolerance.ts';
import { upgrades } from './upgrades.ts';
import { versions } from './versions.ts';
import { weaknesses } from './weaknesses.ts';

/** Every fact about a TLS endpoint. */
export const tlsFacts = [
  attacks,
  chain,
  clients,
  compression,
  extensions,
  fallback,
  flaws,
  groups,
  keys,
  leaf,
  primes,
  resumption,
  revocation,
  signatures,
  status,
  suites,
  tickets,
  timestamps,
  tolerance,
  upgrades,
  versions,
  weaknesses,
];
