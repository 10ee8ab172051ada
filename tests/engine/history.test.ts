import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startHistory } from '../../src/engine/history.ts';
import { fingerprint, gapFingerprint } from '../../src/engine/identity.ts';
import type { Exception, Finding, History, PreviousBundle, Reason } from '../../src/model/index.ts';

const day = (number: number): string => `2026-11-${String(number).padStart(2, '0')}T00:00:00.000Z`;

function bundle(number: number): PreviousBundle {
  return {
    fingerprint: String(number).padStart(64, '0'),
    runId: `run ${number}`,
    endedAt: day(number),
    signature: { kind: 'unsigned' },
  };
}

function finding(reason: Reason, items: readonly string[] = [], over: Partial<Finding> = {}): Finding {
  const controlId = over.controlId ?? 'tls.a.b';
  const unseen = reason === 'unseen' ? [{ item: '', fact: 'f', code: 'ERR', message: 'm', remedy: 'r' }] : [];
  const exceptions: readonly Exception[] = items.map((item) => ({
    item,
    fingerprint: fingerprint(controlId, 'web', item),
    readings: [],
  }));
  return {
    id: 'id',
    controlId,
    controlVersion: 1,
    title: 'A test',
    severity: 'high',
    subjectId: 'web',
    targetId: 'web',
    subjectKind: 'tls-endpoint',
    reason,
    message: '',
    population: { items: 2, exceptions: items.length, unseen: 0, complete: reason !== 'unseen', basis: [] },
    exceptions,
    unseen,
    params: {},
    observations: [],
    evidence: [],
    requirements: [],
    ...over,
  };
}

/** One finding a day, from the first of the month. */
function historyOf(findings: readonly Finding[], currentId = (id: string) => id): History {
  const fold = startHistory(currentId);
  findings.forEach((one, index) => {
    fold.add(bundle(index + 1), undefined, [one]);
  });
  return fold.result();
}

/** The one exception `a`, as a history knows it. */
const known = (history: History) => history.exceptions[fingerprint('tls.a.b', 'web', 'a')];

describe('an exception', () => {
  test('has the first and the last scan that saw it', () => {
    const history = historyOf([finding('pass'), finding('fail', ['a']), finding('fail', ['a', 'b'])]);
    expect(known(history)).toMatchObject({
      firstSeen: day(2),
      lastSeen: day(3),
      item: 'a',
      severity: 'high',
    });
    expect(known(history)).not.toHaveProperty('gone');
    expect(Object.keys(history.exceptions)).toHaveLength(2);
  });

  test.each<[string, Finding, boolean]>([
    ['passes', finding('pass'), true],
    ['fails with another item', finding('fail', ['b']), true],
    ['is not applicable', finding('not-applicable'), true],
    ['is unseen', finding('unseen'), false],
    ['is a fault', finding('error'), false],
    ['fails over an incomplete list', finding('fail', ['b'], incomplete()), false],
    ['fails without having seen the item', finding('fail', ['b'], blindTo('a, c')), false],
    ['fails without having seen a whole fact', finding('fail', ['b'], blindTo('')), false],
    ['fails without having seen another item', finding('fail', ['b'], blindTo('z')), true],
  ])('is gone or not where its finding %s', (_, then, gone) => {
    expect(known(historyOf([finding('fail', ['a']), then]))?.gone).toBe(gone ? day(2) : undefined);
  });

  function incomplete(): Partial<Finding> {
    return { population: { ...finding('fail').population, complete: false } };
  }
  function blindTo(item: string): Partial<Finding> {
    return { unseen: [{ item, fact: 'f', code: 'ERR', message: 'm', remedy: 'r' }] };
  }

  test('that comes back keeps its first date', () => {
    const history = historyOf([finding('fail', ['a']), finding('pass'), finding('fail', ['a'])]);
    expect(known(history)).toMatchObject({ firstSeen: day(1), gone: day(2), lastSeen: day(3) });
  });

  test('follows its control to the id that it has now', () => {
    const old = finding('fail', ['a'], { controlId: 'tls.old.name' });
    expect(known(historyOf([old], () => 'tls.a.b'))).toMatchObject({ control: 'tls.a.b' });
  });

  test('of a chain of bundles is as old as in the first', () => {
    const first = historyOf([finding('fail', ['a']), finding('unseen')]);
    const fold = startHistory((id) => id);
    fold.add(bundle(9), first, [finding('fail', ['a'])]);
    expect(known(fold.result())).toMatchObject({ firstSeen: day(1), lastSeen: day(9) });
  });

  test('is never believed to be younger or older than its bundle says it can be', () => {
    const recorded = historyOf([finding('fail', ['a'])]);
    const forged = { ...known(recorded), firstSeen: day(20), lastSeen: day(25), gone: day(30) };
    const fold = startHistory((id) => id);
    fold.add(bundle(5), { ...recorded, exceptions: { ['0'.repeat(64)]: forged as never } }, []);
    const { exceptions } = fold.result();
    expect(Object.keys(exceptions)).toEqual([fingerprint('tls.a.b', 'web', 'a')]);
    expect(Object.values(exceptions)[0]).toMatchObject({ firstSeen: day(5), lastSeen: day(5), gone: day(5) });
  });

  test('is the same whether bundles come as a chain or all at once', () => {
    const reasons = fc.constantFrom<Finding>(
      finding('pass'),
      finding('unseen'),
      finding('fail', ['a']),
      finding('fail', ['a', 'b']),
      finding('not-applicable'),
    );
    fc.assert(
      fc.property(fc.array(reasons, { minLength: 1, maxLength: 8 }), (findings) => {
        const atOnce = historyOf(findings);
        let chained: History | undefined;
        findings.forEach((one, index) => {
          const fold = startHistory((id) => id);
          fold.add(bundle(index + 1), chained, [one]);
          chained = fold.result();
        });
        expect(chained?.exceptions).toEqual(atOnce.exceptions);
        expect(chained?.notTested).toEqual(atOnce.notTested);
      }),
    );
  });
});

describe('what was not tested', () => {
  const gap = (history: History) => history.notTested[gapFingerprint('tls.a.b', 'web')];

  test('is as old as the unbroken row of scans that could not', () => {
    const unseen = finding('unseen');
    expect(gap(historyOf([unseen, unseen, unseen]))).toMatchObject({ firstSeen: day(1), lastSeen: day(3) });
    expect(gap(historyOf([unseen, finding('pass'), unseen]))).toMatchObject({ firstSeen: day(3) });
    expect(gap(historyOf([unseen, finding('pass')]))).toBeUndefined();
  });

  test('may stand beside exceptions', () => {
    const partly = finding('fail', ['a'], {
      unseen: [{ item: 'b', fact: 'f', code: 'ERR', message: 'm', remedy: 'r' }],
    });
    expect(gap(historyOf([partly]))).toMatchObject({ firstSeen: day(1) });
  });
});

test('what passed everywhere takes no room', () => {
  const history = historyOf([finding('pass'), finding('not-applicable')]);
  expect([history.exceptions, history.notTested]).toEqual([{}, {}]);
  expect(history.bundles.map(({ runId }) => runId)).toEqual(['run 1', 'run 2']);
});
