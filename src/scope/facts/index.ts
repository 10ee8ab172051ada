import type { FactDefinition } from '../../model/index.ts';
import { accounts } from './accounts.ts';
import { bundles } from './bundles.ts';
import { certificates } from './certificates.ts';
import { cryptography } from './cryptography.ts';
import { names } from './names.ts';
import { systems } from './systems.ts';

export const scopeFacts: readonly FactDefinition[] = [
  accounts,
  bundles,
  certificates,
  cryptography,
  names,
  systems,
];
