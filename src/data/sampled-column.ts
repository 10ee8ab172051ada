import { columnPath, type DataClass, type DeclaredColumn } from '../model/index.ts';
import type { methods, Samples } from './facts/samples.ts';
import { countNames } from './forms.ts';
import {
  cardNumbersIn,
  otherCardNumbersIn,
  pinsIn,
  proved,
  type Reading,
  stateOf,
  trackDataIn,
  truncationOf,
  type Verdict,
  verdictOf,
  verificationCodesIn,
} from './verdict.ts';

/** What a reading says, with how its rows were chosen. */
export interface Sample extends Reading {
  readonly method: (typeof methods)[number];
  /** Rows there are, as the planner would guess. */
  readonly estimatedRows?: number;
}

type Item = Samples['columns'][number];

/** One column as the fact has it, and what keeps conclusions from being about every value of it. */
export interface SampledColumn {
  readonly item: Item;
  readonly limit: string;
}

/**
 * @param suggested classes that its name, comment or type suggests
 * @param reading why not, where it could not be read
 */
export function sampledColumn(
  column: DeclaredColumn,
  suggested: readonly DataClass[],
  reading: Sample | string,
  seed: number,
): SampledColumn {
  const { protection, untilAuthorisation } = column;
  const item = {
    column: columnPath(column),
    classes: [...new Set([column.class, ...suggested])],
    ...(protection === undefined ? {} : { protection }),
    ...(untilAuthorisation === undefined ? {} : { untilAuthorisation }),
  };
  if (typeof reading === 'string') return { item, limit: reading };
  const verdict = verdictOf(column.class, reading, untilAuthorisation);
  return {
    item: { ...item, ...readAs(reading, seed), verdict, ...provedOf(verdict, reading, column) },
    limit: isEarly(column, reading) ? earlyLimitOf(verdict, reading, seed) : limitOf(reading, seed),
  };
}

function readAs(reading: Sample, seed: number): Partial<Item> {
  const { method, rows, values, longer, estimatedRows, counts } = reading;
  const found = countNames.flatMap((form) => (counts[form] === 0 ? [] : [{ form, values: counts[form] }]));
  return {
    method,
    ...(method === 'whole' ? {} : { seed }),
    ...{ rows, values, longer, counts: found },
    ...(estimatedRows === undefined ? {} : { estimatedRows }),
  };
}

/** What is said of every value of a column, or not at all. */
export const conclusions = [
  'state',
  'cardNumbers',
  'otherCardNumbers',
  'trackData',
  'verificationCodes',
  'pins',
  'truncation',
] as const satisfies readonly (keyof Item)[];

/** That such data is gone after authorisation is proved by none being there, and by nothing else. */
const isEarly = ({ untilAuthorisation }: DeclaredColumn, { values }: Reading): boolean =>
  untilAuthorisation === true && values > 0;

function provedOf(verdict: Verdict, reading: Sample, column: DeclaredColumn): Partial<Item> {
  const { protection } = column;
  const afterwards = (dataClass: DataClass, isThere: boolean | undefined): boolean | undefined =>
    column.class === dataClass && isEarly(column, reading) ? undefined : isThere;
  const given: { readonly [F in (typeof conclusions)[number]]: Item[F] | undefined } = {
    state: stateOf(verdict, reading, protection),
    cardNumbers: proved(cardNumbersIn(reading), reading),
    otherCardNumbers: proved(otherCardNumbersIn(reading), reading),
    trackData: afterwards('track', proved(trackDataIn(reading), reading)),
    verificationCodes: afterwards('cvv', proved(verificationCodesIn(reading), reading)),
    pins: afterwards('pin', proved(pinsIn(reading), reading)),
    truncation: protection === 'truncated' ? truncationOf(reading) : undefined,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function earlyLimitOf(verdict: Verdict, reading: Sample, seed: number): string {
  const kept =
    'it is declared to hold such data until authorisation, and that none is kept after it cannot be seen';
  const isProved = stateOf(verdict, reading, 'encrypted') !== undefined;
  return isProved ? kept : `${limitOf(reading, seed)}; ${kept}`;
}

function limitOf({ method, rows, values, estimatedRows, longer, counts }: Sample, seed: number): string {
  const total = estimatedRows === undefined ? 'an unknown number of' : `about ${estimatedRows}`;
  if (method !== 'whole')
    return `${rows} of ${total} rows were read (TABLESAMPLE ${method.toUpperCase()}, seed ${seed}), and a sample proves no absence`;
  if (longer > 0) return `of ${longer} of its values only the beginning was read, because they are long`;
  const rich = counts['digit-rich'];
  const digits = rich === 0 ? '' : `; ${rich} have 13 digits or more, in whatever groups, or are rounded`;
  return `the ${values} values of its ${rows} rows are not all of a form that proves it${digits}`;
}
