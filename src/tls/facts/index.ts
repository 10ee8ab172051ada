import { chain } from './chain.ts';
import { flaws } from './flaws.ts';
import { leaf } from './leaf.ts';
import { versions } from './versions.ts';

/** Every fact about a TLS endpoint. */
export const tlsFacts = [chain, flaws, leaf, versions];
