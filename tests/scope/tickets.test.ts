import { describe, expect, test } from 'vitest';
import type { Json, SubjectRecord } from '../../src/model/index.ts';
import { type TicketSight, ticketSight } from '../../src/scope/ticket-sight.ts';
import { at, factsOf, factValue, record, seen, target, unseen } from './reconciling.ts';

const web = target('web', 'pay.example');
const row = (keyName: string, more: object = { sameKeyName: true }): Json => ({
  tickets: 2,
  keyName,
  ...more,
});
const looked = (...handshakes: readonly Json[]): SubjectRecord =>
  record(web, [seen('tls.tickets', { handshakes })]);

/** The same look, so many days before. */
function earlier(days: number, sight: SubjectRecord): TicketSight {
  const then = new Date(Date.parse(at) - days * 86_400_000).toISOString();
  return { ...ticketSight(sight)!, at: then };
}

const keysOf = (now: readonly SubjectRecord[], ...tickets: readonly TicketSight[]): Json =>
  (
    factValue(factsOf(now, { earlier: { tickets, discoveries: [], access: [] } }), 'scope.tickets') as {
      readonly keys: Json;
    }
  ).keys;

const lastSeen = '2026-11-12T10:00:00.000Z';

describe('a name of eight days ago', () => {
  const before = earlier(8, looked(row('aa')));

  test.each<[string, readonly SubjectRecord[], object]>([
    ['is met again', [looked(row('bb', {}), row('aa', {}))], { metAgain: true }],
    ['is not', [looked(row('bb'))], { metAgain: false }],
    ['is not, where there are no tickets any more', [looked({ tickets: 0 })], { metAgain: false }],
    ['is not known where tickets begin with anything', [looked(row('bb', { sameKeyName: false }))], {}],
    ['is not known from one ticket', [looked(row('bb', {}))], {}],
    ['is not known where a handshake failed', [], {}],
    ['is not known where nothing was seen', [record(web, [unseen('tls.tickets')])], {}],
  ])('%s', (_, now, again) => {
    expect(keysOf(now, before)).toEqual([{ endpoint: 'web', keyName: 'aa', lastSeen, ...again }]);
  });

  test('is not known where not every version could be asked', () => {
    const part = record(web, [
      seen('tls.tickets', { handshakes: [row('bb')] }, [{ what: 'TLSv1.2', why: 'reset' }]),
    ]);
    expect(keysOf([part], before)).toEqual([{ endpoint: 'web', keyName: 'aa', lastSeen }]);
  });

  test('is there once, with the last look that is old enough', () => {
    const sights = [earlier(20, looked(row('aa'))), before, earlier(1, looked(row('aa')))];
    expect(keysOf([looked(row('aa'))], ...sights)).toEqual([
      { endpoint: 'web', keyName: 'aa', lastSeen, metAgain: true },
    ]);
  });

  test('of what is no target any more is nobody’s', () => {
    expect(keysOf([looked(row('bb'))], { ...before, subject: 'old', target: 'old' })).toEqual([]);
  });
});

test('a look of seven days ago or less decides nothing', () => {
  expect(keysOf([looked(row('aa'))], earlier(7, looked(row('aa'))))).toEqual([]);
});

test('first bytes that were no names are none, unless they come again', () => {
  const before = earlier(8, looked(row('aa', {})));
  expect(keysOf([looked(row('bb'))], before)).toEqual([]);
  expect(keysOf([looked(row('aa'))], before)).toMatchObject([{ keyName: 'aa', metAgain: true }]);
});

test('without an earlier bundle there is no name', () => {
  expect(keysOf([looked(row('aa'))])).toEqual([]);
});

describe('what shows that first bytes are names', () => {
  test.each<[string, readonly Json[], boolean]>([
    ['tickets of one handshake that begin alike', [row('aa')], true],
    ['those of two handshakes', [row('aa', {}), row('aa', {})], true],
    ['each handshake with a key of its own', [row('aa'), row('bb', {})], true],
    ['two handshakes that begin otherwise', [row('aa', {}), row('bb', {})], false],
    ['a handshake in which they differ', [row('aa', { sameKeyName: false }), row('aa', {})], false],
    ['a ticket that is too short', [row('aa'), { tickets: 1 }], false],
    ['a handshake without tickets says nothing', [row('aa'), { tickets: 0 }], true],
  ])('%s', (_, handshakes, named) => {
    expect(ticketSight(looked(...handshakes))?.named).toBe(named);
  });
});
