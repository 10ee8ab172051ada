import { auditlogFacts } from '../auditlog/facts/index.ts';
import { dataFacts } from '../data/facts/index.ts';
import { dnsFacts } from '../dns/facts/index.ts';
import { httpFacts } from '../http/facts/index.ts';
import type { FactDefinition } from '../model/index.ts';
import { postgresFacts } from '../postgres/facts/index.ts';
import { scopeFacts } from '../scope/facts/index.ts';
import { tlsFacts } from '../tls/facts/index.ts';

/** Every fact that assay can collect, by name. */
export const facts: readonly FactDefinition[] = [
  ...auditlogFacts,
  ...dataFacts,
  ...dnsFacts,
  ...httpFacts,
  ...postgresFacts,
  ...scopeFacts,
  ...tlsFacts,
];
