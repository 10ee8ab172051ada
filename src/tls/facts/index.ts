import { chain } from './chain.ts';
import { leaf } from './leaf.ts';
import { revocation } from './revocation.ts';
import { timestamps } from './timestamps.ts';
import { versions } from './versions.ts';
import { weaknesses } from './weaknesses.ts';

/** Every fact about a TLS endpoint. */
export const tlsFacts = [chain, leaf, revocation, timestamps, versions, weaknesses];
