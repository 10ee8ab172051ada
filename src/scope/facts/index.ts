import type { FactDefinition } from '../../model/index.ts';
import { accounts } from './accounts.ts';
import { bundles } from './bundles.ts';
import { certificates } from './certificates.ts';
import { changes } from './changes.ts';
import { cryptography } from './cryptography.ts';
import { discoveries } from './discoveries.ts';
import { duties } from './duties.ts';
import { keys } from './keys.ts';
import { names } from './names.ts';
import { reviews } from './reviews.ts';
import { roles } from './roles.ts';
import { systems } from './systems.ts';
import { tickets } from './tickets.ts';
import { windows } from './windows.ts';

export const scopeFacts: readonly FactDefinition[] = [
  accounts,
  bundles,
  certificates,
  changes,
  cryptography,
  discoveries,
  duties,
  keys,
  names,
  reviews,
  roles,
  systems,
  tickets,
  windows,
];
