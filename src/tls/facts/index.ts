import { chain } from './chain.ts';
import { clients } from './clients.ts';
import { flaws } from './flaws.ts';
import { leaf } from './leaf.ts';
import { resumption } from './resumption.ts';
import { tickets } from './tickets.ts';
import { versions } from './versions.ts';

/** Every fact about a TLS endpoint. */
export const tlsFacts = [chain, clients, flaws, leaf, resumption, tickets, versions];
