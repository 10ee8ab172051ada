import { describe, expect, test } from 'vitest';
import {
  type Attempt,
  type Consequence,
  consequenceOf,
  gapMs,
  type Lanes,
  type Outcome,
  spareConnections,
  startLanes,
  waitsMs,
} from '../../src/collectors/lanes.ts';

const fresh = startLanes(4);
const answered = consequenceOf(fresh, attempt('answered', fresh)).lanes;

function attempt(outcome: Outcome, begun: Lanes, more: Partial<Attempt> = {}): Attempt {
  return { outcome, begun, company: 0, again: false, ...more };
}

/** One connection after the other, each begun when the one before had ended. */
function inTurn(lanes: Lanes, outcomes: readonly Outcome[]): readonly Consequence[] {
  const seen: Consequence[] = [];
  for (const outcome of outcomes) {
    const before = seen.at(-1)?.lanes ?? lanes;
    seen.push(consequenceOf(before, attempt(outcome, before, { again: seen.length > 0 })));
  }
  return seen;
}

describe('a server that refuses', () => {
  test('and never answered is not there: no connection is made again', () => {
    expect(consequenceOf(fresh, attempt('refused', fresh, { company: 3 }))).toEqual({ lanes: fresh });
  });

  test('after an answer gets one lane and longer and longer waits, then is left alone', () => {
    const seen = inTurn(answered, ['refused', 'refused', 'refused', 'refused']);
    expect(seen.map(({ againAfterMs }) => againAfterMs)).toEqual([...waitsMs, undefined]);
    expect(seen.map(({ lanes }) => lanes.gone)).toEqual([false, false, false, true]);
    for (const { lanes } of seen) expect(lanes.atOnce).toBe(1);
  });

  test('and lets in again stays at one lane, and the waits begin anew', () => {
    const seen = inTurn(answered, ['refused', 'refused', 'answered', 'refused']);
    expect(seen[2]).toEqual({ lanes: { ...answered, atOnce: 1, spare: spareConnections - 2 } });
    expect(seen[3]?.againAfterMs).toBe(waitsMs[0]);
  });

  test('several that are under way together has refused once', () => {
    const first = consequenceOf(answered, attempt('refused', answered, { company: 3 }));
    const second = consequenceOf(first.lanes, attempt('refused', answered, { company: 2 }));
    expect([first.againAfterMs, second.againAfterMs]).toEqual([waitsMs[0], waitsMs[0]]);
    expect(second.lanes.refusals).toBe(1);
  });

  test('now and then does not make us connect without end', () => {
    let lanes = answered;
    let again = 0;
    for (let i = 0; i < 1_000; i++) {
      const refused = consequenceOf(lanes, attempt('refused', lanes));
      if (refused.againAfterMs !== undefined) again += 1;
      lanes = consequenceOf(refused.lanes, attempt('answered', refused.lanes)).lanes;
    }
    expect(again).toBe(spareConnections);
  });
});

describe('a connection that is cut', () => {
  test('in company is made again alone; answered then, it shows that the server limits us', () => {
    const cut = consequenceOf(fresh, attempt('cut', fresh, { company: 3 }));
    expect(cut.againAfterMs).toBe(gapMs);
    expect(cut.lanes.atOnce).toBe(4);
    const alone = consequenceOf(cut.lanes, attempt('answered', cut.lanes, { again: true }));
    expect(alone.lanes.atOnce).toBe(1);
    expect(alone.againAfterMs).toBeUndefined();
  });

  test('alone is cut for what it says: that costs no lane, and is not asked for ever', () => {
    let lanes = answered;
    const again: boolean[] = [];
    for (let i = 0; i < 5; i++) {
      const cut = consequenceOf(lanes, attempt('cut', lanes, { company: 1 }));
      again.push(cut.againAfterMs !== undefined);
      lanes = cut.lanes;
      if (cut.againAfterMs !== undefined)
        lanes = consequenceOf(lanes, attempt('cut', lanes, { again: true })).lanes;
    }
    expect(again).toEqual([true, true, false, false, false]);
    expect(lanes.atOnce).toBe(4);
  });

  test('without company stands at once', () => {
    expect(consequenceOf(answered, attempt('cut', answered)).againAfterMs).toBeUndefined();
  });
});

test('silence says nothing of lanes', () => {
  expect(consequenceOf(answered, attempt('silent', answered, { company: 3 }))).toEqual({ lanes: answered });
});
