import { ages } from './ages.ts';
import { canaries } from './canaries.ts';
import { columns } from './columns.ts';
import { encryption } from './encryption.ts';
import { samples } from './samples.ts';

/** Every fact of the data in a database. */
export const dataFacts = [ages, canaries, columns, encryption, samples] as const;
