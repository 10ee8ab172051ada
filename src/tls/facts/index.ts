import { chain } from './chain.ts';
import { leaf } from './leaf.ts';
import { upgrades } from './upgrades.ts';
import { versions } from './versions.ts';

/** Every fact about a TLS endpoint. */
export const tlsFacts = [chain, leaf, upgrades, versions];
