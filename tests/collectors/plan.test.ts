import { describe, expect, test } from 'vitest';
import { loadCollector } from '../../src/collectors/index.ts';
import { planLook } from '../../src/collectors/plan.ts';
import { subjectKinds } from '../../src/model/index.ts';
import { collected, collectorOf } from './fake-collector.ts';

/** What is seen of an organisation is made of what was seen of its systems: nothing collects it. */
const kinds = subjectKinds.filter((kind) => kind !== 'organisation');

describe.each(kinds)('the collectors of a %s', (kind) => {
  test('say what they ask and how often they connect at most', async () => {
    const collector = await loadCollector(kind);
    const plans = [
      ['a session', collector.plan] as const,
      ...collector.facts.map(({ fact, plan }) => [fact, plan] as const),
    ];
    for (const [what, plan] of plans) {
      expect(plan, what).toBeDefined();
      expect(plan?.requests.length, what).toBeGreaterThan(0);
      if (plan?.connections === undefined) expect(collector.plan?.atMost, what).toBeGreaterThan(0);
      else expect(plan.connections, what).toBeGreaterThanOrEqual(0);
      for (const request of plan?.requests ?? []) expect(request, what).toMatch(/\S/);
    }
    expect(collector.plan?.presents).toMatch(/\w/);
  });
});

test('the queries of a database are there verbatim', async () => {
  const collector = await loadCollector('postgres-server');
  const { facts, session, each } = planLook(collector, ['postgres.privileges', 'postgres.server']);
  const all = [session, ...facts].flatMap(({ requests }) => requests).join('\n');
  for (const part of [
    'from pg_catalog.pg_database d where d.datallowconn',
    "set_config('idle_session_timeout', $1, false)",
  ])
    expect(all).toContain(part);
  expect(each).toEqual(['further database that the role may enter']);
});

describe('the plan of a look', () => {
  const costs = (connections: number) => ({ requests: ['x'], connections });
  const fake = collectorOf({ a: async () => collected(1), b: async () => collected(1) });
  const [a, b] = fake.facts;
  if (a === undefined || b === undefined) throw new Error('expected two facts');
  const collector = {
    ...fake,
    plan: { ...costs(1), presents: 'nothing' },
    facts: [
      { ...a, plan: costs(20) },
      { ...b, needs: ['a'], plan: { ...costs(300), each: 'database' } },
    ],
  };

  test('has what a fact needs before it, and adds everything up', () => {
    const { facts, connections, each } = planLook(collector, ['b']);
    expect(facts.map(({ fact }) => fact)).toEqual(['a', 'b']);
    expect(connections).toBe(321);
    expect(each).toEqual(['database']);
  });

  test('names facts that nobody collects', () => {
    expect(planLook(collector, ['a', 'own.fact'])).toMatchObject({
      notCollected: ['own.fact'],
      connections: 21,
    });
  });

  test('is never above what one look makes, and is that where a fact takes as many as it needs', () => {
    const bounded = { ...collector, plan: { ...collector.plan, atMost: 50 } };
    expect(planLook(bounded, ['b']).connections).toBe(50);
    expect(planLook(bounded, ['a']).connections).toBe(21);
    const open = { ...bounded, facts: [{ ...a, plan: { requests: ['x'] } }] };
    expect(planLook(open, ['a']).connections).toBe(50);
  });

  test('does not guess', () => {
    expect(() => planLook(fake, ['a'])).toThrowError(expect.objectContaining({ code: 'ERR_NO_PLAN' }));
  });
});
