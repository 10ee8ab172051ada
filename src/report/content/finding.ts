import type {
  EffectiveParam,
  Exception,
  Finding,
  Observation,
  Population,
  Scope,
  Subject,
  SubjectRecord,
  UnseenItem,
} from '../../model/index.ts';
import type { Column, Fact, Table } from '../block.ts';
import { utcTime } from '../local-time.ts';
import { originWords } from '../param-words.ts';
import type { Tally } from '../tally.ts';
import { clipped, shown } from '../visible.ts';
import { counted, whereabouts } from '../words.ts';

const wordLimit = 200;
const sentenceLimit = 500;
const requestLimit = 1500;
const listLimit = 25;

export function subjectWords(subject: Subject): string {
  return shown(whereabouts(subject, ' at '), wordLimit);
}

/** The items of one subject: what was tried, and how it is known that this was all. */
export function populationWords(population: Population): string {
  const { items, exceptions, unseen } = population;
  const completeness = population.complete ? '' : '; the list is known to miss members';
  return `${counted(items, 'item')} tried: ${counted(exceptions, 'exception')}, ${unseen} not seen${completeness}`;
}

/** `2 of 2 items`. */
export function itemsWords({ population }: Finding): string {
  return `${population.exceptions} of ${counted(population.items, 'item')}`;
}

export function basisOf(population: Population): readonly string[] {
  return population.basis.map((basis) => shown(basis, sentenceLimit));
}

export function paramsFact(params: Readonly<Record<string, EffectiveParam>>, scope: Scope): readonly Fact[] {
  const values = Object.entries(params).map(([name, { value, origin, looser, reason }]) => {
    const than = looser === true ? 'LOOSER than the default' : 'not the default';
    const why = reason === undefined ? '' : `: ${shown(reason, sentenceLimit)}`;
    const from = origin === 'control' ? 'default' : `CHANGED by ${originWords(origin, scope)}, ${than}${why}`;
    return `${name} = ${shown(JSON.stringify(value), wordLimit)} (${from})`;
  });
  return values.length === 0 ? [] : [{ label: 'Parameters', values }];
}

/** What was asked of the subject for these facts: method, time, and the queries or their numbers. */
export function observationFacts(
  record: SubjectRecord | undefined,
  facts: readonly string[],
  queries: Tally['queries'],
): readonly Fact[] {
  const observations = record?.observations.filter((observation) => facts.includes(observation.fact)) ?? [];
  const requests = [...new Set(observations.flatMap((observation) => observation.requests))];
  const numbers = requests.flatMap((request) => queries.get(request) ?? []);
  const others = requests
    .filter((request) => !queries.has(request))
    .map((text) => clipped(text, requestLimit));
  const found: readonly Fact[] = [
    { label: 'Looked at', values: observations.map(observationWords) },
    { label: 'Query', values: shortened(others, 6), style: 'code' },
    {
      label: 'Query',
      values: numbers.length === 0 ? [] : [`${numbers.map(queryName).join(', ')} under “Queries”`],
    },
    {
      label: 'Withheld',
      values: observations.flatMap((each) => (each.kind === 'seen' ? each.withheld : [])),
    },
  ];
  return found.filter(({ values }) => values.length > 0);
}

export function queryName(number: number): string {
  return `Q${number}`;
}

function observationWords(observation: Observation): string {
  const attempts = observation.attempts === 1 ? '' : `, ${observation.attempts} attempts`;
  const seen = observation.kind === 'seen' ? '' : `: not seen, ${observation.reason.code}`;
  return `${observation.fact} (${observation.method}) ${utcTime(observation.endedAt)}${attempts}${seen}`;
}

export function evidenceFact(finding: Finding): readonly Fact[] {
  if (finding.evidence.length === 0) return [];
  return [{ label: 'Evidence', values: [shortened(finding.evidence, listLimit).join(', ')] }];
}

/** @param judgedAt as of when something is overdue */
export function exceptionsTable(exceptions: readonly Exception[], judgedAt: string): Table {
  const dated = exceptions.some(({ firstSeen }) => firstSeen !== undefined);
  const dates: readonly Column[] = [
    { title: 'First seen', share: 13 },
    { title: 'Due', share: 13 },
  ];
  return {
    kind: 'table',
    caption: 'Exceptions',
    columns: [
      { title: 'Item', share: dated ? 24 : 30, style: 'code' },
      { title: 'What was read', share: dated ? 34 : 52, style: 'code' },
      ...(dated ? dates : []),
      { title: 'Fingerprint', share: dated ? 16 : 18, style: 'code' },
    ],
    rows: exceptions.map((exception) => [
      shown(exception.item, wordLimit) || 'the system itself',
      shortened(exception.readings.map(readingWords), 8).join('\n'),
      ...(dated ? [exception.firstSeen?.slice(0, 10) ?? '', dueWords(exception.due, judgedAt)] : []),
      exception.fingerprint.slice(0, 12),
    ]),
  };
}

/** `2026-12-20`, `2026-12-20 OVERDUE`; empty where nothing is due. */
export function dueWords(due: string | undefined, judgedAt: string): string {
  if (due === undefined) return '';
  return judgedAt.slice(0, 10) > due ? `${due} OVERDUE` : due;
}

function readingWords(reading: Exception['readings'][number]): string {
  return `${shown(reading.fact + reading.pointer, wordLimit)} = ${shown(JSON.stringify(reading.value), wordLimit)}`;
}

/** Why items, or whole facts, could not be judged; the same reason is said once, and not again what `said` says. */
export function unseenFacts(unseen: readonly UnseenItem[], said = ''): readonly Fact[] {
  const reasons = new Map<string, { readonly why: UnseenItem; readonly what: string[] }>();
  for (const why of unseen) {
    const key = JSON.stringify([why.code, why.message]);
    const group = reasons.get(key) ?? { why, what: [] };
    group.what.push(why.item === '' ? why.fact : why.item);
    reasons.set(key, group);
  }
  return [...reasons.values()].flatMap(({ why, what }) => [
    {
      label: 'Not seen',
      values: [
        `${namesOf(what)}${why.message === said ? '' : `: ${shown(why.message, sentenceLimit)}`} (${why.code})`,
      ],
    },
    ...(why.remedy === '' ? [] : [{ label: 'To do', values: [shown(why.remedy, sentenceLimit)] }]),
  ]);
}

function namesOf(what: readonly string[]): string {
  return shortened([...new Set(what)], 8)
    .map((each) => shown(each, wordLimit))
    .join(', ');
}

/** The first `limit` of a list, saying how many more there are. */
export function shortened(values: readonly string[], limit: number): readonly string[] {
  if (values.length <= limit) return values;
  return [...values.slice(0, limit), `and ${values.length - limit} more in the bundle`];
}
