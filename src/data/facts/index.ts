import { ages } from './ages.ts';
import { canaries } from './canaries.ts';
import { columns } from './columns.ts';
import { constraints } from './constraints.ts';
import { deidentified } from './deidentified.ts';
import { encryption } from './encryption.ts';
import { purposes } from './purposes.ts';
import { records } from './records.ts';
import { requests } from './requests.ts';
import { samples } from './samples.ts';

/** Every fact of the data in a database. */
export const dataFacts = [
  ages,
  canaries,
  columns,
  constraints,
  deidentified,
  encryption,
  purposes,
  records,
  requests,
  samples,
] as const;
