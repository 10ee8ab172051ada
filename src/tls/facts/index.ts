import { attacks } from './attacks.ts';
import { chain } from './chain.ts';
import { compression } from './compression.ts';
import { extensions } from './extensions.ts';
import { fallback } from './fallback.ts';
import { flaws } from './flaws.ts';
import { groups } from './groups.ts';
import { leaf } from './leaf.ts';
import { primes } from './primes.ts';
import { suites } from './suites.ts';
import { versions } from './versions.ts';

/** Every fact about a TLS endpoint. */
export const tlsFacts = [
  attacks,
  chain,
  compression,
  extensions,
  fallback,
  flaws,
  groups,
  leaf,
  primes,
  suites,
  versions,
];
