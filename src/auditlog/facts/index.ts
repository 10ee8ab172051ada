import { actors } from './actors.ts';
import { canaries } from './canaries.ts';
import { continuity } from './continuity.ts';
import { fields } from './fields.ts';
import { logIns } from './log-ins.ts';
import { matches } from './matches.ts';
import { retention } from './retention.ts';

/** Every fact of a log that a server writes. */
export const auditlogFacts = [actors, canaries, continuity, fields, logIns, matches, retention] as const;
