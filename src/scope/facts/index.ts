import type { FactDefinition } from '../../model/index.ts';
import { accounts } from './accounts.ts';
import { bundles } from './bundles.ts';
import { certificates } from './certificates.ts';
import { names } from './names.ts';
import { systems } from './systems.ts';

export const scopeFacts: readonly FactDefinition[] = [accounts, bundles, certificates, names, systems];
