import { expect, test } from 'vitest';
import type { Completeness, DataStore, Json, SubjectRecord } from '../../src/model/index.ts';
import { type DiscoverySight, discoverySight } from '../../src/scope/discovery-sight.ts';
import { storeOf } from '../postgres/clinic.ts';
import { at, factsOf, factValue, record, seen, target, unseen } from './reconciling.ts';

const names = ['card', 'ssn'] as const;
const path = (name: string): string => `clinic.public.payments.${name}`;
const data: DataStore = storeOf({
  columns: names.map((column) => ({
    database: 'clinic',
    schema: 'public',
    table: 'payments',
    column,
    class: column === 'card' ? 'pan' : 'ssn',
  })),
});
const db = { ...target('db', 'db.example', 'postgres-server'), data };

type Missing = Completeness['missing'];

/** A look that read the columns in this way. */
function looked(methods: Readonly<Record<string, string | undefined>>, missing: Missing = []): SubjectRecord {
  const columns = Object.entries(methods).map(([name, method]) => ({
    column: path(name),
    ...(method === undefined ? {} : { method }),
  }));
  const samples = seen('data.samples', { columns });
  const completeness = [{ list: '/columns', basis: 'all', returned: columns.length, missing }];
  const made = record(db, [{ ...samples, completeness }]);
  return { ...made, subject: { ...made.subject, id: 'db~data', kind: 'data-store' } };
}

const whole = looked({ card: 'whole', ssn: 'whole' });
const then = '2026-08-01T10:00:00.000Z';
const earlier = (sight: SubjectRecord): DiscoverySight => ({ ...discoverySight(sight)!, at: then });

const storesOf = (now: readonly SubjectRecord[], ...discoveries: readonly DiscoverySight[]): Json => {
  const facts = factsOf(now, {
    targets: [db, target('web', 'a.example')],
    earlier: { tickets: [], discoveries, access: [] },
  });
  return (factValue(facts, 'scope.discoveries') as { readonly stores: Json }).stores;
};

const never = { store: 'db~data', columns: 2 };
const unread = { ...whole, observations: [] };

test.each<[string, Json, Json]>([
  ['this scan', storesOf([whole]), { lastRun: at, ageDays: 0 }],
  ['an earlier bundle', storesOf([unread], earlier(whole)), { lastRun: then, ageDays: 111 }],
  ['the later of two', storesOf([whole], earlier(whole)), { lastRun: at, ageDays: 0 }],
  [
    'a part now and all then',
    storesOf([looked({ card: 'whole' })], earlier(whole)),
    { lastRun: then, ageDays: 111 },
  ],
  ['nobody', storesOf([unread]), {}],
  ['samples alone', storesOf([looked({ card: 'whole', ssn: 'bernoulli' })]), {}],
  ['columns that were not read', storesOf([looked({ card: 'whole', ssn: undefined })]), {}],
  ['a run before a column was declared', storesOf([unread], earlier(looked({ card: 'whole' }))), {}],
  ['parts in two runs', storesOf([looked({ card: 'whole' })], earlier(looked({ ssn: 'whole' }))), {}],
])('the last whole run is told by %s', (_, stores, last) => {
  expect(stores).toEqual([{ ...never, ...(last as object) }]);
});

test('each address of a target has runs of its own, and one that was left out has none', () => {
  const at2 = (sight: SubjectRecord): SubjectRecord => ({
    ...sight,
    subject: { ...sight.subject, id: 'db~data~192.0.2.2' },
  });
  expect(storesOf([whole, at2(unread)])).toEqual([
    { ...never, lastRun: at, ageDays: 0 },
    { ...never, store: 'db~data~192.0.2.2' },
  ]);
  expect(storesOf([], earlier(whole))).toEqual([{ store: 'db', columns: 2 }]);
});

test('a run whose search of names left a database out is none', () => {
  const missing = [{ what: 'database closed', why: 'no right to connect' }];
  expect(discoverySight(looked({ card: 'whole', ssn: 'whole' }, missing))).toBeUndefined();
  expect(discoverySight(record(db, [unseen('data.samples')]))).toBeUndefined();
  expect(discoverySight(record(db, []))).toBeUndefined();
});

test('a target without declared columns is not asked about, and one without a run is an item that is not seen', () => {
  const bare = { ...target('bare', 'b.example', 'postgres-server'), data: storeOf({}) };
  const none = factsOf([], { targets: [bare] }).get('scope.discoveries');
  expect(none).toMatchObject({ value: { stores: [] } });
  const { completeness } = factsOf([], { targets: [db] }).get('scope.discoveries') as {
    completeness: readonly Completeness[];
  };
  expect(completeness.map(({ list }) => list)).toEqual(['/stores', '/stores/0/lastRun', '/stores/0/ageDays']);
});
