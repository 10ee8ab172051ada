import { ages } from './ages.ts';
import { columns } from './columns.ts';
import { deidentified } from './deidentified.ts';
import { encryption } from './encryption.ts';
import { samples } from './samples.ts';

/** Every fact of the data in a database. */
export const dataFacts = [ages, columns, deidentified, encryption, samples] as const;
