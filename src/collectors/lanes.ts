/**
 * How a connection went: `answered` (something came back), `refused` (there was none: refused, reset or dropped before
 * it stood), `cut` (it stood, and ended without a byte), `silent` (it stood, and nothing came in time).
 */
export type Outcome = 'answered' | 'refused' | 'cut' | 'silent';

/** What is known of how many connections a server takes, from the outcomes so far. */
export interface Lanes {
  /** Connections to have at the same time from now on. */
  readonly atOnce: number;
  /** Something was answered: a refusal before that is just a server that is not there. */
  readonly answered: boolean;
  /** Refusals in a row, each after a longer wait. */
  readonly refusals: number;
  /** Connections that were cut though nothing stood beside them. */
  readonly cutAlone: number;
  /** Connections that may still be made again. */
  readonly spare: number;
  /** It refused through every wait: nothing more is asked of it. */
  readonly gone: boolean;
}

/** One connection that has ended. */
export interface Attempt {
  readonly outcome: Outcome;
  /** As it was when the connection was begun. */
  readonly begun: Lanes;
  /** Other connections that stood, or were being made, beside it. */
  readonly company: number;
  /** It was made before. */
  readonly again: boolean;
}

/** How long to wait before the connection is made again, alone; undefined: its outcome stands. */
export interface Consequence {
  readonly lanes: Lanes;
  readonly againAfterMs?: number;
}

/** A server that limits connections by the second lets in again after one of these; they are 1.75 s in all. */
export const waitsMs = [250, 500, 1_000] as const;

/** A server takes a moment to notice that a connection ended: before that, the next one is not alone. */
export const gapMs = 50;

/** Connections of one look that are made again at most. */
export const spareConnections = 12;

/** So often is it tried whether a cut connection only had too much company. */
const cutsAloneUntilSure = 2;

export function startLanes(atOnce: number): Lanes {
  return { atOnce, answered: false, refusals: 0, cutAlone: 0, spare: spareConnections, gone: false };
}

/**
 * What follows from one outcome. A server that took connections and then refuses them limits us, or is going away: it
 * gets one connection at a time from then on, after each refusal a longer wait, and when all waits were for nothing it
 * is left alone. A connection that was cut in company is made again alone: if it is answered then, the company was too
 * much, and there is none from then on; if it is cut again, it is cut for what it says.
 */
export function consequenceOf(lanes: Lanes, attempt: Attempt): Consequence {
  switch (attempt.outcome) {
    case 'answered': {
      const atOnce = attempt.again ? 1 : lanes.atOnce;
      return { lanes: { ...lanes, atOnce, answered: true, refusals: 0 } };
    }
    case 'silent':
      return { lanes };
    case 'cut':
      return afterCut(lanes, attempt);
    case 'refused':
      return lanes.answered ? afterRefusal(lanes, attempt) : { lanes };
  }
}

function afterCut(lanes: Lanes, { company, again }: Attempt): Consequence {
  if (company === 0) return { lanes: { ...lanes, cutAlone: lanes.cutAlone + 1 } };
  if (again || lanes.cutAlone >= cutsAloneUntilSure) return { lanes };
  return madeAgain(lanes, gapMs);
}

function afterRefusal(lanes: Lanes, { begun }: Attempt): Consequence {
  // Those that were under way together were refused together: that is one refusal.
  const refusals = begun.refusals < lanes.refusals ? lanes.refusals : lanes.refusals + 1;
  const waitMs = waitsMs[refusals - 1];
  if (waitMs === undefined) return { lanes: { ...lanes, atOnce: 1, gone: true } };
  return madeAgain({ ...lanes, atOnce: 1, refusals }, waitMs);
}

function madeAgain(lanes: Lanes, againAfterMs: number): Consequence {
  if (lanes.spare === 0) return { lanes };
  return { lanes: { ...lanes, spare: lanes.spare - 1 }, againAfterMs };
}
